import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { maxModuleLineBytes } from '../../protocol/module-lines.ts';
import { isSystemError } from '../errno.ts';

/** One look reads at most this much: a flood of lines must not keep the daemon from other modules. */
const maxReadBytes = 262_144;
/** More than this unread, and the oldest is left out. */
const maxBacklogBytes = 1_048_576;
/** Shared by all readers: what is read is taken out of it before anybody else can read. */
const chunk = Buffer.alloc(65_536);
const shownBytes = 200;
const newline = 10;

/** What one look found. */
export type Batch = {
  /** Whole lines without their ends, each at most `maxModuleLineBytes`. */
  readonly lines: string[];
  /** The beginnings of lines that were too long. */
  readonly tooLong: string[];
  /** So many bytes were left out because they came faster than they are read. */
  skippedBytes: number;
  /** There is more than one look reads. */
  more: boolean;
};

/** Reads the lines that somebody else appends to a file, from where it stopped, and never the same twice. */
export class LineReader {
  readonly #descriptor: number;
  #closed = false;
  #offset: number;
  #rest = Buffer.alloc(0);
  #skipping = false;

  constructor(path: string, offset: number) {
    this.#offset = offset;
    this.#descriptor = openSync(path, 'r');
  }

  /** Where the first line begins that was not given yet, in bytes. */
  get consumed(): number {
    return this.#offset - this.#rest.length;
  }

  /** What is new. */
  read(): Batch {
    const batch = emptyBatch();
    // The usual look finds nothing, and one read that says so is cheaper than asking for the size.
    if (this.#closed || this.#readChunk(1) === 0) return batch;
    const { size } = fstatSync(this.#descriptor);
    if (size - this.#offset > maxBacklogBytes) this.#skipTo(size - maxReadBytes, batch);
    this.#readUpTo(Math.min(size, this.#offset + maxReadBytes), batch);
    batch.more = this.#offset < size;
    return batch;
  }

  /** All there is, whatever it costs: what was said while no daemon listened, and last lines. */
  readAll(): Batch {
    const batch = emptyBatch();
    if (!this.#closed) this.#readUpTo(fstatSync(this.#descriptor).size, batch);
    return batch;
  }

  close(): void {
    if (!this.#closed) closeSync(this.#descriptor);
    this.#closed = true;
  }

  #readUpTo(end: number, batch: Batch): void {
    while (this.#offset < end) {
      const got = this.#readChunk(Math.min(chunk.length, end - this.#offset));
      if (got === 0) return;
      this.#offset += got;
      this.#take(chunk.subarray(0, got), batch);
    }
  }

  #readChunk(bytes: number): number {
    try {
      return readSync(this.#descriptor, chunk, 0, bytes, this.#offset);
    } catch (error) {
      if (isSystemError(error)) return 0; // nothing new for now: the next look asks the disk again
      throw error;
    }
  }

  #take(news: Buffer, batch: Batch): void {
    let from = 0;
    for (let end = news.indexOf(newline); end >= 0; end = news.indexOf(newline, from)) {
      this.#end(Buffer.concat([this.#rest, news.subarray(from, end)]), batch);
      this.#rest = Buffer.alloc(0);
      from = end + 1;
    }
    this.#rest = Buffer.concat([this.#rest, news.subarray(from)]);
    if (this.#rest.length <= maxModuleLineBytes) return;
    if (!this.#skipping) batch.tooLong.push(this.#rest.toString('utf8', 0, shownBytes));
    this.#skipping = true;
    this.#rest = Buffer.alloc(0);
  }

  #end(line: Buffer, batch: Batch): void {
    const skipped = this.#skipping;
    this.#skipping = false;
    if (skipped || line.length === 0) return;
    if (line.length > maxModuleLineBytes) {
      batch.tooLong.push(line.toString('utf8', 0, shownBytes));
    } else {
      // A hole that was punched into the consumed part reads as zeros.
      batch.lines.push(line.toString().replace(/^\0+/, ''));
    }
  }

  #skipTo(offset: number, batch: Batch): void {
    batch.skippedBytes += offset - this.consumed;
    this.#offset = offset;
    this.#rest = Buffer.alloc(0);
    this.#skipping = true; // it lands in the middle of a line
  }
}

function emptyBatch(): Batch {
  return { lines: [], tooLong: [], skippedBytes: 0, more: false };
}
