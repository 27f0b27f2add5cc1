import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { isSystemError } from '../errno.ts';

/** The numbers of all processes; none where the system cannot say now. */
export function processes(): string[] {
  try {
    return readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  } catch (error) {
    if (isSystemError(error)) return [];
    throw error;
  }
}

/** A file below /proc; empty where it cannot be read. */
export function readProc(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, 'latin1');
  } catch (error) {
    if (isSystemError(error)) return ''; // gone, or not ours to see
    throw error;
  }
}

/** What the keeper of a run of this run dir keeps, by its command line. Null: it is no keeper. */
export function keptBy(
  pid: number | string,
  runDir: string,
): { readonly module: string; readonly kind: string } | null {
  const [, script = '', folder = '', kind = ''] = readProc(`${pid}/cmdline`).split('\0');
  if (basename(script) !== 'keeper.sh' || dirname(folder) !== resolve(runDir)) return null;
  return { module: basename(folder), kind };
}
