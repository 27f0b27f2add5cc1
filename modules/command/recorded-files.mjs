/** What a program has written, found in its folder. */
import fs from 'node:fs';
import path from 'node:path';

/**
 * @param {string} dir
 * @returns {Set<string>} names of all that is there
 */
export function namesIn(dir) {
  try {
    return new Set(fs.readdirSync(dir));
  } catch {
    return new Set(); // the daemon says what is wrong with it
  }
}

/**
 * The files of a segment: those with its prefix, and whatever else is new.
 *
 * @param {{ dir: string, prefix: string }} take
 * @param {ReadonlySet<string>} before what was there when it was armed
 */
export function filesOf({ dir, prefix }, before) {
  return [...namesIn(dir)]
    .filter((name) => !before.has(name) || name.startsWith(prefix))
    .sort()
    .map((name) => path.join(dir, name));
}

/** @param {readonly string[]} files */
export function bytesOf(files) {
  return files.reduce(
    (sum, file) => sum + (fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}
