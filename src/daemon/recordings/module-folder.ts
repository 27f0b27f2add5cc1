import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncFolder } from '../store/durable-file.ts';
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

/** Makes the folder of a module for a trial. @throws what the disk says, or an Error when its files are there already */
export async function makeModuleFolder(
  store: SessionStore,
  module: string,
  trial: number,
  segment: number,
): Promise<ModuleFolder> {
  const dir = join(store.path, module, trialName(trial));
  const made = await mkdir(dir, { recursive: true });
  if (made !== undefined) {
    // So that a power cut cannot lose the names of folders that hold whole files.
    for (const folder of [dirname(dir), store.path]) await syncFolder(folder);
  }
  await claimBeforeSegment(store, module, trial);
  const taken = (await namesIn(dir)).find((name) => segmentInName(module, name) === segment);
  if (taken !== undefined)
    throw new Error(`${join(dir, taken)} exists, and nothing is overwritten`);
  const { id, name } = store.manifest.session;
  return { dir, prefix: segmentPrefix(module, segment), session: { id, name } };
}
