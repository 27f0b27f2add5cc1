/** One recording: from the sample at the rig's instant to the last one, over pauses and splits. */
import { monoNs, Problem } from '../sdk/node/rigdeck.mjs';
import { isComplaint } from './commands.mjs';
import { tooFast } from './open-capture.mjs';

/** @typedef {import('../sdk/node/take.mjs').Take} Take */
/** @typedef {import('./capture.mjs').Capture} Capture */
/** @typedef {import('./capture.mjs').Chunk} Chunk */
/** @typedef {import('./meter.mjs').Meter} Meter */
/** @typedef {import('./sound-format.mjs').SoundFormat} SoundFormat */
/** @typedef {{ write: (frames: Buffer, landed: () => void) => boolean, queuePercent: number }} SoundFile */

/** So much is kept before the start: one that is heard late begins at its instant all the same. */
const keepMs = 1_000;
/** The last samples before a stop arrive a little after it. */
const tailMs = 500;

export class Recorder {
  #take;
  #capture;
  #meter;
  #file;
  #frameBytes;
  #device;
  /** When it is to begin, or to go on after a pause. Null while it rests. */
  #fromNs = /** @type {bigint | null} */ (null);
  #hasRested = false;
  /** The frame that is to be written next; null before the first. */
  #next = /** @type {number | null} */ (null);

  /**
   * @param {Take} take
   * @param {object} parts
   * @param {Capture} parts.capture
   * @param {Meter} parts.meter
   * @param {SoundFormat} parts.format
   * @param {{ readonly current: SoundFile }} parts.file
   * @param {string} parts.device as people call it
   */
  constructor(take, { capture, meter, format, file, device }) {
    this.#take = take;
    this.#capture = capture;
    this.#meter = meter;
    this.#file = file;
    this.#frameBytes = format.frameBytes;
    this.#device = device;
  }

  /** Says `armed`, and records until it is stopped. @throws {Problem} where the device ends */
  async run() {
    const take = this.#take;
    take.armed();
    const look = () => this.#look();
    for (let chunk = await take.next(look); chunk !== null; chunk = await take.next(look))
      this.#write(chunk);
    if (take.begun && !take.resting) await this.#tail();
    this.#meter.end();
  }

  /** The next chunk that is to be written. */
  #look() {
    const [take, capture] = [this.#take, this.#capture];
    if (capture.isOver) throw gone(this.#device, capture);
    if (capture.isTooFast) throw tooFast(this.#device);
    if (!take.begun || take.resting) {
      capture.forget(take.resting ? 0 : keepMs);
      this.#hasRested = take.resting;
      [this.#fromNs, this.#next] = [null, null];
      return null;
    }
    this.#fromNs ??= this.#hasRested || take.goNs === 0n ? monoNs() : take.goNs;
    return capture.shift();
  }

  /** What was taken before the stop and arrives after it. */
  async #tail() {
    const untilNs = monoNs();
    this.#fromNs ??= this.#take.goNs || untilNs;
    if (this.#fromNs > untilNs) return; // stopped before it began
    const end = this.#capture.clock.frameAt(untilNs);
    const deadline = performance.now() + tailMs;
    while ((this.#next ?? 0) < end) {
      const chunk = this.#capture.shift();
      const leftMs = deadline - performance.now();
      if (chunk) this.#write(cut(chunk, chunk.from, end, this.#frameBytes));
      else if (this.#capture.ended === null && leftMs > 0) await this.#capture.change(leftMs);
      else return;
    }
  }

  /** @param {Chunk} chunk */
  #write(chunk) {
    const end = chunk.from + chunk.frames;
    const { clock } = this.#capture;
    if (this.#next === null) {
      const begin = Math.max(clock.frameAt(this.#fromNs ?? 0n), chunk.from);
      if (begin >= end) return; // all of it was before the start
      this.#next = begin;
    } else if (chunk.from !== this.#next) {
      // The card lost frames; or it had lost fewer than was thought.
      this.#take.dropped = Math.max(this.#take.dropped + chunk.from - this.#next, 0);
      this.#next = chunk.from;
    }
    const splitNs = this.#take.splitNs;
    const splitAt = splitNs === null ? end : Math.max(clock.frameAt(splitNs), this.#next);
    if (splitNs !== null && splitAt < end) {
      this.#put(chunk, splitAt);
      this.#meter.end();
      this.#take.splitAt(splitNs);
      this.#meter.begin();
    }
    this.#put(chunk, end);
  }

  /** Writes from the next frame up to `to`. @param {Chunk} chunk @param {number} to */
  #put(chunk, to) {
    const first = this.#next ?? chunk.from;
    const { frames, data } = cut(chunk, first, to, this.#frameBytes);
    if (frames <= 0) return;
    this.#next = to;
    const file = this.#file.current;
    // Told when it is so: whoever is killed with samples in his memory has not recorded them.
    const landed = () => {
      this.#take.count += frames;
      if (file === this.#file.current) this.#take.confirm(this.#capture.clock.nsOf(first));
    };
    if (file.write(data, landed))
      this.#meter.add(data, this.#capture.clock.nsOf(to), file.queuePercent);
    else this.#take.dropped += frames;
  }
}

/** A part of a chunk. @param {Chunk} chunk @param {number} from @param {number} to @param {number} frameBytes */
function cut(chunk, from, to, frameBytes) {
  const frames = Math.min(to, chunk.from + chunk.frames) - from;
  const at = (from - chunk.from) * frameBytes;
  return { from, frames, data: chunk.data.subarray(at, at + Math.max(frames, 0) * frameBytes) };
}

/** @param {string} device @param {Capture} capture */
function gone(device, { ended, lines }) {
  const words = lines.findLast(isComplaint);
  return new Problem('unplugged', `the sound card "${device}" is gone: ${words ?? ended}`, {
    remedy: 'plug it in again: the recording goes on by itself in a new segment',
  });
}
