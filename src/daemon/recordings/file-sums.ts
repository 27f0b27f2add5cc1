import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Worker } from 'node:worker_threads';

/** How fast files are read: not at all, beside a recording, or as fast as it goes. */
export type Pace = 'hold' | 'beside' | 'full';

/** Twice what a camera writes, and a fifth of what a slow card reads. KB a second; -1: no limit. */
const paces: Readonly<Record<Pace, number>> = { hold: 0, beside: 4_000, full: -1 };

const threadFile = new URL('./sum-thread.mjs', import.meta.url);

type Answer = { readonly id: number; readonly sha256: string | null };

/** SHA-256 of files by a thread of the lowest priority, which lives only while there is something to do. */
export class FileSums {
  readonly #pace = new Int32Array(new SharedArrayBuffer(4));
  readonly #waiting = new Map<number, (sha256: string | null) => void>();
  #thread: Worker | null = null;
  #asked = 0;

  constructor() {
    this.setPace('full');
  }

  /** From now on, also for the file in hand: nothing that was read is read again. */
  setPace(pace: Pace): void {
    Atomics.store(this.#pace, 0, paces[pace]);
    Atomics.notify(this.#pace, 0);
  }

  /**
   * SHA-256 of a file in hex.
   *
   * @returns null when it cannot be read to its end, or the thread was ended
   */
  sumOf(path: string): Promise<string | null> {
    this.#asked += 1;
    const id = this.#asked;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#begin().postMessage({ id, path });
    });
  }

  /** Ends the thread; who waits for it gets null. */
  async end(): Promise<void> {
    const thread = this.#thread;
    this.#thread = null;
    await thread?.terminate();
    this.#giveUp();
  }

  #begin(): Worker {
    if (this.#thread !== null) return this.#thread;
    const workerData = { pace: this.#pace.buffer };
    const resourceLimits = { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 4 };
    const thread = new Worker(threadFile, { workerData, resourceLimits, execArgv: [] });
    thread.unref();
    thread.on('message', ({ id, sha256 }: Answer) => {
      this.#waiting.get(id)?.(sha256);
      this.#waiting.delete(id);
    });
    const over = () => {
      if (this.#thread !== thread) return;
      this.#thread = null;
      this.#giveUp();
    };
    thread.on('error', over);
    thread.on('exit', over);
    this.#thread = thread;
    return thread;
  }

  #giveUp(): void {
    for (const resolve of this.#waiting.values()) resolve(null);
    this.#waiting.clear();
  }
}

/**
 * SHA-256 of a file in hex, read in this process piece by piece.
 *
 * @throws what the disk says
 */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  const pieces = createReadStream(path, { highWaterMark: 65_536 });
  for await (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}
