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
  const made = await makeBelow(store.path, dir);
  await disk.demand(dir);
  if (!made.includes(dir)) await keepOthers(store, module, trial, segment, dir);
  const { id, name } = store.manifest.session;
  const folder = { dir, prefix: segmentPrefix(module, segment), session: { id, name } };
  return { folder, unsynced: made.map(dirname) };
}

/** What is in the folder already is whose it is, and nothing in it is of the segment that comes. @throws Error where something is */
async function keepOthers(
  store: SessionStore,
  module: string,
  trial: number,
  segment: number,
  dir: string,
): Promise<void> {
  await claimBeforeSegment(store, module, trial);
  const taken = (await namesIn(dir)).find((name) => segmentInName(module, name) === segment);
  if (taken !== undefined)
    throw new Error(`${join(dir, taken)} exists, and nothing is overwritten`);
}

/** Makes a folder, and the one above it where that is not `top`. @returns those that were not there, the upper one first */
async function makeBelow(top: string, folder: string): Promise<string[]> {
  try {
    return (await isMade(folder)) ? [folder] : [];
  } catch (error) {
    const above = dirname(folder);
    if (!isErrno(error, 'ENOENT') || above === top) throw error;
    return [...(await makeBelow(top, above)), ...(await makeBelow(top, folder))];
  }
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
