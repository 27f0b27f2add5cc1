import { sayAllAwaited, sayArming, sayNames } from './arming-words.ts';
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
  const unproven = sayUnproven(snapshot);
  if (unproven !== null) return unproven;
  const { rig, modules } = snapshot;
  const awaited = Object.entries(modules).filter(([name]) => rig.waitingFor.includes(name));
  if (rig.state === 'recording' || awaited.length === 0) return sayRig(rig, nowMs);
  return `waiting for ${sayAllAwaited(awaited, nowMs)}`;
}

/** Who has shown no data yet after a start; null where all have, and where nothing is recorded. */
export function sayUnproven({ rig, modules }: Pick<Snapshot, 'rig' | 'modules'>): string | null {
  const unproven = Object.keys(modules).filter((name) => modules[name]?.phase === 'proving');
  if (rig.state !== 'recording' || unproven.length === 0) return null;
  return `waiting for the first data of ${sayNames(unproven)}`;
}

function sayRig(rig: Snapshot['rig'], nowMs: number | null): string {
  const start = waitingStart(rig);
  if (start !== null && nowMs !== null) return `the recording ${sayScheduled(start, nowMs)}`;
  return rig.state === 'stopping' ? 'looking at the files of the trial' : `the rig is ${rig.state}`;
}
