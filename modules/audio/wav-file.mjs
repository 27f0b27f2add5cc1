/** A WAV file that is right at every moment but the last second: a power cut costs its length at most, not its samples. */
import fs from 'node:fs';
import { promisify } from 'node:util';
import { DiskSaver } from '../sdk/node/disk-saver.mjs';
import { wavHeader } from './wav-header.mjs';

/** @typedef {import('./sound-format.mjs').SoundFormat} SoundFormat */

const write = promisify(fs.write);
const headerEveryMs = 1_000;
/** What may wait for a disk that is busy; a minute and a half of CD sound. */
export const maxWaitingBytes = 16 * 1024 * 1024;

/** The disk may take its time: writing never waits. It never overwrites. */
export class WavFile {
  /** On the disk, as far as the kernel knows. */
  bytes = 0;
  #fd;
  #saver;
  #format;
  #headBytes;
  #waiting = /** @type {{ frames: Buffer, landed: () => void }[]} */ ([]);
  #waitingBytes = 0;
  #fault = /** @type {unknown} */ (null);
  #writing = /** @type {Promise<void> | null} */ (null);
  #headAtMs = 0;

  /** @param {string} name absolute; nothing of that name may exist @param {SoundFormat} format */
  constructor(name, format) {
    this.path = name;
    this.#format = format;
    const head = wavHeader(format, 0);
    this.#headBytes = head.length;
    this.#fd = fs.openSync(name, 'wx');
    this.#saver = new DiskSaver(this.#fd);
    fs.writeSync(this.#fd, head);
    this.bytes = head.length;
  }

  /** How full the queue to the disk is, in percent. */
  get queuePercent() {
    return (100 * this.#waitingBytes) / maxWaitingBytes;
  }

  /**
   * Takes whole frames.
   *
   * @param {Buffer} frames must not change any more
   * @param {() => void} landed told when they are in the file
   * @returns {boolean} false: the disk has not kept up for so long that there is no room for them
   * @throws what the disk said
   */
  write(frames, landed) {
    if (this.#fault !== null) throw this.#fault;
    if (this.#waitingBytes + frames.length > maxWaitingBytes) return false;
    this.#waiting.push({ frames, landed });
    this.#waitingBytes += frames.length;
    this.#writing ??= this.#drain();
    return true;
  }

  async #drain() {
    try {
      while (this.#waiting.length > 0) {
        const batch = this.#waiting;
        this.#waiting = [];
        const frames = batch.map((one) => one.frames);
        await this.#append(frames.length === 1 && frames[0] ? frames[0] : Buffer.concat(frames));
        for (const { landed } of batch) landed();
        if (performance.now() - this.#headAtMs >= headerEveryMs) await this.#tellSizes();
      }
    } catch (error) {
      this.#fault = error;
      this.#waiting = [];
    }
    this.#writing = null;
  }

  /** @param {Buffer} frames */
  async #append(frames) {
    for (let done = 0; done < frames.length; ) {
      const { bytesWritten } = await write(
        this.#fd,
        frames,
        done,
        frames.length - done,
        this.bytes,
      );
      done += bytesWritten;
      this.bytes += bytesWritten;
      this.#waitingBytes -= bytesWritten;
    }
  }

  async #tellSizes() {
    this.#headAtMs = performance.now();
    const head = wavHeader(this.#format, this.#dataBytes);
    for (let done = 0; done < head.length; )
      done += (await write(this.#fd, head, done, head.length - done, done)).bytesWritten;
  }

  /** Whole frames only: a disk that is full may have taken half a one. */
  get #dataBytes() {
    const bytes = this.bytes - this.#headBytes;
    return bytes - (bytes % this.#format.frameBytes);
  }

  /** Brings what was written to the disk itself, off the main thread. */
  save() {
    this.#saver.save(this.bytes);
  }

  /** @throws what the disk said, and the file ends with a whole frame all the same */
  async close() {
    await this.#writing;
    await this.#saver.settled();
    try {
      await this.#end();
    } finally {
      await promisify(fs.close)(this.#fd);
    }
    if (this.#fault !== null) throw this.#fault;
  }

  async #end() {
    const dataBytes = this.#dataBytes;
    this.bytes = this.#headBytes + dataBytes + (dataBytes % 2); // RIFF chunks begin at even places
    await promisify(fs.ftruncate)(this.#fd, this.bytes);
    this.bytes = this.#headBytes + dataBytes;
    await this.#tellSizes();
    this.bytes += dataBytes % 2;
    await promisify(fs.fsync)(this.#fd);
  }
}
