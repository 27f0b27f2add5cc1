import { clockTime, dateAndTime } from './local-time.ts';
import type { RigRecord } from './snapshot.ts';
import { sayDuration } from './units.ts';

type Scheduled = NonNullable<RigRecord['scheduled']>;

/** The start that the rig waits for while it does nothing else; null when there is none. A stop calls it off. */
export function waitingStart({ state, scheduled }: RigRecord): Scheduled | null {
  return state === 'idle' ? (scheduled ?? null) : null;
}

/** `starts at 14:02, in 12 min`, on the clock of whoever reads it. */
export function sayScheduled({ at }: Scheduled, nowMs: number): string {
  const seconds = Math.ceil((Date.parse(at) - nowMs) / 1_000);
  if (seconds <= 0) return 'starts as soon as it can';
  return `starts at ${sayStartTime(at, nowMs)}, in ${sayDuration(seconds * 1_000)}`;
}

/** The same while no daemon runs: `a start is set for 14:02, in 12 min, and needs a daemon by then`. */
export function sayScheduledAlone({ at }: Scheduled, nowMs: number): string {
  const seconds = Math.ceil((Date.parse(at) - nowMs) / 1_000);
  const when = sayStartTime(at, nowMs);
  if (seconds <= 0) return `a start was set for ${when}: the next daemon does it at once`;
  return `a start is set for ${when}, in ${sayDuration(seconds * 1_000)}, and needs a daemon by then`;
}

/** `14:02`, `14:02:30`, and with the day where that is not today's. */
export function sayStartTime(at: string, nowMs: number): string {
  const whole = dateAndTime(at);
  const today = dateAndTime(new Date(nowMs).toISOString());
  const time = whole.slice(0, 10) === today.slice(0, 10) ? clockTime(at) : whole;
  return time.endsWith(':00') ? time.slice(0, -3) : time;
}
