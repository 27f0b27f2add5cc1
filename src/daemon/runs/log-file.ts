import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeFileSync } from 'node:fs';
import { sanitize } from '../../protocol/sanitize.ts';
import { wordsOf } from '../../protocol/words-of.ts';
import { isSystemError } from '../errno.ts';

/** What is kept of a log that is cut. */
const keptBytes = 65_536;
const lastWordsBytes = 8_192;
const lastWordsLines = 20;
const lastWordsLength = 200;
const lineLength = 2_000;

/** The prints of one run. They are never read in passing: only their size is looked at, and their end when it is cut. */
export class LogFile {
  readonly path: string;
  readonly #cutPath: string;
  #descriptor: number | null;

  constructor(paths: { readonly log: string; readonly logCut: string }) {
    this.path = paths.log;
    this.#cutPath = paths.logCut;
    this.#descriptor = openSync(paths.log, 'r+');
  }

  sizeBytes(): number {
    return this.#descriptor === null ? 0 : fstatSync(this.#descriptor).size;
  }

  /**
   * Empties the log in place after its end was copied aside: who writes appends, so that the next print stands at the beginning.
   * What is printed in between is lost.
   *
   * @returns null, or why the end of it could not be kept: the folder is gone, or the file system is full
   * @throws what the disk says when not even the log itself can be cut
   */
  cut(): string | null {
    if (this.#descriptor === null) return null;
    const tail = readEnd(this.#descriptor, keptBytes);
    ftruncateSync(this.#descriptor, 0);
    try {
      writeFileSync(this.#cutPath, tail, { mode: 0o600 });
      return null;
    } catch (error) {
      return wordsOf(error);
    }
  }

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }
}

/** The end of a file, at most `maxBytes`; empty where it cannot be read: prints are never worth more than the run. */
export function readTail(path: string, maxBytes = keptBytes): Buffer {
  try {
    const descriptor = openSync(path, 'r');
    try {
      return readEnd(descriptor, maxBytes);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (isSystemError(error)) return Buffer.alloc(0);
    throw error;
  }
}

/** The last lines that a run printed, safe to show: what a crash record quotes. */
export function readLastWords(paths: { readonly log: string; readonly logCut: string }): string[] {
  const text = [paths.logCut, paths.log].map((path) => readTail(path, lastWordsBytes).toString());
  return toLines(text.join(''), lastWordsLength).slice(-lastWordsLines);
}

/** Splits prints into lines that are safe to show. A carriage return ends a line too: progress bars. */
export function toLines(text: string, maxLength = lineLength): string[] {
  return text
    .split(/[\r\n]+/)
    .filter((line) => line !== '')
    .map((line) => sanitize(line, maxLength));
}

function readEnd(descriptor: number, maxBytes: number): Buffer {
  const { size } = fstatSync(descriptor);
  const buffer = Buffer.alloc(Math.min(size, maxBytes));
  return buffer.subarray(
    0,
    readSync(descriptor, buffer, 0, buffer.length, Math.max(0, size - maxBytes)),
  );
}
