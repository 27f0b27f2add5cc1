/** Samples as they come from a source, each with its place in time. */
import { monoNs, wake } from '../sdk/node/rigdeck.mjs';
import { isOverrun, toldRate } from './commands.mjs';
import { SampleClock } from './sample-clock.mjs';

/** @typedef {import('./sound-format.mjs').SoundFormat} SoundFormat */
/** @typedef {{ from: number, frames: number, data: Buffer }} Chunk whole frames; `from` counts them since the start */
/**
 * @typedef {object} Ears
 * @property {(data: Buffer, atNs: bigint) => void} onData
 * @property {(line: string) => void} onLine
 * @property {(words: string) => void} onEnd
 */
/** @typedef {{ start: (ears: Ears) => void, stop: () => Promise<void> }} Source */

/** Before it is believed that samples come when they say: so many chunks, and so long. */
const warmUp = { chunks: 4, ms: 150 };
/** A source that has delivered so much more than time has passed is no sound card. In seconds. */
const tooFastS = 3;
/** A stop of the rig that reaches the recorder first is no failure of it. */
const graceMs = 500;
const maxLines = 100;

export class Capture {
  clock;
  /** How often the source said that it lost samples. */
  overruns = 0;
  /** What the source said in words, the newest last. @type {string[]} */
  lines = [];
  /** What it told of its rate, see `toldRate`. @type {number[]} */
  rates = [];
  /** Frames until now, those that were lost included. */
  frames = 0;
  /** Why there is nothing more. @type {string | null} */
  ended = null;
  #source;
  #format;
  #overrunsMs = /** @type {number[]} */ ([]);
  #arrived = 0;
  #delivered = 0;
  #firstNs = 0n;
  #isOver = false;
  #chunks = /** @type {Chunk[]} */ ([]);
  #partial = /** @type {Buffer} */ (Buffer.alloc(0));
  #changed = () => {};

  /** @param {Source} source @param {SoundFormat} format @param {string} name as ALSA calls it */
  constructor(source, format, name) {
    this.name = name;
    this.#source = source;
    this.#format = format;
    this.clock = new SampleClock(format.rate);
  }

  /**
   * Starts the source and waits until samples flow.
   *
   * @param {number} withinMs
   * @returns {Promise<'flows' | 'ended' | 'silent' | 'too fast'>}
   */
  async open(withinMs) {
    this.#source.start({
      onData: (data, atNs) => this.#take(data, atNs),
      onLine: (line) => this.#hear(line),
      onEnd: (words) => this.#end(words),
    });
    const deadline = performance.now() + withinMs;
    while (this.ended === null && !this.isTooFast && !this.#isWarm && performance.now() < deadline)
      await this.change(Math.min(deadline - performance.now(), warmUp.ms));
    if (this.ended !== null) return 'ended';
    if (this.isTooFast) return 'too fast';
    return this.#isWarm ? 'flows' : 'silent';
  }

  get #isWarm() {
    const tookNs = this.#arrived === 0 ? 0n : monoNs() - this.#firstNs;
    return this.#arrived >= warmUp.chunks && tookNs >= BigInt(warmUp.ms * 1e6);
  }

  /** Waits until something came, at most `ms`. @param {number} ms @returns {Promise<void>} */
  change(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#changed = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Overruns of the last minute. */
  get recentOverruns() {
    return this.#overrunsMs.filter((atMs) => performance.now() - atMs < 60_000).length;
  }

  /** The source has ended, and nobody wished it. */
  get isOver() {
    return this.#isOver;
  }

  /** It has no clock: it gives samples as fast as they are taken. */
  get isTooFast() {
    const tookS = Number(monoNs() - this.#firstNs) / 1e9;
    return this.#delivered / this.#format.rate > tookS + tooFastS;
  }

  /** The oldest chunk that nobody took. */
  shift() {
    return this.#chunks.shift();
  }

  /** Forgets all but the newest. @param {number} keepMs */
  forget(keepMs) {
    const oldest = this.frames - (keepMs * this.#format.rate) / 1_000;
    while (this.#chunks[0] && this.#chunks[0].from + this.#chunks[0].frames < oldest)
      this.#chunks.shift();
  }

  async close() {
    this.#isOver = true;
    await this.#source.stop();
    this.#chunks = [];
  }

  /** @param {Buffer} data @param {bigint} atNs */
  #take(data, atNs) {
    if (this.#isOver) return;
    const { frameBytes } = this.#format;
    const bytes = this.#partial.length === 0 ? data : Buffer.concat([this.#partial, data]);
    const frames = Math.floor(bytes.length / frameBytes);
    this.#partial = bytes.subarray(frames * frameBytes);
    if (this.#arrived === 0) this.#firstNs = atNs;
    this.#arrived += 1;
    this.#delivered += frames;
    const lost = this.clock.arrived(this.frames + frames, atNs);
    const from = this.frames + lost;
    this.frames = from + frames;
    this.#chunks.push({ from, frames, data: bytes.subarray(0, frames * frameBytes) });
    this.#tell();
  }

  /** @param {string} line */
  #hear(line) {
    if (isOverrun(line)) {
      this.overruns += 1;
      this.#overrunsMs = [...this.#overrunsMs, performance.now()].slice(-maxLines);
      this.clock.warn();
    }
    const rate = toldRate(line);
    if (rate !== null) this.rates.push(rate);
    this.lines = [...this.lines, line].slice(-maxLines);
  }

  /** @param {string} words */
  #end(words) {
    this.ended = words;
    this.#tell();
    setTimeout(() => {
      this.#isOver = true;
      this.#tell();
    }, graceMs).unref();
  }

  #tell() {
    this.#changed();
    wake();
  }
}
