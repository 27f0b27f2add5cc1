import { readFileSync } from 'node:fs';
import { realpath, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isErrno } from '../errno.ts';
import { type Mount, mountOf, parseMounts } from './mount-table.ts';
import { deniedAt } from './room.ts';

/** One look at the file system that a folder lies on, or will lie on once it is made. Null is unknown. */
export type DiskLook = {
  /** The folder itself, or the nearest one above it that exists; without symbolic links. */
  readonly place: string;
  readonly isFolder: boolean;
  /** `st_dev`: what tells one file system from another, whatever is mounted where. */
  readonly device: number;
  readonly mount: Mount | null;
  /** Whether it is another file system than that of `/`. */
  readonly isMounted: boolean;
  readonly freeBytes: number;
  readonly totalBytes: number;
  /** Files that can still be made. Null where the file system does not count them (vfat, btrfs). */
  readonly freeInodes: number | null;
  /** What stands against writing at `place`, as far as permissions and the mount tell; null: nothing. */
  readonly denied: unknown;
};

/**
 * Looks at a disk: five questions to the kernel, nothing is written.
 *
 * @param folder absolute; need not exist yet
 * @throws what the disk says, as an Error with a `code`
 */
export async function lookAtDisk(folder: string): Promise<DiskLook> {
  const [place, facts, room, rootDevice, denied] = await askAt(folder).catch(
    async (error: unknown) => {
      if (!isErrno(error, 'ENOENT')) throw error;
      return askAt(await nearestExisting(folder));
    },
  );
  return {
    place,
    isFolder: facts.isDirectory(),
    device: facts.dev,
    mount: mountOf(place, readMounts()),
    isMounted: facts.dev !== rootDevice,
    freeBytes: room.bavail * room.bsize,
    totalBytes: room.blocks * room.bsize,
    freeInodes: room.files > 0 ? room.ffree : null,
    denied,
  };
}

/** All at once: a start waits for the answers. */
function askAt(path: string) {
  return Promise.all([realpath(path), stat(path), statfs(path), deviceOfRoot(), deniedAt(path)]);
}

/** Asked once: nothing takes the root away from a process that lives. */
async function deviceOfRoot(): Promise<number> {
  rootDevice ??= (await stat('/')).dev;
  return rootDevice;
}

let rootDevice: number | null = null;

let read: { readonly text: string; readonly mounts: readonly Mount[] } = { text: '', mounts: [] };

/** At once: the kernel answers from memory. */
function readMounts(): readonly Mount[] {
  try {
    const text = readFileSync('/proc/self/mountinfo', 'utf8');
    if (text !== read.text) read = { text, mounts: parseMounts(text) };
    return read.mounts;
  } catch {
    return []; // no /proc here: what is mounted is unknown
  }
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
