import { readdir, realpath, unlink } from 'node:fs/promises';
import { dirname, isAbsolute, join, sep } from 'node:path';
import { wordsOf } from '../../protocol/words-of.ts';
import { isErrno } from '../errno.ts';
import { removeEmpty } from '../host/room.ts';
import { factsOf, filesBelow, modulesOnDisk } from './recorded-files.ts';
import { segmentInName, trialName } from './session-folder.ts';

/** Containers write their header when they are opened; a file that is larger holds something that was recorded. */
const headerBytes = 4_096;

/**
 * Files of a trial, whoever named them, that hold more than a header; absolute paths.
 *
 * @throws what the disk says, other than that a file is not there
 */
export async function filesWithData(sessionPath: string, trial: number): Promise<string[]> {
  const found: string[] = [];
  for (const module of await modulesOnDisk(sessionPath, trial)) {
    for (const file of await filesBelow(join(sessionPath, module, trialName(trial)))) {
      if (await holdsData(file)) found.push(file);
    }
  }
  return found;
}

// A module may be told late that the start is off, and writes on: each file is looked at just before it goes.
async function holdsData(path: string): Promise<boolean> {
  return ((await factsOf(path))?.bytes ?? 0) > headerBytes;
}

/**
 * Removes what the arming of a trial made: the files that modules named or that begin as they were told to, as far as they lie
 * in their folders of this trial and are no larger than a header, and the folders that are empty then. Everything else stays.
 *
 * @param files absolute, or below a module's folder of that trial
 * @returns what could not be removed, in words
 */
export async function discardFiles(
  sessionPath: string,
  trial: number,
  files: readonly string[],
): Promise<string[]> {
  const faults: string[] = [];
  for (const module of await modulesOnDisk(sessionPath, trial)) {
    const folder = join(sessionPath, module, trialName(trial));
    // One that hung or crashed while it armed has named none.
    const own = await readdir(folder).catch(() => []);
    const begun = own.filter((name) => segmentInName(module, name) !== null);
    for (const file of [...files, ...begun]) {
      const path = isAbsolute(file) ? file : join(folder, file);
      const fault = await removeInside(folder, path);
      if (fault !== null) faults.push(fault);
    }
    if (await removeEmpty(folder)) await removeEmpty(join(sessionPath, module));
  }
  return faults;
}

// A module names its files itself: a name that leads out of its folder, by `..` or by a link, is not ours to remove.
async function removeInside(folder: string, path: string): Promise<string | null> {
  try {
    const inside = await realpath(folder);
    const parent = await realpath(dirname(path));
    if (parent !== inside && !parent.startsWith(inside + sep)) return null;
    if (await holdsData(path)) return null;
    await unlink(path);
    for (let empty = parent; empty !== inside; empty = dirname(empty)) {
      if (!(await removeEmpty(empty))) break;
    }
    return null;
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return null;
    return `${path}: ${wordsOf(error)}`;
  }
}
