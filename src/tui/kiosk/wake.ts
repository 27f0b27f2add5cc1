import { recordedMs } from '../../protocol/recorded-time.ts';
import type { RigRecord } from '../../protocol/snapshot.ts';
import { hasNotice, pageMs, pressMessage } from '../messages.ts';
import type { Situation } from '../situation.ts';
import type { Moment } from './moment.ts';
import { msToEdge } from './night.ts';

const second = 1_000;
const minute = 60_000;
/** A timer may ring a moment early; what changes at an instant is drawn after it. */
const lateMs = 10;

/**
 * In how many ms the screen changes although nothing happens; null for never. Once a second while a time counts, else only
 * to move and for the hours of the night.
 *
 * @param turns whether a text is shown by turns
 */
export function wakeMs({ now, settings, pin }: Moment, turns: boolean): number | null {
  const { nowMs } = now;
  const times = [
    ...(pin.key !== null || hasNotice(now) || pressMessage(now) !== null
      ? [toNext(nowMs, second)]
      : []),
    ...recordingTimes(now),
    ...(turns ? [toNext(nowMs, pageMs)] : []),
    ...(settings.moveMs > 0 ? [toNext(nowMs, settings.moveMs)] : []),
    msToEdge(settings.dim, new Date(nowMs)),
  ].filter((ms) => ms !== null);
  return times.length === 0 ? null : Math.min(...times) + lateMs;
}

function toNext(nowMs: number, everyMs: number): number {
  return everyMs - (nowMs % everyMs);
}

function recordingTimes({ snapshot, remote, nowMs, monoMs }: Situation): number[] {
  if (snapshot === null || remote.link.state !== 'live') return [];
  const { rig } = snapshot;
  const { trial } = rig;
  if (trial === null) return startTimes(rig, nowMs);
  const ms = trial.pausedSinceMonoMs === null ? recordedMs(trial, monoMs) : nowMs;
  return [toNext(Math.floor(ms), second)];
}

/** A start that is set for later is said in minutes, and in seconds for the last two. */
function startTimes({ scheduled }: RigRecord, nowMs: number): number[] {
  if (scheduled == null) return [];
  return [toNext(nowMs, Date.parse(scheduled.at) - nowMs < 2 * minute ? second : minute)];
}
