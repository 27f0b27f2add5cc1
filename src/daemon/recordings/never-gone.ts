import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest } from '../../protocol/manifest.ts';
import { isErrno } from '../errno.ts';
import { removeEmpty } from '../host/room.ts';
import { foldersIn, namesIn } from '../store/names-in.ts';
import { checkContainer } from './containers/check-container.ts';
import { trialOf } from './manifest-notes.ts';
import { factsOf, filesBelow, modulesOnDisk } from './recorded-files.ts';
import { trialInName, trialName } from './session-folder.ts';

/** A start that was armed and never went, as its daemon ended in between: absolute paths of its files, none of which holds anything. */
export type NeverGone = { readonly trial: number; readonly files: readonly string[] };

/**
 * Numbers of trials of which a module has a folder, the lowest first.
 *
 * @param likely modules that may well have one: they are looked for at once, not after a first look at who has
 */
export async function trialsOnDisk(
  sessionPath: string,
  likely: readonly string[] = [],
): Promise<number[]> {
  const found = new Set<number>();
  const namesOf = async (module: string) =>
    [module, await namesIn(join(sessionPath, module))] as const;
  const [modules, ...early] = await Promise.all([foldersIn(sessionPath), ...likely.map(namesOf)]);
  const known = new Map(early);
  const names = await Promise.all(
    modules.map((module) => known.get(module) ?? namesOf(module).then(([, late]) => late)),
  );
  for (const name of names.flat()) {
    const trial = trialInName(name);
    if (trial !== null) found.add(trial);
  }
  return [...found].sort((a, b) => a - b);
}

/** Starts that left folders and empty files, and of which the manifest knows nothing. @throws what the disk says */
export async function findNeverGone(path: string, manifest: Manifest): Promise<NeverGone[]> {
  const found: NeverGone[] = [];
  for (const trial of await trialsOnDisk(path)) {
    if (trialOf(manifest, trial) !== undefined) continue;
    const files = await trialFiles(path, trial);
    const empty = await Promise.all(files.map(holdsNothing));
    if (empty.every(Boolean)) found.push({ trial, files });
  }
  return found;
}

/**
 * Removes what such a start left, each file only if it still holds nothing. Nobody may be armed for it any more.
 *
 * @throws what the disk says
 */
export async function takeBack(path: string, { trial, files }: NeverGone): Promise<void> {
  for (const file of files) {
    if (!(await holdsNothing(file))) continue;
    await unlink(file).catch((error: unknown) => {
      if (!isErrno(error, 'ENOENT')) throw error; // its module removed it itself
    });
  }
  for (const module of await modulesOnDisk(path, trial)) {
    const folder = join(path, module, trialName(trial));
    if (await removeEmpty(folder)) await removeEmpty(join(path, module));
  }
}

/** Files of a trial in the folders of its modules, whoever named them; absolute paths. */
export async function trialFiles(path: string, trial: number): Promise<string[]> {
  const files: string[] = [];
  for (const module of await modulesOnDisk(path, trial)) {
    files.push(...(await filesBelow(join(path, module, trialName(trial)))));
  }
  return files;
}

/** No byte, or a header and nothing else where its format is known. What cannot be read may hold something. */
export async function holdsNothing(path: string): Promise<boolean> {
  const facts = await factsOf(path).catch((): null => null);
  if (facts === null) return false;
  if (facts.bytes === 0) return true;
  const look = await checkContainer(path, true).catch((): null => null);
  return look?.state === 'empty';
}
