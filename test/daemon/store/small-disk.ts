import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmdirSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A disk of its own, in memory, that can be full or read-only as a whole. */
export type SmallDisk = {
  readonly path: string;
  /** Leaves this many bytes free, a multiple of 4,096. */
  fill(leaveBytes: number): void;
  free(): void;
  setReadOnly(is: 'ro' | 'rw'): void;
  remove(): void;
};

/** Needs the right to mount. */
export function mountSmallDisk(bytes = 1_048_576): SmallDisk {
  const path = mkdtempSync(join(tmpdir(), 'rig-disk-'));
  try {
    run('mount', '-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', path);
  } catch (error) {
    rmdirSync(path);
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
    setReadOnly: (is) => run('mount', '-o', `remount,${is}`, path),
    remove: () => {
      run('umount', path);
      rmdirSync(path);
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
export const noSmallDisk: string | null = (() => {
  try {
    mountSmallDisk().remove();
    return null;
  } catch (error) {
    return `mount is not allowed: ${error instanceof Error ? error.message : error}`;
  }
})();

function run(command: string, ...args: readonly string[]): void {
  execFileSync(command, args, { stdio: 'pipe' });
}
