import { lstatSync, renameSync } from 'node:fs';
import { type FileHandle, open, readFile, realpath, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Fault } from '../../core/input.ts';
import { isErrno } from '../errno.ts';
import { diskFault } from '../store/disk-fault.ts';
import { syncFolder } from '../store/durable-file.ts';
import { bundledModules } from './bundled-modules.ts';
import { readConfigText } from './read-text.ts';
import { spliceEnabled } from './splice-enabled.ts';

/** How often the file is read again when somebody writes it while we do. */
const maxTries = 5;

export type AllEnabledResult = {
  readonly changed: boolean;
  /** One for each wish that this file cannot take. The others were written. */
  readonly hopeless: readonly Fault[];
  /** Why nothing was written; trying later may help. */
  readonly fault: Fault | null;
};

/**
 * Writes `enabled` of some modules into a rig.yaml: these values change and no other byte. The file is read just before;
 * owner, mode and symbolic links stay; a file with errors is never touched.
 */
export async function writeAllEnabled(
  file: string,
  wishes: ReadonlyMap<string, boolean>,
): Promise<AllEnabledResult> {
  const nothing = { changed: false, hopeless: [] };
  try {
    for (let tries = 0; tries < maxTries; tries += 1) {
      const done = await tryToWrite(file, wishes);
      if (done !== null) return done;
    }
    return { ...nothing, fault: refusal(file, 'it is being written by somebody else') };
  } catch (error) {
    return { ...nothing, fault: diskFault('preference', file, error) };
  }
}

/** @returns null when somebody changed the file meanwhile */
async function tryToWrite(
  file: string,
  wishes: ReadonlyMap<string, boolean>,
): Promise<AllEnabledResult | null> {
  const target = await realpath(file);
  const seen = stampOf(target);
  const result = await readConfigText(target);
  if (!result.ok) {
    return { changed: false, hopeless: [], fault: refusal(file, result.finding.message) };
  }
  const bundled = (await bundledModules()).map((one) => one.name);
  const hopeless: Fault[] = [];
  let { text } = result.read;
  for (const [module, enabled] of wishes) {
    const spliced = spliceEnabled(text, module, enabled, bundled);
    if (spliced.ok) text = spliced.text;
    else hopeless.push(refusal(file, spliced.reason));
  }
  if (text === result.read.text) return { changed: false, hopeless, fault: null };
  const isReplaced = await replace(target, result.read.bom + text, seen);
  return isReplaced ? { changed: true, hopeless, fault: null } : null;
}

/** Writes beside the file and renames: a power cut leaves the old text or the new one. */
async function replace(target: string, text: string, seen: string): Promise<boolean> {
  const next = join(dirname(target), `.${basename(target)}.rigdeck-next`);
  const { uid, gid, mode, nlink } = await stat(target);
  if (nlink > 1) throw new Error('it has several hard links, which would be parted');
  await rm(next, { force: true });
  try {
    const handle = await open(next, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await keepOwner(handle, uid, gid);
      await handle.chmod(mode & 0o7777);
      await handle.sync();
    } finally {
      await handle.close();
    }
    if ((await readFile(next, 'utf8')) !== text)
      throw new Error('it reads back other than written');
    // In one go: between a look that waits and a rename that waits, others would have time to save.
    if (stampOf(target) !== seen) return false;
    renameSync(next, target);
  } finally {
    await rm(next, { force: true });
  }
  await syncFolder(dirname(target));
  return true;
}

/** Changes whenever somebody writes the file or puts another in its place. */
function stampOf(path: string): string {
  const { ino, size, mtimeNs, ctimeNs } = lstatSync(path, { bigint: true });
  return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
}

function refusal(file: string, reason: string): Fault {
  return {
    code: 'preference',
    message: `the wish could not be written into ${file}: ${reason}`,
    remedy: 'it is kept until the daemon ends; write `enabled:` into the file yourself',
  };
}

/** A group that we are not in cannot be given away (chown(2)); the file is still its owner's, and the wish counts more. */
async function keepOwner(handle: FileHandle, uid: number, gid: number): Promise<void> {
  try {
    await handle.chown(uid, gid);
  } catch (error) {
    if (!isErrno(error, 'EPERM') || (await handle.stat()).uid !== uid) throw error;
  }
}
