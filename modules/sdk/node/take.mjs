/** One recording of a module, and its files. */
import fs from 'node:fs';
import path from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { promisify } from 'node:util';
import { changed, decline, monoNs, say, warn } from './link.mjs';

/** @typedef {import('./link.mjs').Command} Command */

const progressNs = 1_000_000_000n;
/** What a power cut may cost at most, as far as the disk keeps its word. */
const syncNs = 5_000_000_000n;

/** One recording, from `arm` to `idle`. Everything of it that the rig should know goes through here. */
export class Take {
  /** Samples so far; `samples()` counts them. */
  count = 0;
  /** Samples that were due and not taken; `samples()` counts those, too. */
  dropped = 0;
  /** @type {number | undefined} set it when the bytes do not go through `open()` */
  written;
  /** @type {string | undefined} a few words for the module's row on the screen */
  detail;
  /** @type {Record<string, { value: number, warn?: number, unit?: string }> | undefined} */
  gauges;
  /** @type {Command[]} markers, each with `text` and `atMonoNs`; take them out when they are used */
  marks = [];
  /** @type {string[]} absolute names of files that something else writes */
  foreign = [];
  begun = false;
  #stop = /** @type {Command | null} */ (null);
  #pause = /** @type {Command | null} */ (null);
  #resume = /** @type {Command} */ ({});
  #resting = false;
  #split = /** @type {Command | null} */ (null);
  #unconfirmed = /** @type {Command | null} */ (null);
  #goNs = 0n;
  #files = /** @type {RecordingFile[]} */ ([]);
  #closing = /** @type {Promise<void>[]} */ ([]);
  #toldNs = 0n;
  #savedNs = 0n;

  /** @param {Command} command */
  constructor(command) {
    this.armId = command.id;
    this.dir = command.dir;
    this.prefix = command.prefix;
    this.session = command.session;
    this.trial = command.trial;
    this.segment = command.segment;
  }

  /**
   * Opens `<dir>/<prefix>.<extension>`, which must not exist. Rows are written with `write(row)`.
   *
   * @param {string} extension such as `csv`
   * @param {string} [head] first line, newline included; it begins every segment
   */
  open(extension, head = '') {
    const index = this.#files.push(new RecordingFile(this, extension, head)) - 1;
    return { write: (/** @type {string | Uint8Array} */ row) => this.#files[index]?.write(row) };
  }

  /** The name of a file that something else writes: add it to `foreign`, set `written`, and never overwrite. */
  path(/** @type {string} */ extension) {
    return path.join(this.dir, `${this.prefix}.${extension}`);
  }

  get files() {
    return [...this.#files.map((file) => file.path), ...this.foreign];
  }

  get bytes() {
    return this.written ?? this.#files.reduce((sum, file) => sum + file.bytes, 0);
  }

  /**
   * The instants to take a sample at: says `armed`, waits for the rig's go, confirms after the first sample, pauses and
   * ends as the rig says. A sample that comes too late by more than one period is dropped and counted.
   *
   * @param {number} [hz] without it: as fast as the loop's body
   */
  async *samples(hz) {
    const periodNs = hz ? BigInt(Math.round(1e9 / hz)) : 0n;
    for (let due = await this.go(); due !== null; due = await this.#next(due, periodNs)) {
      const nowNs = monoNs();
      yield nowNs;
      this.count += 1;
      this.confirm(nowNs);
    }
  }

  /** @param {bigint} dueNs @param {bigint} periodNs */
  #next(dueNs, periodNs) {
    const nextNs = dueNs + periodNs;
    const lateNs = monoNs() - nextNs;
    const lost = periodNs > 0n && lateNs > 0n && !this.#pause ? lateNs / periodNs : 0n;
    this.dropped += Number(lost);
    return this.hold(nextNs + lost * periodNs);
  }

  /** Says `armed` and waits for the instant to begin at. Null: it was called off, let go of everything. */
  async go() {
    say({ is: 'armed', id: this.armId, files: this.files });
    while (!this.begun && !this.#stop) await changed();
    return this.hold(this.#goNs);
  }

  /**
   * Waits until an instant, does what the rig says meanwhile, and reports once a second. A pause moves the instant.
   *
   * @param {bigint} untilNs
   * @returns {Promise<bigint | null>} the instant; null when the recording is over
   */
  async hold(untilNs) {
    let dueNs = untilNs;
    await breathe(); // commands are read however late the loop is
    while (!this.#stop) {
      if (this.#pause) dueNs = await this.#rest(this.#pause);
      const nowNs = monoNs();
      this.#report(nowNs);
      if (nowNs >= dueNs) {
        this.#splitAt(nowNs);
        return dueNs > 0n ? dueNs : nowNs;
      }
      await changed(Math.min(Math.ceil(Number(dueNs - nowNs) / 1e6), 1_000));
    }
    return null;
  }

  /** Confirms that it records. @param {bigint} firstSampleNs when the first sample was taken */
  confirm(firstSampleNs) {
    if (!this.#unconfirmed) return;
    const { id } = this.#unconfirmed;
    this.#unconfirmed = null;
    say({ is: 'recording', id, firstSampleMonoNs: String(firstSampleNs), files: this.files });
  }

  /** Finishing takes a while: the rig waits as long as this is said now and then. @param {number} [etaMs] */
  finalizing(etaMs) {
    say({ is: 'finalizing', id: this.#stop?.id, etaMs });
  }

  /** @param {Command} command */
  begin(command) {
    this.begun = true;
    this.#goNs = instant(command);
    this.#unconfirmed = command;
  }

  /** @param {Command} command */
  stop(command) {
    this.#stop = command;
  }

  /** @param {Command} command */
  pause(command) {
    this.#pause = command;
    if (this.#resting) say({ is: 'paused', id: command.id });
  }

  /** @param {Command} command */
  resume(command) {
    this.#pause = null;
    this.#resume = command;
    if (!this.#resting) say({ is: 'recording', id: command.id });
  }

  /** @param {Command} command */
  split(command) {
    this.#split = command;
  }

  /** @param {Command} pause */
  async #rest(pause) {
    say({ is: 'paused', id: pause.id });
    this.#resting = true;
    while (this.#pause && !this.#stop) await changed();
    this.#resting = false;
    if (!this.#stop) say({ is: 'recording', id: this.#resume.id });
    return monoNs();
  }

  /** @param {bigint} nowNs */
  #report(nowNs) {
    if (!this.begun || this.#unconfirmed) return;
    if (nowNs - this.#toldNs >= progressNs) this.progress(nowNs);
    if (nowNs - this.#savedNs < syncNs) return;
    this.#savedNs = nowNs;
    for (const file of this.#files) file.save();
  }

  progress(nowNs = monoNs()) {
    this.#toldNs = nowNs;
    const { bytes, count: samples, dropped, detail, gauges } = this;
    say({ is: 'progress', bytes, samples, dropped, detail, gauges });
  }

  /** @param {bigint} nowNs */
  #splitAt(nowNs) {
    const command = this.#split;
    if (!command || nowNs < instant(command)) return;
    this.#split = null;
    const { dir, prefix, segment } = this;
    const old = this.#files;
    try {
      [this.dir, this.prefix, this.segment] = [command.dir, command.prefix, command.segment];
      this.#files = old.map(({ extension, head }) => new RecordingFile(this, extension, head));
      this.#closing.push(...old.map((file) => file.close().catch(warn)));
      this.#unconfirmed = command;
    } catch (error) {
      [this.dir, this.prefix, this.segment] = [dir, prefix, segment]; // better a long file than none
      decline(command, 'split-failed', String(error));
    }
  }

  /** Brings every file to the disk for good, its name too. */
  async finish() {
    await Promise.all([...this.#closing, ...this.#files.map((file) => file.close())]);
    const folder = await fs.promises.open(this.dir);
    await folder.sync();
    await folder.close();
  }

  /** Lets go of a recording that never began: its files hold nothing, and their names are needed again. */
  async discard() {
    await Promise.all(this.#files.map((file) => file.close().catch(warn)));
    for (const file of this.#files) await fs.promises.unlink(file.path).catch(warn);
    this.#files = [];
  }

  /** Says that it is over. */
  leave() {
    if (this.begun) this.progress();
    if (!this.#stop?.silent) say({ is: 'idle', id: this.#stop?.id, files: this.files });
  }

  get stopped() {
    return this.#stop !== null;
  }
}

/** A file of a recording. It never overwrites, and a row is one write: a crash or a full disk leaves whole rows. */
class RecordingFile {
  bytes = 0;
  #fd;
  #saved = 0;
  #saving = Promise.resolve();

  /** @param {Take} take @param {string} extension @param {string} head */
  constructor(take, extension, head) {
    this.extension = extension;
    this.head = head;
    this.path = take.path(extension);
    this.#fd = fs.openSync(this.path, 'ax');
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
    if (this.#saved === this.bytes) return;
    this.#saved = this.bytes;
    const fd = this.#fd;
    this.#saving = this.#saving.then(() => promisify(fs.fdatasync)(fd)).catch(warn);
  }

  async close() {
    await this.#saving;
    await promisify(fs.fsync)(this.#fd);
    await promisify(fs.close)(this.#fd);
  }
}

/** @param {Command} command @returns {bigint} */
const instant = ({ atMonoNs }) => (/^\d+$/.test(String(atMonoNs)) ? BigInt(atMonoNs) : 0n);
