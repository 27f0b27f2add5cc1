/** Brings what was written to an open file to the disk itself. */
import fs from 'node:fs';
import { promisify } from 'node:util';
import { warn } from './link.mjs';

/** Works off the main thread, one save after another; a power cut then costs only what came after the newest. */
export class DiskSaver {
  #fd;
  #saved = 0;
  #saving = Promise.resolve();

  /** @param {number} fd */
  constructor(fd) {
    this.#fd = fd;
  }

  /** @param {number} [bytes] how much was written until now: where that is no more than before, nothing is done */
  save(bytes) {
    if (bytes !== undefined && bytes === this.#saved) return;
    this.#saved = bytes ?? 0;
    this.#saving = this.#saving.then(() => promisify(fs.fdatasync)(this.#fd)).catch(warn);
  }

  /** Waits until no save is under way. */
  async settled() {
    await this.#saving;
  }

  /** Saves the file for good and closes it. @throws what the disk says */
  async close() {
    await this.settled();
    await promisify(fs.fsync)(this.#fd);
    await promisify(fs.close)(this.#fd);
  }
}
