import { join } from 'node:path';
import type { Manifest } from '../../protocol/manifest.ts';
import type { TrialRecord } from '../../protocol/snapshot.ts';
import { namesIn } from '../store/names-in.ts';
import { expectedOf } from './lacking.ts';
import { trialOf } from './manifest-notes.ts';
import { segmentInName, trialName } from './session-folder.ts';
import type { SessionStore } from './session-store.ts';

/**
 * The open trial: the saved one, unless the manifest says that it has ended, or the one that a manifest calls open, as far as it
 * tells; null when none is.
 */
export function openTrialIn(manifest: Manifest, saved: TrialRecord | null): TrialRecord | null {
  const isOver = saved !== null && typeof trialOf(manifest, saved.number)?.stoppedAt === 'string';
  if (saved !== null && !isOver) return saved;
  const { trials, gaps } = manifest;
  const open = trials.findLast((trial) => trial.stoppedAt === null);
  if (open === undefined) return null;
  const { number, label, startedAt, goMonoNs, segments } = open;
  return {
    number,
    label,
    startedAt,
    startedMonoMs: Math.floor(Number(goMonoNs) / 1e6),
    segment: Math.max(1, ...segments.map((one) => one.number)),
    // Whether somebody was missing stood in the saved state only: better too careful than too kind.
    partial: gaps.length > 0,
    pausedMs: 0,
    pausedSinceMonoMs: null,
    nextSegmentMs: null,
  };
}

/** How a trial began of which the session does not tell: as the state dir says, or, where nothing does, now. */
export function beginningOf(saved: TrialRecord | null) {
  const { label = null, startedAt = new Date().toISOString() } = saved ?? {};
  const goMonoNs = saved ? `${saved.startedMonoMs}000000` : String(process.hrtime.bigint());
  return { label, startedAt, goMonoNs };
}

/** The highest segment of a trial that the manifest knows or of which files are on disk; 0 when there is none. */
export async function highestSegmentIn(
  { manifest, path }: SessionStore,
  trial: number,
  modules: readonly string[],
): Promise<number> {
  const numbers = trialOf(manifest, trial)?.segments.map((one) => one.number) ?? [];
  for (const module of modules) {
    const names = await namesIn(join(path, module, trialName(trial)));
    for (const name of names) numbers.push(segmentInName(module, name) ?? 0);
  }
  return Math.max(0, ...numbers);
}

/**
 * Who has recorded in a trial, and whether it is complete without them: whom the manifest names, configured still or not, and
 * those of these modules that have files of it on disk. Null: the manifest does not know the trial.
 */
export async function recordedIn(
  { manifest, path }: SessionStore,
  trial: number,
  modules: readonly string[],
): Promise<ReadonlyMap<string, { readonly required: boolean }> | null> {
  const known = trialOf(manifest, trial);
  if (known === undefined) return null;
  const named = known.segments.flatMap((one) => Object.keys(one.modules));
  const found = await Promise.all(
    modules.map(async (module) => {
      const names = await namesIn(join(path, module, trialName(trial)));
      return names.some((name) => segmentInName(module, name) !== null) ? [module] : [];
    }),
  );
  return new Map(
    [...named, ...found.flat()].map((name) => [name, expectedOf(manifest, known, name)]),
  );
}
