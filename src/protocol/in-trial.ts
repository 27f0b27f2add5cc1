import type { ModuleRecord, Snapshot } from './snapshot.ts';

/** Whether this module records, or is paused, in a trial: one that is ended now leaves a gap there. */
export function isInTrial({ rig }: Pick<Snapshot, 'rig'>, { state }: ModuleRecord): boolean {
  return rig.trial !== null && (state === 'recording' || state === 'paused');
}
