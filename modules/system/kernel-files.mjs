/** Files of /proc and /sys: what is not there, or cannot be read now, is null or empty. */
import { readdirSync, readFileSync } from 'node:fs';

/** @param {string} file */
export function text(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null; // this machine has no such thing, or not now: a zone may answer EAGAIN
  }
}

/** @param {string} folder */
export function list(folder) {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** The number that a text begins with. @param {string | null | undefined} of */
export function number(of) {
  const value = Number.parseFloat(of ?? '');
  return Number.isFinite(value) ? value : null;
}

/** @param {number | null} from @param {number | null} what */
export const less = (from, what) => (from === null || what === null ? null : from - what);
