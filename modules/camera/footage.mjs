/** The files that frames are written to. */
import fs from 'node:fs';
import { promisify } from 'node:util';
import { DiskSaver } from '../sdk/node/disk-saver.mjs';
import { warn } from '../sdk/node/link.mjs';
import { Program } from '../sdk/node/program.mjs';
import { Problem } from '../sdk/node/rigdeck.mjs';

const finishMs = 20_000;
const append = promisify(fs.writev);

/** An MPEG transport stream: whatever happens, what was written so far plays. It never overwrites. */
export class StreamFile {
  bytes = 0;
  #fd;
  #saver;

  /** @param {string} name absolute */
  constructor(name) {
    this.path = name;
    this.#fd = fs.openSync(name, 'ax');
    this.#saver = new DiskSaver(this.#fd);
  }

  /**
   * Appends whole frames. The program goes on meanwhile: a card may take its time.
   *
   * @param {Uint8Array[]} parts
   * @throws what the disk says; the file then ends with the frame before
   */
  async write(parts) {
    const before = this.bytes;
    try {
      for (let rest = parts; rest.length > 0; ) {
        const { bytesWritten } = await append(this.#fd, rest);
        this.bytes += bytesWritten;
        rest = without(rest, bytesWritten);
      }
    } catch (error) {
      this.bytes = before;
      await promisify(fs.ftruncate)(this.#fd, before);
      throw error;
    }
  }

  /** Brings what was written to the disk itself. */
  save() {
    this.#saver.save(this.bytes);
  }

  async close() {
    await this.#saver.close();
  }
}

/** writev(2) may write less than all. @param {Uint8Array[]} parts @param {number} bytes */
function without(parts, bytes) {
  let skip = bytes;
  return parts.flatMap((part) => {
    const cut = Math.min(skip, part.length);
    skip -= cut;
    return cut === part.length ? [] : [part.subarray(cut)];
  });
}

/**
 * A Matroska file, written by an ffmpeg that only packs the stream into it. When this module is killed, that ffmpeg sees the end of
 * the stream, finishes the file and ends.
 */
export class MatroskaFile {
  bytes = 0;
  #fd;
  #program;
  #begun = false;

  /** @param {string} name absolute */
  constructor(name) {
    this.path = name;
    this.#fd = fs.openSync(name, 'ax'); // ours from now on: what ffmpeg overwrites is this empty file
    const command = ['ffmpeg', '-hide_banner', '-nostdin', '-loglevel', 'error', ...packing, name];
    this.#program = new Program(command, { stdin: 'pipe', orphaned: null });
    this.#program.child.stdin?.on('error', () => undefined); // it has ended: the next write says so
  }

  /** @param {Uint8Array[]} parts */
  async write(parts) {
    this.#begun = true;
    const { stdin } = this.#program.child;
    for (const part of parts) {
      const error = await new Promise((resolve) => stdin?.write(part, resolve));
      if (error || this.#program.exit) throw this.#problem();
    }
    this.bytes = fs.fstatSync(this.#fd).size;
  }

  save() {
    fs.fdatasync(this.#fd, (error) => error && warn(error));
  }

  async close() {
    this.#program.child.stdin?.end();
    const timer = setTimeout(() => this.#program.signal('SIGKILL'), finishMs);
    const { code } = await this.#program.ended;
    clearTimeout(timer);
    await promisify(fs.fsync)(this.#fd);
    this.bytes = fs.fstatSync(this.#fd).size;
    await promisify(fs.close)(this.#fd);
    if (code !== 0 && this.#begun) throw this.#problem();
  }

  #problem() {
    const why = this.#program.lastWords.at(-1) ?? 'it ended';
    return new Problem('matroska', `ffmpeg could not write ${this.path}: ${why}`);
  }
}

/** Time stamps begin at 0 in each file and keep the gaps of pauses. Clusters are short: so much is lost at most. */
const packing = [
  ...['-f', 'mpegts', '-probesize', '100000', '-analyzeduration', '0', '-i', 'pipe:0'],
  ...['-copyts', '-start_at_zero', '-c', 'copy', '-f', 'matroska', '-cluster_time_limit', '1000'],
  ...['-flush_packets', '1', '-y'],
];
