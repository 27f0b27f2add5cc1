import type { Change, ModuleRecord } from '../protocol/snapshot.ts';
import type { Runs } from './runs/runs.ts';

type Attending = Pick<Runs, 'attend'>;

/** Tells of every module whether something is awaited of it, so that its answer is noticed at once. */
export function attendAll(runs: Attending, modules: Readonly<Record<string, ModuleRecord>>): void {
  for (const [name, record] of Object.entries(modules)) attend(runs, name, record);
}

/** The same of those that a change names. */
export function attendChanged(runs: Attending, { changed }: Change): void {
  for (const [path, entity] of Object.entries(changed)) {
    if (!path.startsWith('modules.') || entity === null) continue;
    attend(runs, path.slice('modules.'.length), entity as ModuleRecord);
  }
}

function attend(runs: Attending, name: string, { phase, state }: ModuleRecord): void {
  const quiet = phase === null || phase === 'backoff' || phase === 'waiting' || phase === 'proving';
  runs.attend(name, !quiet || state === 'error');
}
