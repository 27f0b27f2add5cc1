import { sayArming, sayAwaited } from '../protocol/arming-words.ts';
import type { Snapshot } from '../protocol/snapshot.ts';
import { sayDuration } from '../protocol/units.ts';

/**
 * Says who keeps the rig, and how long it may take: `waiting for camera: finishing its files, at most 12 s`.
 *
 * @param nowMs wall clock in ms
 * @param startsAtMs wall time that a start was set for; null for one that goes at once
 */
export function sayWaiting(
  snapshot: Snapshot,
  nowMs: number,
  startsAtMs: number | null = null,
): string {
  const arming = sayArming(snapshot, nowMs);
  if (arming !== null) return arming;
  const awaited = awaitedIn(snapshot);
  if (awaited.length === 0) return sayRig(snapshot.rig.state, startsAtMs, nowMs);
  return `waiting for ${awaited.map(([name, record]) => sayAwaited(name, record, nowMs)).join(' · ')}`;
}

/** Those that the rig names itself, and after the start those that have shown no data yet. */
function awaitedIn({ rig, modules }: Snapshot) {
  const all = Object.entries(modules);
  if (rig.state === 'recording') return all.filter(([, { phase }]) => phase === 'proving');
  return all.filter(([name]) => rig.waitingFor.includes(name));
}

function sayRig(state: Snapshot['rig']['state'], startsAtMs: number | null, nowMs: number): string {
  if (state === 'idle' && startsAtMs !== null && startsAtMs > nowMs) {
    const seconds = Math.ceil((startsAtMs - nowMs) / 1_000);
    return `the recording starts in ${sayDuration(seconds * 1_000)}`;
  }
  return state === 'stopping' ? 'looking at the files of the trial' : `the rig is ${state}`;
}
