import { discardFiles, filesWithData } from './discard.ts';
import { hasRecorded, trialOf } from './manifest-notes.ts';
import { modulesOnDisk } from './recorded-files.ts';
import type { SessionStore, StoreOutlet } from './session-store.ts';
import { keepTrial } from './unlisted.ts';

/**
 * Removes what the start of a trial made that came to nothing. What was recorded all the same is kept and listed.
 *
 * @param files absolute, or below a module's folder of that trial
 * @returns `nothing` is left of it; `data`, or at least `something`, is left: the trial is to be closed
 * @throws what the disk says
 */
export async function callOff(
  store: SessionStore,
  log: StoreOutlet['log'],
  trial: number,
  files: readonly string[],
): Promise<'nothing' | 'something' | 'data'> {
  const begun = trialOf(store.manifest, trial);
  const hasJoined = begun !== undefined && hasRecorded(begun);
  for (const fault of hasJoined ? [] : await discardFiles(store.path, trial, files)) {
    log('warn', `not removed: ${fault}`);
  }
  const at = new Date().toISOString();
  const kept = await filesWithData(store.path, trial);
  if (hasJoined || kept.length > 0) {
    log('warn', `trial ${trial} has recorded and is not discarded: ${kept.join(', ')}`);
    keepTrial(store, trial, kept, at);
    return 'data';
  }
  if (begun === undefined) return 'nothing';
  // Something lies there that nobody named: it is kept, and the manifest says so.
  if ((await modulesOnDisk(store.path, trial)).length > 0) return 'something';
  store.add({ is: 'trial-discarded', trial, at });
  return 'nothing';
}
