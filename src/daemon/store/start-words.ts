import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileNames } from '../../protocol/names.ts';
import type { LogLevel } from '../../protocol/vocabulary.ts';

/** Written at most this often: who waits looks about as often. In ms. */
const everyMs = 200;

/**
 * What a daemon does before its sockets are there, for those who wait for it: a file in the run dir that is gone once it serves.
 * Where it cannot be written, nobody is told.
 */
export class StartWords {
  readonly #path: string;
  readonly #log: (level: LogLevel, message: string) => void;
  #wroteMs = Number.NEGATIVE_INFINITY;
  #isOver = false;

  constructor(runDir: string, log: (level: LogLevel, message: string) => void) {
    this.#path = join(runDir, fileNames.starting);
    this.#log = log;
  }

  /** `looking at session 0041 that was left open: 3 of 7 files`. @param isNews said at once, however often something was said */
  say(words: string, isNews?: 'news'): void {
    const nowMs = performance.now();
    if (this.#isOver || (isNews === undefined && nowMs - this.#wroteMs < everyMs)) return;
    this.#wroteMs = nowMs;
    try {
      writeFileSync(`${this.#path}.next`, JSON.stringify({ version: 1, pid: process.pid, words }));
      renameSync(`${this.#path}.next`, this.#path);
    } catch (error) {
      this.#isOver = true;
      this.#log('debug', `${this.#path} cannot be written: ${String(error)}`);
    }
  }

  /** It serves, or has given up. */
  end(): void {
    this.#isOver = true;
    rmSync(this.#path, { force: true, recursive: true });
  }
}
