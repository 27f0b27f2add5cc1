/** The disk that is recorded to: what is free, and what is written to it. */

import { statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { text } from './kernel-files.mjs';

const sectorBytes = 512; // of /proc/diskstats, whatever the disk's own are

/**
 * Gives a function that reads the figures.
 *
 * @param {string} root
 * @param {string} dir
 */
export function disk(root, dir) {
  const device = deviceOf(dir);
  let before = { atMs: performance.now(), bytes: written(root, device) };
  return async () => {
    const now = { atMs: performance.now(), bytes: written(root, device) };
    const rate = ratePerS(before, now);
    before = now;
    return { ...(await space(dir)), diskWriteBytesPerS: rate };
  };
}

/** @typedef {{ atMs: number, bytes: number | null }} Written */

/** @param {Written} from @param {Written} to */
function ratePerS(from, to) {
  const seconds = (to.atMs - from.atMs) / 1_000;
  if (from.bytes === null || to.bytes === null || seconds <= 0) return null;
  return Math.round(Math.max(to.bytes - from.bytes, 0) / seconds);
}

/** Major and minor number as the kernel packs them (makedev(3)), as /proc/diskstats begins. @param {string} dir */
function deviceOf(dir) {
  const number = statSync(dir, { throwIfNoEntry: false })?.dev ?? 0;
  return [(number >>> 8) & 0xfff, (number & 0xff) | ((number >>> 12) & 0xfff00)].join(' ');
}

/** Sectors written, field 10. Null for what is no disk: a network, memory. @param {string} root @param {string} device */
function written(root, device) {
  const lines = (text(`${root}/proc/diskstats`) ?? '').split('\n');
  const fields = lines.map((line) => line.trim().split(/\s+/));
  const found = fields.find(([major, minor]) => `${major} ${minor}` === device);
  return found === undefined ? null : Number(found[9]) * sectorBytes;
}

/** @param {string} dir */
async function space(dir) {
  try {
    const { bavail, bfree, blocks, bsize } = await statfs(dir);
    const used = blocks - bfree;
    // what df shows: blocks kept for root count neither as used nor as free
    return {
      diskFreeBytes: bavail * bsize,
      diskUsedPercent: Math.round((1_000 * used) / Math.max(used + bavail, 1)) / 10,
    };
  } catch {
    return { diskFreeBytes: null, diskUsedPercent: null };
  }
}
