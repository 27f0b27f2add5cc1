import { type FileHandle, open, readFile } from 'node:fs/promises';
import { eventSchema, type ManifestEvent } from '../../protocol/manifest-schema.ts';
import { isErrno } from '../errno.ts';

/** Lines that wait for a disk that takes nothing. Beyond it the oldest go; the manifest in memory still knows them. */
const maxWaiting = 10_000;

/** `events.jsonl`: append only, one event a line, each on disk (fdatasync) before the next save. */
export class EventLog {
  readonly path: string;
  #waiting: string[] = [];
  /** Up to here the file is whole; null before the first append. */
  #wholeBytes: number | null = null;

  constructor(path: string) {
    this.path = path;
  }

  /** Keeps an event for the next save. `at` of a line is its own time, or `at` where it has none. */
  add(event: ManifestEvent, at: string): void {
    this.#waiting.push(`${JSON.stringify({ at, ...event })}\n`);
    if (this.#waiting.length > maxWaiting) this.#waiting.shift();
  }

  /** Appends what waits. @throws what the disk says; then everything waits on, and a torn line is taken back next time */
  async save(): Promise<void> {
    const lines = this.#waiting;
    if (lines.length === 0) return;
    this.#waiting = [];
    try {
      await this.#append(lines.join(''));
    } catch (error) {
      this.#waiting = [...lines, ...this.#waiting];
      throw error;
    }
  }

  async #append(lines: string): Promise<void> {
    const file = await open(this.path, 'a+');
    try {
      const text = (await this.#mend(file)) + lines;
      await file.appendFile(text);
      await file.datasync();
      this.#wholeBytes = (this.#wholeBytes ?? 0) + Buffer.byteLength(text);
    } finally {
      await file.close();
    }
  }

  /** Takes back a torn line of ours; a torn line of an earlier daemon gets its end. @returns what to write first */
  async #mend(file: FileHandle): Promise<string> {
    const { size } = await file.stat();
    if (this.#wholeBytes !== null) {
      if (size > this.#wholeBytes) await file.truncate(this.#wholeBytes);
      this.#wholeBytes = Math.min(size, this.#wholeBytes);
      return '';
    }
    this.#wholeBytes = size;
    if (size === 0) return '';
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
    return buffer[0] === 0x0a ? '' : '\n';
  }
}

/** Reads the events of a session. Lines that are torn, no JSON or of a wrong shape are left out. None without a file. */
export async function readEvents(path: string): Promise<ManifestEvent[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return [];
    throw error;
  }
  return text.split('\n').flatMap((line) => {
    const parsed = eventSchema.safeParse(parseJson(line));
    return parsed.success ? [parsed.data] : [];
  });
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // A line that is no JSON says nothing, and no schema takes it.
  }
}
