import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Worker } from 'node:worker_threads';

/** How fast files are read: not at all, beside a recording, or as fast as it goes. */
export type Pace = 'hold' | 'beside' | 'full';

/** Twice what a camera writes, and a fifth of what a slow card reads. KB a second; -1: no limit. */
const paces: Readonly<Record<Pace, number>> = { hold: 0, beside: 4_000, full: -1 };

const threadFile = new URL('./sum-thread.mjs', import.meta.url);

type Answer = { readonly id: number; readonly sha256: string | null };
type Asked = {
  readonly id: number;
  readonly path: string;
  readonly isRecordings: boolean;
  readonly resolve: (sha256: string | null) => void;
};

/** Where the thread and this side find what they share: sum-thread.mjs says what each is. */
const at = { pace: 0, readKb: 1, unwanted: 2 } as const;

/** SHA-256 of files by a thread of the lowest priority, which lives only while there is something to do. */
export class FileSums {
  readonly #shared = new Int32Array(new SharedArrayBuffer(12));
  /** The file that the thread reads; it knows of no other. */
  #hand: Asked | null = null;
  #queue: Asked[] = [];
  #thread: Worker | null = null;
  #asked = 0;

  constructor() {
    this.setPace('full');
  }

  /** From now on, also for the file in hand: nothing that was read is read again. */
  setPace(pace: Pace): void {
    Atomics.store(this.#shared, at.pace, paces[pace]);
    this.#wake();
  }

  #wake(): void {
    Atomics.notify(this.#shared, at.pace);
  }

  /**
   * SHA-256 of a file in hex.
   *
   * @param unwanted of somebody who may have enough of it, and who waits behind the recordings' own files, which are asked for
   *   without it. When it is aborted, the file is left where it is, or never begun
   * @returns null when it cannot be read to its end, nobody wants it any more, or the thread was ended
   */
  sumOf(path: string, unwanted?: AbortSignal): Promise<string | null> {
    if (unwanted?.aborted === true) return Promise.resolve(null);
    this.#asked += 1;
    const id = this.#asked;
    const leave = () => this.#leave(id);
    return new Promise((resolve) => {
      unwanted?.addEventListener('abort', leave);
      const answer = (sha256: string | null) => {
        unwanted?.removeEventListener('abort', leave);
        resolve(sha256);
      };
      this.#queue.push({ id, path, isRecordings: unwanted === undefined, resolve: answer });
      this.#next();
    });
  }

  /** One at a time: the thread can be told of one file only that it is not wanted any more. */
  #next(): void {
    if (this.#hand !== null) return;
    const first = this.#queue.find(({ isRecordings }) => isRecordings) ?? this.#queue[0];
    if (first === undefined) return;
    this.#queue = this.#queue.filter((one) => one !== first);
    this.#hand = first;
    Atomics.store(this.#shared, at.readKb, 0);
    this.#begin().postMessage({ id: first.id, path: first.path });
  }

  #leave(id: number): void {
    if (this.#hand?.id === id) {
      Atomics.store(this.#shared, at.unwanted, id);
      this.#wake();
      return;
    }
    const left = this.#queue.find((one) => one.id === id);
    this.#queue = this.#queue.filter((one) => one !== left);
    left?.resolve(null);
  }

  #answered({ id, sha256 }: Answer): void {
    const hand = this.#hand;
    if (hand?.id !== id) return;
    this.#hand = null;
    hand.resolve(sha256);
    this.#next();
  }

  /** How much of a file has been read, if it is the one in hand; else 0. In bytes, a little less than the truth. */
  readOf(path: string): number {
    return this.#hand?.path === path ? Atomics.load(this.#shared, at.readKb) * 1_000 : 0;
  }

  /** Ends the thread if nobody waits for it. */
  async rest(): Promise<void> {
    if (this.#hand === null) await this.end();
  }

  /** Ends the thread; who waits for it gets null. */
  async end(): Promise<void> {
    const thread = this.#thread;
    this.#thread = null;
    // Only theirs who wait now: who asks from now on asks another thread.
    const giveUp = this.#takeWaiting();
    await thread?.terminate();
    giveUp();
  }

  #begin(): Worker {
    if (this.#thread !== null) return this.#thread;
    const workerData = { shared: this.#shared.buffer };
    const resourceLimits = { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 4 };
    const thread = new Worker(threadFile, { workerData, resourceLimits, execArgv: [] });
    thread.unref();
    thread.on('message', (answer: Answer) => this.#answered(answer));
    const over = () => {
      if (this.#thread !== thread) return;
      this.#thread = null;
      this.#takeWaiting()();
    };
    thread.on('error', over);
    thread.on('exit', over);
    this.#thread = thread;
    return thread;
  }

  #takeWaiting(): () => void {
    const all = this.#hand === null ? this.#queue : [this.#hand, ...this.#queue];
    this.#hand = null;
    this.#queue = [];
    return () => {
      for (const { resolve } of all) resolve(null);
    };
  }
}

/**
 * SHA-256 of a file in hex, read in this process piece by piece.
 *
 * @param tell is told how many bytes have been read, after each piece
 * @throws what the disk says
 */
export async function sha256Of(path: string, tell?: (bytes: number) => void): Promise<string> {
  const hash = createHash('sha256');
  const pieces = createReadStream(path, { highWaterMark: 65_536 });
  let read = 0;
  for await (const piece of pieces) {
    hash.update(piece);
    read += piece.length;
    tell?.(read);
  }
  return hash.digest('hex');
}
