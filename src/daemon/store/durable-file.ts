import { link, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { Fault } from '../../core/input.ts';
import { isErrno } from '../errno.ts';
import { diskFault } from './disk-fault.ts';

/** The operations of the disk that a durable file is made of. */
export type Disk = {
  /** Writes and syncs a file. On a full disk it may succeed with less than was given. */
  readonly stage: (path: string, text: string) => Promise<void>;
  readonly read: (path: string) => Promise<string>;
  readonly link: (from: string, to: string) => Promise<void>;
  readonly rename: (from: string, to: string) => Promise<void>;
  /** No error when there is no such file. */
  readonly remove: (path: string) => Promise<void>;
  readonly syncFolder: (folder: string) => Promise<void>;
};

export const realDisk: Disk = {
  stage: async (path, text) => {
    try {
      await writeFileAtomic(path, text, { mode: 0o644 });
    } catch (error) {
      if (!isErrno(error, 'ENOENT')) throw error;
      await mkdir(dirname(path), { recursive: true }); // somebody cleaned up while we ran
      await writeFileAtomic(path, text, { mode: 0o644 });
    }
  },
  read: (path) => readFile(path, 'utf8'),
  link,
  rename,
  remove: (path) => rm(path, { force: true }),
  syncFolder,
};

/**
 * Replaces a file so that after a power cut at any moment there is the old text or the new one, and keeps what was there
 * before as `<path>.previous`. The path itself exists at every moment.
 *
 * write-file-atomic only makes the neighbour: it syncs no folder, and on a full disk it succeeds with half of the text.
 *
 * @returns why it could not be written; then the file is as it was
 */
export async function writeDurable(
  path: string,
  text: string,
  disk: Disk = realDisk,
): Promise<Fault | null> {
  const next = `${path}.next`;
  try {
    await stageWhole(next, text, disk);
    await keepPrevious(path, disk);
    await disk.rename(next, path);
    await disk.syncFolder(dirname(path));
    return null;
  } catch (error) {
    await removeLeftover(next, disk);
    return diskFault('state-folder', path, error);
  }
}

async function keepPrevious(path: string, disk: Disk): Promise<void> {
  const extra = `${path}.previous.link`;
  try {
    await disk.remove(extra);
    await secondName(path, extra, disk);
    await disk.rename(extra, `${path}.previous`);
    // Where both were the same file already, rename(2) does nothing and succeeds.
    await disk.remove(extra);
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error; // there is nothing to keep yet
  }
}

async function secondName(path: string, extra: string, disk: Disk): Promise<void> {
  try {
    await disk.link(path, extra);
  } catch (error) {
    // FAT and its like know no links.
    if (!isErrno(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK')) throw error;
    await stageWhole(extra, await disk.read(path), disk);
  }
}

async function stageWhole(path: string, text: string, disk: Disk): Promise<void> {
  await disk.stage(path, text);
  if ((await disk.read(path)) === text) return;
  throw new Error('it reads back other than it was written, as on a full disk');
}

async function removeLeftover(path: string, disk: Disk): Promise<void> {
  try {
    await disk.remove(path);
  } catch {
    // The fault that is being reported is why this fails too; the next start sweeps.
  }
}

/**
 * Removes what a killed daemon left half written in a folder.
 *
 * @returns why it could not; a folder that does not exist is clean
 */
export async function sweepLeftovers(folder: string): Promise<Fault | null> {
  try {
    const names = await readdir(folder);
    const left = names.filter((name) => /\.(next|previous\.link)(\.\d+)?$/.test(name));
    for (const name of left) await rm(join(folder, name), { force: true });
    return null;
  } catch (error) {
    return isErrno(error, 'ENOENT') ? null : diskFault('state-folder', join(folder, '*'), error);
  }
}

/** Makes renames and new names in a folder survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    // Some file systems (network, FUSE) have nothing to sync there.
    if (!isErrno(error, 'EINVAL', 'ENOTSUP')) throw error;
  } finally {
    await handle.close();
  }
}
