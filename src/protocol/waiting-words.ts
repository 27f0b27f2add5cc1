import { sayArming, sayAwaited } from './arming-words.ts';
import { sayScheduled, waitingStart } from './scheduled-words.ts';
import type { Snapshot } from './snapshot.ts';

/**
 * Says who keeps the rig, and how long it may take: `waiting for camera: finishing its files, at most 12 s`.
 *
 * @param nowMs wall clock in ms; null when what is shown is not the present
 */
export function sayWaiting(snapshot: Snapshot, nowMs: number | null): string {
  const arming = sayArming(snapshot, nowMs);
  if (arming !== null) return arming;
  const awaited = awaitedIn(snapshot);
  if (awaited.length === 0) return sayRig(snapshot.rig, nowMs);
  return `waiting for ${awaited.map(([name, record]) => sayAwaited(name, record, nowMs)).join(' · ')}`;
}

/** Those that the rig names itself, and after the start those that have shown no data yet. */
function awaitedIn({ rig, modules }: Snapshot) {
  const all = Object.entries(modules);
  if (rig.state === 'recording') return all.filter(([, { phase }]) => phase === 'proving');
  return all.filter(([name]) => rig.waitingFor.includes(name));
}

function sayRig(rig: Snapshot['rig'], nowMs: number | null): string {
  const start = waitingStart(rig);
  if (start !== null && nowMs !== null) return `the recording ${sayScheduled(start, nowMs)}`;
  return rig.state === 'stopping' ? 'looking at the files of the trial' : `the rig is ${rig.state}`;
}
