import type { RigRecord } from '../protocol/snapshot.ts';
import { hasNotice, isPaged, pageMs, pressMessage } from './messages.ts';
import { isNewsPaged } from './panel-news.ts';
import type { Situation } from './situation.ts';

const second = 1_000;
const minute = 60_000;

/**
 * How often the screen changes although nothing happens, in ms; null when it does not, so that an idle rig draws nothing.
 *
 * Every second while seconds are counted, every minute while only up times in minutes are.
 */
export function paceOf(now: Situation): number | null {
  const { snapshot, remote, screen } = now;
  if (hasNotice(now) || remote.link.state === 'lost') return second;
  if (screen.kind === 'help' || screen.kind === 'log' || snapshot === null) return null;
  const start = startPace(snapshot.rig, now.nowMs);
  if (snapshot.rig.trial !== null || start === second) return second;
  const modules = Object.values(snapshot.modules);
  const counts = modules.some(({ retryAt, phaseUntil }) => retryAt !== null || phaseUntil !== null);
  const starts = modules.flatMap(({ startedAt }) => (startedAt === null ? [] : [startedAt]));
  // Up times are said in seconds for two minutes (units.ts).
  const young = starts.some((at) => now.nowMs - Date.parse(at) < 2 * minute);
  if (counts || young || pressMessage(now) !== null) return second;
  if (isPaged(now) || isNewsPaged(now)) return pageMs;
  return starts.length > 0 ? minute : start;
}

/** A start that is set for later is said in minutes, and in seconds for the last two. */
function startPace({ scheduled }: RigRecord, nowMs: number): number | null {
  if (scheduled == null) return null;
  return Date.parse(scheduled.at) - nowMs < 2 * minute ? second : minute;
}
