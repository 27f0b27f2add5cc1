import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { isSystemError } from '../errno.ts';
import { toLines } from './log-file.ts';

const lookMs = 250;
const maxLookBytes = 65_536;

/**
 * Tells the lines that a log gains from now on, also over a cut and over the log of a next run in its place. Of a flood only the
 * newest part is told.
 *
 * @returns the function that ends it
 */
export function followLog(path: string, listener: (lines: readonly string[]) => void): () => void {
  let seen = look(path, null);
  const timer = setInterval(() => {
    seen = look(path, seen);
    if (seen.lines.length > 0) listener(seen.lines);
  }, lookMs);
  timer.unref();
  return () => clearInterval(timer);
}

type Seen = { inode: number; offset: number; rest: string; lines: readonly string[] };

function look(path: string, before: Seen | null): Seen {
  const nothing: Seen = { inode: 0, offset: 0, rest: '', lines: [] };
  try {
    const descriptor = openSync(path, 'r');
    try {
      const { size, ino } = fstatSync(descriptor);
      if (before === null) return { ...nothing, inode: ino, offset: size };
      const same = before.inode === ino && size >= before.offset ? before : nothing;
      const from = Math.max(same.offset, size - maxLookBytes);
      const buffer = Buffer.alloc(size - from);
      const text =
        same.rest +
        buffer.toString('utf8', 0, readSync(descriptor, buffer, 0, buffer.length, from));
      const end = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1;
      const rest = text.slice(end).slice(-maxLookBytes);
      return { inode: ino, offset: size, rest, lines: toLines(text.slice(0, end)) };
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (isSystemError(error)) return nothing; // not there, or not for now: the next look is soon
    throw error;
  }
}
