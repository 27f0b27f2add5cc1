import type { RigRecord, TrialRecord } from './snapshot.ts';
import { sayDuration, sayStopwatch } from './units.ts';

/**
 * How long a trial has recorded, its pauses left out; in ms.
 *
 * @param monoMs CLOCK_MONOTONIC of the same machine
 */
export function recordedMs(
  trial: Pick<TrialRecord, 'startedMonoMs' | 'pausedMs' | 'pausedSinceMonoMs'>,
  monoMs: number,
): number {
  const untilMs = trial.pausedSinceMonoMs ?? monoMs;
  return Math.max(0, untilMs - trial.startedMonoMs - trial.pausedMs);
}

/**
 * The clock behind the badge of a rig: `00:12:41`, and while it is paused since when: `for 40 s, 00:12:41 recorded`. Null
 * without a trial.
 *
 * @param form `short` leaves out the words, and the hours while there are none
 */
export function sayRecorded(
  { state, trial }: Pick<RigRecord, 'state' | 'trial'>,
  monoMs: number,
  form: 'full' | 'short' = 'full',
): string | null {
  if (trial === null) return null;
  const whole = sayStopwatch(recordedMs(trial, monoMs));
  const isShort = form === 'short';
  const time = isShort && whole.startsWith('00:') ? whole.slice(3) : whole;
  const since = trial.pausedSinceMonoMs;
  if (since === null || state !== 'paused') return time;
  const pausedFor = sayDuration(Math.max(1_000, Math.floor((monoMs - since) / 1_000) * 1_000));
  return isShort ? `${pausedFor}, ${time}` : `for ${pausedFor}, ${time} recorded`;
}
