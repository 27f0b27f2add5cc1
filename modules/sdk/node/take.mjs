/** One recording of a module, and its files. */
import path from 'node:path';
import { setImmediate as breathe } from 'node:timers/promises';
import { RecordingFile, RecordingFiles } from './files.mjs';
import { changed, decline, monoNs, say } from './link.mjs';

/** @typedef {import('./link.mjs').Command} Command */
/** @typedef {import('./files.mjs').AnyFile} AnyFile */

const progressNs = 1_000_000_000n;
/** What a power cut may cost at most, as far as the disk keeps its word. */
const syncNs = 5_000_000_000n;
/** The last of the way to the common instant is slept to the microsecond; timers of Node are a millisecond wide. */
const exactMs = 3;
/** Many begin at once: what each has to say of it waits until all had their turn at a core. */
const settleMs = 10;
const cell = new Int32Array(new SharedArrayBuffer(4));

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
  /** The instant to begin at, once it has `begun`. */
  goNs = 0n;
  /** Paused: what a source gives now is not wanted. */
  resting = false;
  #stop = /** @type {Command | null} */ (null);
  #pause = /** @type {Command | null} */ (null);
  #resume = /** @type {Command} */ ({});
  #split = /** @type {Command | null} */ (null);
  #unconfirmed = /** @type {Command | null} */ (null);
  #confirming = /** @type {{ tell(): void, timer: NodeJS.Timeout } | null} */ (null);
  #files = new RecordingFiles();
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
    const file = this.#files.add(() => new RecordingFile(this.path(extension), head));
    return { write: (/** @type {string | Uint8Array} */ row) => file.current.write(row) };
  }

  /**
   * A file of another kind. It must not overwrite anything.
   *
   * @template {AnyFile} F
   * @param {() => F} make called at once, and for each new segment
   * @returns {{ readonly current: F }} the file of the present segment
   */
  add(make) {
    return this.#files.add(make);
  }

  /** The name of a file that something else writes: add it to `foreign`, set `written`, and never overwrite. */
  path(/** @type {string} */ extension) {
    return path.join(this.dir, `${this.prefix}.${extension}`);
  }

  get files() {
    return [...this.#files.paths, ...this.foreign];
  }

  get bytes() {
    return this.written ?? this.#files.bytes;
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

  /** Says that all devices and files are open. */
  armed() {
    say({ is: 'armed', id: this.armId, files: this.files });
  }

  /** Says `armed` and waits for the instant to begin at. Null: it was called off, let go of everything. */
  async go() {
    this.armed();
    while (!this.begun && !this.#stop) await changed();
    while (!this.#stop && !this.#pause && leftMs(this.goNs) > exactMs) {
      await changed(Math.max(1, leftMs(this.goNs) - exactMs + 1));
    }
    const restMs = leftMs(this.goNs);
    if (!this.#stop && !this.#pause && restMs > 0) Atomics.wait(cell, 0, 0, restMs);
    return this.hold(this.goNs);
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
      if (this.#pause) dueNs = await this.#rest();
      const nowNs = monoNs();
      this.#report(nowNs);
      if (nowNs >= dueNs) {
        this.splitAt(nowNs);
        return dueNs > 0n ? dueNs : nowNs;
      }
      await changed(Math.min(Math.ceil(Number(dueNs - nowNs) / 1e6), 1_000));
    }
    return null;
  }

  /**
   * For a source that gives what it has when it has it: waits for what `look` gives and does meanwhile what the rig says.
   * `wake()` of the SDK makes it look at once. It looks before the start, too, so that a device that fails is noticed.
   *
   * @template T
   * @param {() => T | null | undefined} look what it throws goes through
   * @returns {Promise<T | null>} null when the recording is over
   */
  async next(look) {
    await breathe(); // commands are read however much there is to see
    while (!this.#stop) {
      this.#heedPause();
      this.#report(monoNs());
      const seen = look();
      if (seen !== null && seen !== undefined) return seen;
      await changed(1_000);
    }
    return null;
  }

  /**
   * Confirms that it records.
   *
   * @param {bigint} [firstSampleNs] when the first sample was taken; leave it out where samples come when they please
   */
  confirm(firstSampleNs) {
    if (!this.#unconfirmed || this.#confirming) return;
    const { id } = this.#unconfirmed;
    const tell = () => {
      this.#unconfirmed = null;
      this.#confirming = null;
      say({ is: 'recording', id, firstSampleMonoNs: firstSampleNs?.toString(), files: this.files });
    };
    const restMs = leftMs(this.goNs) + settleMs;
    if (restMs <= 0) tell();
    else this.#confirming = { tell, timer: setTimeout(tell, restMs) };
  }

  /** What is to be said next comes after the confirmation. */
  #settle() {
    if (!this.#confirming) return;
    clearTimeout(this.#confirming.timer);
    this.#confirming.tell();
  }

  /** Finishing takes a while: the rig waits as long as this is said now and then. @param {number} [etaMs] */
  finalizing(etaMs) {
    say({ is: 'finalizing', id: this.#stop?.id, etaMs });
  }

  /** @param {Command} command */
  begin(command) {
    if (this.begun) return; // a new daemon that has not heard the confirmation yet says it again
    this.begun = true;
    this.goNs = instant(command);
    this.#unconfirmed = command;
  }

  /** @param {Command} command */
  stop(command) {
    this.#settle();
    this.#stop = command;
  }

  /** @param {Command} command */
  pause(command) {
    this.#settle();
    this.#pause = command;
    if (this.resting) say({ is: 'paused', id: command.id });
  }

  /** @param {Command} command */
  resume(command) {
    this.#pause = null;
    this.#resume = command;
    if (!this.resting) say({ is: 'recording', id: command.id });
  }

  /** @param {Command} command */
  split(command) {
    this.#split = command;
  }

  async #rest() {
    this.#heedPause();
    while (this.#pause && !this.#stop) await changed();
    if (!this.#stop) this.#heedPause();
    return monoNs();
  }

  #heedPause() {
    if (this.resting === (this.#pause !== null)) return;
    this.resting = this.#pause !== null;
    if (this.#pause) say({ is: 'paused', id: this.#pause.id });
    else say({ is: 'recording', id: this.#resume.id });
  }

  /** @param {bigint} nowNs */
  #report(nowNs) {
    if (!this.begun || this.#unconfirmed) return;
    if (nowNs - this.#toldNs >= progressNs) this.progress(nowNs);
    if (nowNs - this.#savedNs < syncNs) return;
    this.#savedNs = nowNs;
    this.#files.save();
  }

  progress(nowNs = monoNs()) {
    this.#toldNs = nowNs;
    const { bytes, count: samples, dropped, detail, gauges } = this;
    say({ is: 'progress', bytes, samples, dropped, detail, gauges });
  }

  /** Where the rig wants the next file to begin; null where it wants none. */
  get splitNs() {
    return this.#split && instant(this.#split);
  }

  /**
   * Goes on in new files if the rig said so for this instant or an earlier one.
   *
   * @param {bigint} atNs of what is written next, which must be able to begin a file
   */
  splitAt(atNs) {
    const command = this.#split;
    if (!command || this.#unconfirmed || atNs < instant(command)) return;
    this.#split = null;
    const { dir, prefix, segment } = this;
    try {
      [this.dir, this.prefix, this.segment] = [command.dir, command.prefix, command.segment];
      this.#files.renew();
      this.#unconfirmed = command;
    } catch (error) {
      [this.dir, this.prefix, this.segment] = [dir, prefix, segment]; // better a long file than none
      decline(command, 'split-failed', String(error));
    }
  }

  /** Brings every file to the disk for good, its name too. */
  finish() {
    this.#settle();
    return this.#files.close(this.dir);
  }

  /** Lets go of a recording that never began: its files hold nothing, and their names are needed again. */
  discard() {
    return this.#files.remove();
  }

  /** Says that it is over. */
  leave() {
    this.#settle();
    if (this.begun) this.progress();
    if (!this.#stop?.silent) say({ is: 'idle', id: this.#stop?.id, files: this.files });
  }

  get stopped() {
    return this.#stop !== null;
  }
}

/** @param {Command} command @returns {bigint} */
const instant = ({ atMonoNs }) => (/^\d+$/.test(String(atMonoNs)) ? BigInt(atMonoNs) : 0n);

/** In ms, a part of one included; negative when it is over. @param {bigint} untilNs */
const leftMs = (untilNs) => Number(untilNs - monoNs()) / 1e6;
