import { constants } from 'node:fs';
import { access, mkdir, rmdir, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Refusal } from '../../protocol/problem.ts';
import { saySize } from '../../protocol/units.ts';
import { isErrno } from '../errno.ts';

/**
 * Whether there is room to record. Looks only; nothing is made on disk.
 *
 * @param folder absolute; need not exist yet: then the nearest folder above it is judged
 * @param minFreeBytes of free space that a person without privileges may use
 * @returns null, or the refusal in words
 */
export async function roomToRecord(folder: string, minFreeBytes: number): Promise<Refusal | null> {
  try {
    const above = await nearestExisting(folder);
    if (!(await stat(above)).isDirectory()) {
      return cannotUse(
        `${above} is no folder`,
        `Remove or rename ${above}, or set rig.recordings.`,
      );
    }
    await access(above, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = await statfs(above);
    const freeBytes = bavail * bsize;
    return freeBytes < minFreeBytes ? tooFull(folder, freeBytes, minFreeBytes) : null;
  } catch (error) {
    return refusalOf(folder, error);
  }
}

/** Makes the recordings folder. @returns how to take back what was made, as long as it is empty. @throws what the disk says */
export async function makeRecordingsFolder(folder: string): Promise<() => Promise<void>> {
  const first = await mkdir(folder, { recursive: true });
  return async () => {
    if (first === undefined) return;
    for (let made = folder; made.length >= first.length; made = dirname(made)) {
      if (!(await removeEmpty(made))) return;
    }
  };
}

/** Removes a folder that is empty. False when it is not, or cannot be removed. */
export async function removeEmpty(folder: string): Promise<boolean> {
  return rmdir(folder).then(
    () => true,
    () => false,
  );
}

/** The refusal for what the disk answered. */
export function refusalOf(folder: string, error: unknown): Refusal {
  const [words, remedy] = sayDisk(error);
  return cannotUse(`the recordings folder ${folder} cannot be used: ${words}`, remedy);
}

/** What went wrong with a disk, and what to do: two sentences for people. */
export function sayDisk(error: unknown): readonly [words: string, remedy: string] {
  if (isErrno(error, 'EROFS')) {
    return ['the disk is read-only', 'Look for errors of the card or disk (dmesg); remount it rw.'];
  }
  if (isErrno(error, 'ENOSPC', 'EDQUOT')) {
    return ['the disk is full', 'Delete or move old recordings.'];
  }
  if (isErrno(error, 'EACCES', 'EPERM')) {
    return ['no permission to write there', 'Give the user of the daemon write permission there.'];
  }
  if (isErrno(error, 'ENOENT')) return ['it is gone', 'Look whether the disk is still mounted.'];
  if (isErrno(error, 'EIO')) return ['the disk reports errors', 'Change the card or disk.'];
  if (isErrno(error, 'ENOTDIR')) {
    return ['a part of its path is no folder', 'Set rig.recordings to a folder.'];
  }
  const words = error instanceof Error ? error.message : String(error);
  return [words, 'Look at the disk.'];
}

function cannotUse(message: string, remedy: string): Refusal {
  return { reason: 'recordings-folder', message, remedy };
}

function tooFull(folder: string, freeBytes: number, minFreeBytes: number): Refusal {
  return {
    reason: 'low-space',
    message: `only ${saySize(freeBytes)} are free for ${folder}, ${saySize(minFreeBytes)} are needed to start`,
    remedy: 'Delete or move old recordings, or set rig.minFree lower.',
  };
}

async function nearestExisting(folder: string): Promise<string> {
  for (let path = folder; ; path = dirname(path)) {
    try {
      await stat(path);
      return path;
    } catch (error) {
      if (!isErrno(error, 'ENOENT') || dirname(path) === path) throw error;
    }
  }
}
