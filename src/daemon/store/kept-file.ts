import { dirname } from 'node:path';
import type * as z from 'zod';
import type { Fault } from '../../core/input.ts';
import { isErrno } from '../errno.ts';
import { diskFault } from './disk-fault.ts';
import { type Disk, realDisk, writeDurable } from './durable-file.ts';
import { readSaved, type SavedRead, savedText } from './saved-file.ts';
import { Saver } from './saver.ts';

/** Is told when the file cannot be written, and null when it can again. The same fault is told once. */
export type Tell = (fault: Fault | null) => void;

/**
 * A saved file that follows a value in memory: one write at a time, the newest value wins, what failed is tried again. Writes
 * nothing that is on disk already. Without a path it keeps nothing.
 */
export class KeptFile<T extends object> {
  readonly #path: string | null;
  readonly #schema: z.ZodType<T>;
  readonly #tell: Tell;
  readonly #disk: Disk;
  readonly #saver: Saver;
  /** Null: the file shall not exist. */
  #wanted: T | null = null;
  /** What is on disk as far as we know; null: nothing, or nobody knows. */
  #onDisk: string | null = null;
  #fault: Fault | null = null;
  #told: string | null = null;

  constructor(path: string | null, schema: z.ZodType<T>, tell: Tell, disk: Disk = realDisk) {
    this.#path = path;
    this.#schema = schema;
    this.#tell = tell;
    this.#disk = disk;
    this.#saver = new Saver(
      () => this.#save(),
      0,
      () => this.#report(),
    );
  }

  /** What an earlier daemon saved. To be asked once, before anything is kept. */
  async read(): Promise<SavedRead<T>> {
    if (this.#path === null) return { data: null, from: 'none', damaged: [] };
    const read = await readSaved(this.#path, this.#schema);
    // One of another version was understood and set aside: then nothing stands there.
    const stands = read.from === 'current' && read.damaged.length === 0;
    if (stands && read.data !== null) this.#onDisk = savedText(read.data);
    return read;
  }

  /** This is the value now; on disk within `withinMs`. An object that was given is not changed afterwards. */
  keep(value: T, withinMs = 0): void {
    if (this.#path === null || (value === this.#wanted && this.#saver.isSettled)) return;
    this.#wanted = value;
    this.#saver.changed(withinMs);
  }

  /** Removes the file and the generation before it, durably. @returns why it could not */
  async forget(): Promise<Fault | null> {
    if (this.#path === null) return null;
    this.#wanted = null;
    this.#saver.changed();
    return this.flush();
  }

  /** Writes now what is not written yet. One try. @returns why it could not */
  async flush(): Promise<Fault | null> {
    return (await this.#saver.settle()) ? null : this.#fault;
  }

  /** Nothing more is written by itself. */
  stop(): void {
    this.#saver.stop();
  }

  async #save(): Promise<void> {
    if (this.#path === null) return;
    const wanted = this.#wanted;
    this.#fault =
      wanted === null ? await this.#remove(this.#path) : await this.#write(this.#path, wanted);
    if (this.#fault !== null) throw new Error(this.#fault.message);
  }

  async #write(path: string, value: T): Promise<Fault | null> {
    const text = savedText(value);
    if (text === this.#onDisk) return null;
    // From here until it succeeded nobody knows what a reader would find.
    this.#onDisk = null;
    const fault = await writeDurable(path, text, this.#disk);
    if (fault === null) this.#onDisk = text;
    return fault;
  }

  /** The older generation goes first: the other way round, a power cut in between would bring it back to life. */
  async #remove(path: string): Promise<Fault | null> {
    try {
      await this.#disk.remove(`${path}.previous`);
      await this.#disk.remove(path);
      this.#onDisk = null;
      await this.#disk.syncFolder(dirname(path));
      return null;
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return null; // the folder itself is gone
      return diskFault('state-folder', path, error);
    }
  }

  #report(): void {
    const words = this.#fault?.message ?? null;
    if (words === this.#told) return;
    this.#told = words;
    this.#tell(this.#fault);
  }
}
