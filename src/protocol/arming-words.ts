import { countdownOf, sayPhase } from './module-words.ts';
import type { ModuleRecord, Snapshot } from './snapshot.ts';
import { clean } from './text.ts';

/**
 * How far a start is and who is waited for: `3 of 5 armed, waiting for camera: opening its devices and files, 12 s of 60 s`.
 * Null while no recording is being started.
 *
 * @param nowMs wall clock in ms; null when what is shown is not the present
 */
export function sayArming(
  { rig, modules }: Pick<Snapshot, 'rig' | 'modules'>,
  nowMs: number | null,
): string | null {
  if (rig.state !== 'arming') return null;
  const wanted = Object.values(modules).filter(({ desired }) => desired === 'on');
  const armed = wanted.filter(({ phase }) => phase === 'armed' || phase === 'going');
  const named = rig.waitingFor.flatMap((name) => {
    const record = modules[name];
    return record === undefined ? [] : [[name, record] as const];
  });
  if (named.length === 0) return 'preparing the recording';
  // Who has given up already is waited for only as long as the others are.
  const failed = named.filter(([, { phase, problem }]) => phase === null && problem !== null);
  const awaited = named.filter((one) => !failed.includes(one));
  const waits = awaited.map(([name, record]) => sayAwaited(name, record, nowMs)).join(' · ');
  return [
    `${armed.length} of ${wanted.length} armed`,
    ...failed.map(([name]) => `${clean(name, 32)} failed`),
    ...(waits === '' ? [] : [`waiting for ${waits}`]),
  ].join(', ');
}

/**
 * A module that is waited for: what it does, and how long that may take. `camera: opening its devices and files, 12 s of 60 s`.
 *
 * @param nowMs wall clock in ms; null when what is shown is not the present
 */
export function sayAwaited(name: string, record: ModuleRecord, nowMs: number | null): string {
  const doing = record.state === 'crashed' ? 'crashed' : sayWhat(record);
  const countdown = nowMs === null ? null : countdownOf(record, nowMs, 'full');
  return `${clean(name, 32)}: ${countdown === null ? doing : `${doing}, ${countdown}`}`;
}

function sayWhat({ phase, state }: ModuleRecord): string {
  return phase === null ? state : sayPhase(phase);
}
