import { type FileHandle, open } from 'node:fs/promises';
import { setImmediate as othersTurn } from 'node:timers/promises';
import { eventSchema, type ManifestEvent } from '../../protocol/manifest-schema.ts';
import { isErrno } from '../errno.ts';

/** Lines that wait for a disk that takes nothing. Beyond it the oldest go; the manifest in memory still knows them. */
const maxWaiting = 10_000;
/** No event is as long: what has no end by then is damage, such as what a power cut left of a file. In characters. */
const maxLineLength = 16_777_216;
/** Whoever reads events leaves the rig alone for no longer than this at a time. */
const turnMs = 10;

/** `events.jsonl`: append only, one event a line, each on disk (fdatasync) before the next save. */
export class EventLog {
  readonly path: string;
  #waiting: string[] = [];
  /** Up to here the file is whole; null before the first append. */
  #wholeBytes: number | null = null;
  /** What the last append was to write, where the disk did not take all of it. */
  #torn = Buffer.alloc(0);

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
      const text = Buffer.from((await this.#mend(file)) + lines);
      this.#torn = text;
      await file.appendFile(text);
      await file.datasync();
      this.#wholeBytes = (this.#wholeBytes ?? 0) + text.length;
      this.#torn = Buffer.alloc(0);
    } finally {
      await file.close();
    }
  }

  /**
   * Takes back a torn line of ours; a torn line of anybody else gets its end, and nothing of theirs is taken.
   *
   * @returns what to write first
   */
  async #mend(file: FileHandle): Promise<string> {
    const { size } = await file.stat();
    const wholeBytes = this.#wholeBytes;
    if (wholeBytes !== null && (await this.#isOurs(file, wholeBytes, size))) {
      await file.truncate(wholeBytes);
      return '';
    }
    this.#wholeBytes = size;
    if (size === 0 || size === wholeBytes) return '';
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
    return buffer[0] === 0x0a ? '' : '\n';
  }

  /** Whether all that lies beyond the whole lines is the beginning of what could not be written. */
  async #isOurs(file: FileHandle, wholeBytes: number, size: number): Promise<boolean> {
    const length = size - wholeBytes;
    if (length <= 0 || length > this.#torn.length) return false;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, wholeBytes);
    return bytesRead === length && buffer.equals(this.#torn.subarray(0, length));
  }
}

/**
 * The events of a session, one by one: a session of weeks has more of them than a small machine should hold. Lines that are torn, no
 * JSON or of a wrong shape are left out. None without a file.
 *
 * @throws what the disk says
 */
export async function* eventsIn(path: string): AsyncGenerator<ManifestEvent, void> {
  let beganMs = performance.now();
  for await (const line of linesIn(path)) {
    if (performance.now() - beganMs > turnMs) {
      await othersTurn();
      beganMs = performance.now();
    }
    // Of what is none, saying why costs most: a damaged file may have nothing else.
    const parsed = line.startsWith('{') ? eventSchema.safeParse(parseJson(line)) : null;
    if (parsed?.success === true) yield parsed.data;
  }
}

// Not node:readline, for which other characters end a line, too: those a text may hold.
async function* linesIn(path: string): AsyncGenerator<string, void> {
  const file = await openIfThere(path);
  if (file === null) return;
  let rest = '';
  for await (const piece of file.createReadStream({ encoding: 'utf8' })) {
    const lines = (rest + String(piece)).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
    if (rest.length > maxLineLength) rest = '';
  }
  yield rest;
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return null;
    throw error;
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // A line that is no JSON says nothing, and no schema takes it.
  }
}
