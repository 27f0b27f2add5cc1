import { rename, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isErrno } from '../errno.ts';
import { namesIn } from './names-in.ts';

/** More would fill a card with what nobody can read. */
const maxKept = 5;

/** Why a file cannot be used: something is wrong with it, or it is of a version that this program does not know yet. */
export type AsideKind = 'damaged' | 'later';

/**
 * Renames a file that cannot be used, whatever the reason, to `<file>.damaged-<n>`; the newest five are kept.
 *
 * @returns its new name; null when there was no file
 * @throws what the disk says
 */
export async function setAside(file: string): Promise<string | null> {
  const stem = `${basename(file)}.damaged-`;
  const numbers = (await namesIn(dirname(file)))
    .filter((name) => name.startsWith(stem))
    .map((name) => Number(name.slice(stem.length)))
    .filter(Number.isSafeInteger)
    .sort((a, b) => b - a);
  const name = `${stem}${(numbers[0] ?? 0) + 1}`;
  try {
    await rename(file, join(dirname(file), name));
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return null;
    throw error;
  }
  for (const old of numbers.slice(maxKept - 1)) await unlink(join(dirname(file), `${stem}${old}`));
  return name;
}
