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
  const waits = sayAllAwaited(awaited, nowMs);
  return [
    `${armed.length} of ${wanted.length} armed`,
    ...failed.map(([name]) => `${clean(name, 32)} failed`),
    ...(waits === '' ? [] : [`waiting for ${waits}`]),
  ].join(', ');
}

/**
 * Who is waited for: what they do, and how long that may take. `camera: opening its devices and files, 12 s of 60 s · mic, imu: ...`.
 *
 * @param nowMs wall clock in ms; null when what is shown is not the present
 */
export function sayAllAwaited(
  awaited: readonly (readonly [name: string, record: ModuleRecord])[],
  nowMs: number | null,
): string {
  const groups = new Map<string, string[]>();
  for (const [name, record] of awaited) {
    const doing = sayDoing(record, nowMs);
    groups.set(doing, [...(groups.get(doing) ?? []), name]);
  }
  return [...groups].map(([doing, names]) => `${sayNames(names)}: ${doing}`).join(' · ');
}

/** So many names are all said. */
const mostNames = 4;

/** `mic, gps`, or of many `mic, gps, imu and 16 more`. */
export function sayNames(names: readonly string[]): string {
  const short = names.map((name) => clean(name, 32));
  if (short.length <= mostNames) return short.join(', ');
  const told = short.slice(0, mostNames - 1);
  return `${told.join(', ')} and ${short.length - told.length} more`;
}

function sayDoing(record: ModuleRecord, nowMs: number | null): string {
  const doing = record.state === 'crashed' ? 'crashed' : sayWhat(record);
  const countdown = nowMs === null ? null : countdownOf(record, nowMs, 'full');
  return countdown === null ? doing : `${doing}, ${countdown}`;
}

function sayWhat({ phase, state }: ModuleRecord): string {
  return phase === null ? state : sayPhase(phase);
}
