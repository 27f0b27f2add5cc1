import { mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { HistoryEntry } from '../../protocol/frames.ts';
import { fileNames } from '../../protocol/names.ts';
import { sayCount } from '../../protocol/units.ts';
import { isErrno } from '../errno.ts';
import { diskFault } from './disk-fault.ts';
import { syncFolder } from './durable-file.ts';
import { entryOf, type HistoryQuery, lineOf, matcher } from './journal-lines.ts';
import type { Tell } from './kept-file.ts';
import { Saver } from './saver.ts';

/** How much a journal holds. Entries that wait for a disk that does not take them are limited in number. */
export type JournalLimits = {
  readonly fileBytes: number;
  readonly totalBytes: number;
  readonly waiting: number;
};

const usualLimits: JournalLimits = { fileBytes: 1_000_000, totalBytes: 16_000_000, waiting: 1_000 };
const usualAnswer = 200;

/**
 * The journal: NDJSON files that are only appended to, numbered by us and not by the clock. Entries of one turn are written
 * and synced together. While the disk does not take them, the newest wait in memory.
 */
export class Journal {
  readonly #folder: string | null;
  readonly #tell: Tell;
  readonly #limits: JournalLimits;
  readonly #saver: Saver;
  /** Not on disk yet, oldest first. Without a state dir: all there is. */
  #waiting: Said[] = [];
  /** Handed to the disk, which has not answered. */
  #writing: readonly HistoryEntry[] = [];
  #lost = 0;
  #told: string | null = null;

  constructor(stateDir: string | null, tell: Tell, limits: JournalLimits = usualLimits) {
    this.#folder = stateDir === null ? null : join(stateDir, fileNames.journal);
    this.#tell = tell;
    this.#limits = limits;
    this.#saver = new Saver(
      () => this.#save(),
      0,
      (error) => this.#report(error),
    );
  }

  /** Takes an entry, or what puts it into words later; it is on disk after `withinMs`, if the disk takes it. */
  append(entry: Said, withinMs = 0): void {
    this.#waiting.push(entry);
    this.#bound();
    if (this.#folder !== null) this.#saver.changed(withinMs);
  }

  /** The newest entries that fit, newest last. A disk that cannot be read gives what is in memory. */
  async query(query: HistoryQuery): Promise<HistoryEntry[]> {
    const limit = query.limit ?? usualAnswer;
    const isAsked = matcher(query);
    const held = [...this.#writing, ...this.#inWords()].filter(isAsked);
    const found = held.slice(-limit).reverse();
    // What is just being written may be in the file already.
    const known = new Set(held.map(lineOf));
    const fits = (entry: HistoryEntry) =>
      isAsked(entry) && (known.size === 0 || !known.has(lineOf(entry)));
    // Clocks step, so an entry from before `since` says nothing about those before it: all files are looked through.
    for (const file of (await this.#files()).reverse()) {
      if (found.length >= limit) break;
      found.push(...(await newestIn(file.path, fits, limit - found.length)));
    }
    return found.reverse();
  }

  /** Writes now what is not written yet. @returns whether all of it is on disk */
  async flush(): Promise<boolean> {
    return this.#folder === null || this.#saver.settle();
  }

  /** The last flush: nothing is written by itself afterwards. */
  async close(): Promise<boolean> {
    this.#saver.stop();
    return this.flush();
  }

  #bound(): void {
    const excess = this.#waiting.length - this.#limits.waiting;
    if (excess <= 0) return;
    this.#waiting.splice(0, excess);
    if (this.#folder !== null) this.#lost += excess;
  }

  #inWords(): readonly HistoryEntry[] {
    const entries = this.#waiting.map((said) => (typeof said === 'function' ? said() : said));
    this.#waiting = [...entries];
    return entries;
  }

  async #save(): Promise<void> {
    if (this.#folder === null || this.#waiting.length === 0) return;
    const waiting = this.#inWords();
    this.#writing = [...this.#lossEntry(waiting), ...waiting];
    const lost = this.#lost;
    this.#waiting = [];
    this.#lost = 0;
    try {
      await this.#append(this.#folder, this.#writing.map(lineOf).join(''));
    } catch (error) {
      this.#lost += lost;
      this.#waiting = [...this.#writing.slice(lost > 0 ? 1 : 0), ...this.#waiting];
      this.#bound();
      throw error;
    } finally {
      this.#writing = [];
    }
  }

  /** Says in the journal itself what is missing there. */
  #lossEntry([next]: readonly HistoryEntry[]): HistoryEntry[] {
    if (this.#lost === 0 || next === undefined) return [];
    const message = `${sayCount(this.#lost, 'entry was', 'entries were')} lost while the journal could not be written`;
    const { at, epoch } = next;
    return [{ type: 'event', at, epoch, name: 'journal-lost', module: null, message }];
  }

  async #append(folder: string, lines: string): Promise<void> {
    await mkdir(folder, { recursive: true });
    const files = await this.#files();
    const last = files[files.length - 1];
    const isFull = last === undefined || last.bytes >= this.#limits.fileBytes;
    if (isFull) await this.#makeRoom(files);
    const path = isFull ? join(folder, fileName((last?.number ?? 0) + 1)) : last.path;
    const handle = await open(path, 'a+');
    try {
      await appendWhole(handle, lines);
    } finally {
      await handle.close();
    }
    if (isFull) await syncFolder(folder);
  }

  async #makeRoom(files: readonly JournalFile[]): Promise<void> {
    let bytes = files.reduce((sum, file) => sum + file.bytes, this.#limits.fileBytes);
    for (const file of files) {
      if (bytes <= this.#limits.totalBytes) return;
      await rm(file.path, { force: true });
      bytes -= file.bytes;
    }
  }

  /** Oldest first. None where they cannot be listed. */
  async #files(): Promise<JournalFile[]> {
    const folder = this.#folder;
    if (folder === null) return [];
    try {
      const files = (await readdir(folder)).flatMap((name) => {
        const number = /^(\d{6,})\.ndjson$/.exec(name)?.[1];
        return number === undefined ? [] : [{ path: join(folder, name), number: Number(number) }];
      });
      const sized = files.map(async (file) => ({ ...file, bytes: (await stat(file.path)).size }));
      return (await Promise.all(sized)).sort((a, b) => a.number - b.number);
    } catch (error) {
      if (isErrno(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'EIO')) return [];
      throw error;
    }
  }

  #report(error: unknown): void {
    const fault =
      error === null ? null : diskFault('state-folder', this.#folder ?? fileNames.journal, error);
    const words = fault?.message ?? null;
    if (words === this.#told) return;
    this.#told = words;
    this.#tell(fault);
  }
}

type Said = HistoryEntry | (() => HistoryEntry);
type JournalFile = { readonly path: string; readonly number: number; readonly bytes: number };

function fileName(number: number): string {
  return `${String(number).padStart(6, '0')}.ndjson`;
}

type Handle = Awaited<ReturnType<typeof open>>;

/** All of it, synced, or nothing: what a full disk took of it is taken back, so that no entry is there twice later. */
async function appendWhole(handle: Handle, lines: string): Promise<void> {
  const { size } = await handle.stat();
  try {
    await handle.appendFile((await endsTorn(handle, size)) ? `\n${lines}` : lines);
    await handle.datasync();
  } catch (error) {
    await handle.truncate(size);
    throw error;
  }
}

/** Whether the last line has no end: a power cut stopped us in the middle of it. */
async function endsTorn(handle: Handle, size: number): Promise<boolean> {
  if (size === 0) return false;
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] !== 0x0a;
}

/** The newest entries of a file, newest first. A file that went away meanwhile has none. */
async function newestIn(
  path: string,
  fits: (entry: HistoryEntry) => boolean,
  limit: number,
): Promise<HistoryEntry[]> {
  const found: HistoryEntry[] = [];
  const lines = (await readText(path)).split('\n');
  while (found.length < limit) {
    const line = lines.pop();
    if (line === undefined) break;
    const entry = entryOf(line);
    if (entry !== null && fits(entry)) found.push(entry);
  }
  return found;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'EACCES', 'EIO')) return '';
    throw error;
  }
}
