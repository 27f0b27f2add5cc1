import { wordsOf } from '../../protocol/words-of.ts';
import { loadExeca } from '../load-execa.ts';

const pageBytes = 4_096;

/**
 * Gives the consumed part of a file that is still appended to back to the file system. Never by truncating: lines that are
 * written meanwhile would be torn. Size and offsets stay; the hole reads as zeros.
 *
 * @returns null, or in words why it could not
 */
export async function punch(path: string, from: number, to: number): Promise<string | null> {
  const start = Math.floor(from / pageBytes) * pageBytes;
  const length = Math.floor(to / pageBytes) * pageBytes - start;
  if (length <= 0) return null;
  try {
    const { execa } = await loadExeca();
    await execa('fallocate', ['-p', '-o', `${start}`, '-l', `${length}`, path], {
      timeout: 10_000,
    });
    return null;
  } catch (error) {
    return wordsOf(error);
  }
}
