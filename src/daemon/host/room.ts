import { constants } from 'node:fs';
import { access, mkdir, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Refusal } from '../../protocol/problem.ts';
import { saySize } from '../../protocol/units.ts';
import { wordsOf } from '../../protocol/words-of.ts';
import { isErrno } from '../errno.ts';
import type { DiskLook } from './disk-look.ts';

/** The disk beneath a path is not the one that was recorded to: its mount is gone, or another lies over it. */
export class DiskGone extends Error {
  override readonly name = 'DiskGone';
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

/**
 * What stands against writing in a folder, as far as permissions and the mount tell; null: nothing. Nothing is written: a full or failing
 * disk is not seen.
 */
export async function deniedAt(folder: string): Promise<unknown> {
  return access(folder, constants.W_OK | constants.X_OK).then(
    () => null,
    (error: unknown) => error,
  );
}

/** Whether a folder is there, and may be written in as far as that tells. */
export async function accessTo(folder: string): Promise<'open' | 'closed' | 'gone'> {
  const denied = await deniedAt(folder);
  if (denied === null) return 'open';
  return isErrno(denied, 'ENOENT', 'ENOTDIR') ? 'gone' : 'closed';
}

/** The refusal for what the disk answered. */
export function refusalOf(folder: string, error: unknown): Refusal {
  if (error instanceof DiskGone) return notMounted(error.message);
  const [words, remedy] = sayDisk(error);
  return cannotUse(`the recordings folder ${folder} cannot be used: ${words}`, remedy);
}

/** What went wrong with a disk, and what to do: two sentences for people. */
export function sayDisk(error: unknown): readonly [words: string, remedy: string] {
  if (error instanceof DiskGone) return [error.message, mountAgain];
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
  const words = wordsOf(error);
  return [words, 'Look at the disk.'];
}

const mountAgain =
  'Plug the disk in and mount it again. Only without rig.requireMount does a daemon that is restarted record to what lies beneath.';

export function cannotUse(message: string, remedy: string): Refusal {
  return { reason: 'recordings-folder', message, remedy };
}

/** What is already there is not written to any more. */
export function cannotWrite(path: string, why: { words: string; remedy: string }): Refusal {
  return cannotUse(`${path} cannot be written to: ${why.words}`, why.remedy);
}

/** Nothing may land on the disk beneath a mount that is gone. */
export function notMounted(message: string): Refusal {
  return { reason: 'not-mounted', message, remedy: mountAgain };
}

/** `rig.requireMount`, and the folder lies on the system's own disk. */
export function notItsOwn(folder: string): Refusal {
  return {
    reason: 'not-mounted',
    message: `no disk is mounted for ${folder}: it lies on the system's own disk, and rig.requireMount is set`,
    remedy: 'Plug the disk in and mount it there, or set rig.requireMount: false.',
  };
}

export function tooFull(folder: string, freeBytes: number, minFreeBytes: number): Refusal {
  return {
    reason: 'low-space',
    message: `only ${saySize(freeBytes)} are free for ${folder}, ${saySize(minFreeBytes)} are needed to start`,
    remedy: 'Delete or move old recordings, or set rig.minFree lower.',
  };
}

/** The kernel's own file systems, such as /proc, have no room at all: to delete something there is no cure. */
export function keepsNoFiles({ place, mount }: DiskLook, folder: string): Refusal {
  const what = mount === null ? place : `${place} (${mount.fileSystem})`;
  return cannotUse(
    `the recordings folder ${folder} cannot be made: ${what} is no disk that keeps files`,
    'Set rig.recordings to a folder on a disk.',
  );
}

export function tooManyFiles(folder: string, freeInodes: number): Refusal {
  return {
    reason: 'low-space',
    message: `the disk of ${folder} takes only ${freeInodes} more files (inodes), however much space is free`,
    remedy: 'Delete or move folders with many small files (df -i shows them).',
  };
}
