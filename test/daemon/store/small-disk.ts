import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A disk of its own that can be full, read-only or away as a whole. */
export type SmallDisk = {
  readonly path: string;
  /** Leaves this many bytes free, a multiple of 4,096. */
  fill(leaveBytes: number): void;
  free(): void;
  /** Leaves room for so many more files. */
  useInodes(leave: number): void;
  setReadOnly(is: 'ro' | 'rw'): void;
  /** Of ext4: as after an error of the medium, whatever files are open. */
  fail(): void;
  /** Of ext4: whoever writes waits, as for a disk that has stopped to answer. */
  freeze(is: 'on' | 'off'): void;
  /** Away as a stick that is pulled out: its path leads to the disk beneath, and open files stay open. */
  unplug(): void;
  /** Whether nobody has a file of it open any more. */
  isLetGo(): boolean;
  /** There again: the same disk of ext4, another, empty one in memory. */
  plugIn(): void;
  remove(): void;
};

/** What a disk is made of: memory, or an image with a file system of its own and room for so many files. */
export type SmallDiskKind = 'tmpfs' | { readonly ext4Inodes: number };

/** Needs the right to mount. */
export function mountSmallDisk(bytes = 1_048_576, kind: SmallDiskKind = 'tmpfs'): SmallDisk {
  const path = mkdtempSync(join(tmpdir(), 'rig-disk-'));
  const image = `${path}.img`;
  const mount = () =>
    kind === 'tmpfs'
      ? run('mount', '-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', path)
      : run('mount', '-o', 'loop,errors=remount-ro', image, path);
  let isIn = true;
  try {
    if (kind !== 'tmpfs') {
      run('truncate', '-s', String(bytes), image);
      run('mkfs.ext4', '-q', '-m', '0', '-N', String(kind.ext4Inodes), image);
    }
    mount();
  } catch (error) {
    rmdirSync(path);
    rmSync(image, { force: true });
    throw error;
  }
  const ballast = join(path, 'ballast');
  return {
    path,
    fill: (leaveBytes) => {
      // Others may write at the same moment: what they took meanwhile is not there to be filled.
      for (let tries = 0; tries < 20; tries++) {
        writeFileSync(ballast, '');
        const { bavail, bsize } = statfsSync(path);
        if (hasWritten(ballast, Math.max(0, bavail * bsize - leaveBytes))) return;
      }
      throw new Error(`${path} could not be filled`);
    },
    free: () => writeFileSync(ballast, ''),
    useInodes: (leave) => {
      for (let more = statfsSync(path).ffree - leave; more > 0; more--) {
        writeFileSync(join(path, `crumb-${more}`), '');
      }
    },
    setReadOnly: (is) => run('mount', '-o', `remount,${is}`, path),
    fail: () => run('mount', '-o', 'remount,abort', path),
    freeze: (is) => run('fsfreeze', is === 'on' ? '--freeze' : '--unfreeze', path),
    unplug: () => {
      run('umount', '--lazy', path);
      isIn = false;
    },
    isLetGo: () => kind === 'tmpfs' || run('losetup', '-j', image) === '',
    plugIn: () => {
      mount();
      isIn = true;
    },
    remove: () => {
      if (isIn) run('umount', path);
      isIn = false;
      rmSync(path, { recursive: true, force: true });
      rmSync(image, { force: true });
    },
  };
}

function hasWritten(file: string, bytes: number): boolean {
  try {
    writeFileSync(file, Buffer.alloc(bytes));
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return false;
    throw error;
  }
}

/** Why a test with a small disk cannot run here; null when it can. */
export const noSmallDisk: string | null = whyNot('tmpfs');

/** Why a test with an image that is mounted cannot run here; null when it can. */
export function noImageDisk(): string | null {
  return whyNot({ ext4Inodes: 128 });
}

function whyNot(kind: SmallDiskKind): string | null {
  try {
    mountSmallDisk(4_194_304, kind).remove();
    return null;
  } catch (error) {
    return `mount is not allowed: ${error instanceof Error ? error.message : error}`;
  }
}

function run(command: string, ...args: readonly string[]): string {
  return execFileSync(command, args, { stdio: 'pipe', encoding: 'utf8' });
}
