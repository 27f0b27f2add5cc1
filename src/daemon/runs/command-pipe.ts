import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { maxQueuedCommands } from '../../protocol/module-lines.ts';
import { isErrno, isSystemError } from '../errno.ts';

const retryMs = 50;

/**
 * Writes command lines to a module's FIFO, each whole or not at all: a write of at most PIPE_BUF bytes to a non-blocking FIFO
 * does not tear (pipe(7)). What does not fit waits here.
 */
export class CommandPipe {
  readonly #path: string;
  readonly #full: () => void;
  readonly #drained: () => void;
  readonly #queue: string[] = [];
  #descriptor: number | null = null;
  #timer: NodeJS.Timeout | null = null;
  #overflowing = false;

  /** `full` is called when the queue is full, and `drained` when all of it has been taken after that. */
  constructor(path: string, full: () => void, drained: () => void) {
    this.#path = path;
    this.#full = full;
    this.#drained = drained;
  }

  /** The process lives and holds the FIFO open: what waits is written now. */
  open(): void {
    try {
      this.#descriptor ??= openSync(this.#path, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      // ENXIO: it has closed its stdin or is gone; then its exit tells. Of files and memory there may be more soon.
      if (!isErrno(error, 'ENXIO', 'ENOENT', 'ENOTDIR')) return this.#later();
    }
    this.#flush();
  }

  /** `line` ends in a newline and has at most `maxCommandBytes`. */
  write(line: string): void {
    if (this.#queue.length >= maxQueuedCommands) {
      if (!this.#overflowing) this.#full();
      this.#overflowing = true;
      return;
    }
    this.#queue.push(line);
    this.#flush();
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#timer = null;
    this.#descriptor = null;
  }

  #flush(): void {
    if (this.#descriptor === null) return;
    for (let line = this.#queue[0]; line !== undefined; line = this.#queue[0]) {
      if (!writeWhole(this.#descriptor, line)) return this.#later();
      this.#queue.shift();
    }
    if (this.#overflowing) this.#drained();
    this.#overflowing = false;
  }

  #later(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.open();
    }, retryMs).unref();
  }
}

function writeWhole(descriptor: number, line: string): boolean {
  try {
    return writeSync(descriptor, line) > 0;
  } catch (error) {
    // EAGAIN: it is full. EPIPE: nobody reads any more; its exit or its silence tells.
    if (isSystemError(error)) return false;
    throw error;
  }
}
