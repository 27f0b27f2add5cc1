import { closeSync, readdirSync, readlinkSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from './kernel.ts';

const descriptors = '/proc/self/fd';

/**
 * What this process has open of a line of sysfs.
 *
 * Onoff has no word for the descriptor of its line, and closes it only together with `unexport`, which would take the line from
 * whoever has exported it anew. The kernel knows it by the name of its file, also when that is gone (proc_pid_fd(5)).
 *
 * @param number as sysfs counts: the base of the chip and the line
 */
export function descriptorsOf(number: number): number[] {
  const name = new RegExp(`^/sys/.*/gpio${number}/value( \\(deleted\\))?$`);
  return readdirSync(descriptors)
    .filter((fd) => name.test(targetOf(fd)))
    .map(Number);
}

/** Whether the line is the one that was exported: a descriptor of one that was unexported stays dead, whoever exports it anew. */
export function isStillExported(number: number): boolean {
  try {
    const [fd] = descriptorsOf(number);
    return fd !== undefined && readSync(fd, Buffer.alloc(1), 0, 1, 0) >= 0;
  } catch {
    return false; // ENODEV: whatever else it might be, a line that cannot be read is none to take away
  }
}

/** Closes the line and leaves it exported. */
export function closeLine(number: number): void {
  for (const fd of descriptorsOf(number)) closeSync(fd);
}

/** Empty for what was closed meanwhile, as the one by which the folder is read. */
function targetOf(fd: string): string {
  try {
    return readlinkSync(join(descriptors, fd));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return '';
    throw error;
  }
}
