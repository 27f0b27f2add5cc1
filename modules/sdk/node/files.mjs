/** The files of a recording. */
import fs from 'node:fs';
import { DiskSaver } from './disk-saver.mjs';
import { warn } from './link.mjs';

/**
 * What a recording needs of a file. `save` brings what was written to the disk now and then, `close` for good.
 *
 * @typedef {{ path: string, bytes: number, save: () => void, close: () => Promise<void> }} AnyFile
 */

/** The files of one recording; with each segment they are others. */
export class RecordingFiles {
  #entries = /** @type {{ file: AnyFile, make: () => AnyFile }[]} */ ([]);
  #closing = /** @type {Promise<void>[]} */ ([]);
  #closedBytes = 0;

  /**
   * @template {AnyFile} F
   * @param {() => F} make
   * @returns {{ readonly current: F }}
   */
  add(make) {
    const entry = { file: make(), make };
    this.#entries.push(entry);
    return {
      get current() {
        return entry.file;
      },
    };
  }

  get paths() {
    return this.#entries.map(({ file }) => file.path);
  }

  get bytes() {
    return this.#entries.reduce((sum, { file }) => sum + file.bytes, this.#closedBytes);
  }

  save() {
    for (const { file } of this.#entries) file.save();
  }

  /** Goes on in new files. @throws what the disk says; it then goes on in the old ones */
  renew() {
    /** @type {AnyFile[]} */
    const fresh = [];
    try {
      for (const { make } of this.#entries) fresh.push(make());
    } catch (error) {
      this.#closing.push(...fresh.map(remove));
      throw error;
    }
    for (const [index, entry] of this.#entries.entries()) {
      this.#closing.push(this.#leave(entry.file).catch(warn));
      entry.file = fresh[index] ?? entry.file;
    }
  }

  /** @param {AnyFile} file */
  async #leave(file) {
    const { bytes } = file;
    this.#closedBytes += bytes;
    await file.close();
    this.#closedBytes += file.bytes - bytes; // what was still on its way
  }

  /** @param {string} dir */
  async close(dir) {
    await Promise.all([...this.#closing, ...this.#entries.map(({ file }) => file.close())]);
    const folder = await fs.promises.open(dir);
    await folder.sync();
    await folder.close();
  }

  async remove() {
    await Promise.all(this.#entries.map(({ file }) => remove(file)));
    this.#entries = [];
  }
}

/** @param {AnyFile} file */
async function remove(file) {
  await file.close().catch(warn);
  await fs.promises.unlink(file.path).catch(warn);
}

/** A file of a recording. It never overwrites, and a row is one write: a crash or a full disk leaves whole rows. */
export class RecordingFile {
  bytes = 0;
  #fd;
  #saver;

  /** @param {string} name absolute; nothing of that name may exist @param {string} head first line, or nothing */
  constructor(name, head) {
    this.path = name;
    this.#fd = fs.openSync(name, 'ax');
    this.#saver = new DiskSaver(this.#fd);
    if (head !== '') this.write(head);
  }

  /**
   * Appends text or bytes in one write.
   *
   * @param {string | Uint8Array} data a whole row, newline included
   * @throws what the disk says; the file then ends with the row before
   */
  write(data) {
    const bytes = typeof data === 'string' ? Buffer.from(data) : data;
    try {
      for (let done = 0; done < bytes.length; ) done += fs.writeSync(this.#fd, bytes, done);
    } catch (error) {
      fs.ftruncateSync(this.#fd, this.bytes);
      throw error;
    }
    this.bytes += bytes.length;
  }

  /** Brings what was written to the disk itself, off the main thread. */
  save() {
    this.#saver.save(this.bytes);
  }

  async close() {
    await this.#saver.close();
  }
}
