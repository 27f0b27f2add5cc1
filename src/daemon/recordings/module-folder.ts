import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isErrno } from '../errno.ts';
import type { Storage } from '../host/storage.ts';
import { namesIn } from '../store/names-in.ts';
import { claimBeforeSegment } from './close-trial.ts';
import { segmentInName, segmentPrefix, trialName } from './session-folder.ts';
import type { SessionStore } from './session-store.ts';

/** Where a module records: an absolute folder that exists, and how its files begin. */
export type ModuleFolder = {
  readonly dir: string;
  readonly prefix: string;
  readonly session: { readonly id: string; readonly name: string };
};

/** A module's folder, and the folders that have new names in them: a power cut must not lose those of folders with whole files. */
type Made = { readonly folder: ModuleFolder; readonly unsynced: readonly string[] };

/**
 * Makes the folder of a module for a trial, never the session's: that of a mount that is gone would come back empty on the disk
 * beneath.
 *
 * @throws what the disk says, DiskGone where the path leads to another disk, or an Error when its files are there already
 */
export async function makeModuleFolder(
  store: SessionStore,
  disk: Storage,
  module: string,
  trial: number,
  segment: number,
): Promise<Made> {
  const dir = join(store.path, module, trialName(trial));
  await disk.demand(store.path);
  const made = [await isMade(dirname(dir)), await isMade(dir)];
  await disk.demand(dir);
  await claimBeforeSegment(store, module, trial);
  const taken = (await namesIn(dir)).find((name) => segmentInName(module, name) === segment);
  if (taken !== undefined)
    throw new Error(`${join(dir, taken)} exists, and nothing is overwritten`);
  const { id, name } = store.manifest.session;
  const folder = { dir, prefix: segmentPrefix(module, segment), session: { id, name } };
  return { folder, unsynced: made.includes(true) ? [dirname(dir), store.path] : [] };
}

/** Makes one folder, and none above it. False when it was there. */
async function isMade(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw error;
  }
}
