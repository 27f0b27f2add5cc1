/** One recording: which frames are written, and into which file. */
import { monoNs, Problem } from '../sdk/node/rigdeck.mjs';
import { Camera } from './camera.mjs';
import { MatroskaFile, StreamFile } from './footage.mjs';
import { markDiscontinuity } from './frames.mjs';
import { Report } from './report.mjs';

/** @typedef {import('../sdk/node/take.mjs').Take} Take */
/** @typedef {import('./camera.mjs').TimedFrame} TimedFrame */
/** @typedef {import('./sources.mjs').Options} Options */
/** @typedef {import('./sources.mjs').Source} Source */

/** A camera that gives no picture for so long has failed; less often than once in so long nobody wants one. */
const firstFrameNs = 8_000_000_000n;
const silentNs = 10_000_000_000n;
const files = { ts: StreamFile, mkv: MatroskaFile };

/**
 * Records what the camera gives.
 *
 * @param {Take} take
 * @param {Source} source
 * @param {Pick<Options, 'format' | 'preroll'>} options
 * @throws {Problem} where the camera cannot be opened, or ends
 */
export async function recordCamera(take, source, options) {
  const camera = new Camera(source);
  try {
    if ((await take.next(() => hasPicture(camera))) === null) return;
    const footage = new Footage(take, camera, options);
    take.armed();
    const look = () => footage.look();
    for (let frame = await take.next(look); frame !== null; frame = await take.next(look))
      await footage.add(frame);
    if (!take.begun) return;
    const stoppedNs = monoNs();
    await camera.end();
    await footage.addRest(stoppedNs);
  } finally {
    await camera.end();
  }
}

/** @param {Camera} camera */
function hasPicture(camera) {
  if (camera.keepNewest()) return true;
  if (camera.hasEnded) throw camera.problem;
  if (monoNs() - camera.lastNs < firstFrameNs) return null;
  const message = `${camera.source.name} gives no picture within ${firstFrameNs / 1_000_000_000n} s`;
  throw new Problem('no-picture', message, { remedy: camera.source.remedy });
}

/** @param {Camera} camera */
function silent({ source }) {
  const message = `${source.name} has given no picture for ${silentNs / 1_000_000_000n} s`;
  return new Problem('no-picture', message, { remedy: source.remedy });
}

/** What is written: from a key frame on, without a hole until a pause, and over to the next file with a key frame. */
class Footage {
  /** A pause or the time before the start: nothing is written before a key frame. */
  #closed = true;
  /** @type {unknown} the file that was written to last */
  #file = null;

  /** When the recording begins. @type {bigint | null} */
  #startNs = null;

  /** @param {Take} take @param {Camera} camera @param {Pick<Options, 'format' | 'preroll'>} options */
  constructor(take, camera, { format, preroll }) {
    this.take = take;
    this.camera = camera;
    this.preroll = preroll;
    this.video = take.add(() => new files[format](take.path(format)));
    this.rows = take.open('csv', 'monoNs,frame,ptsS,keyframe,bytes\n');
    this.report = new Report(camera.source);
  }

  /** The next frame. Until the start one group of pictures is kept, from its key frame on. */
  look() {
    const { take, camera } = this;
    if (take.begun) this.#startNs ??= take.goNs || monoNs();
    else camera.keepNewest();
    const frame = take.begun ? camera.next() : null;
    if (frame !== null) return frame;
    if (camera.hasEnded) throw camera.problem;
    if (monoNs() - camera.lastNs > silentNs) throw silent(camera);
    return null;
  }

  /** @param {TimedFrame} frame */
  async add(frame) {
    const { take } = this;
    if (take.resting) this.#closed = true;
    else if (!this.#closed || (frame.key && this.#mayBegin(frame))) await this.#write(frame);
    take.dropped = this.report.dropped;
    take.detail = this.report.detail;
    take.gauges = this.report.gauges(this.camera.queuePercent);
  }

  /** @param {bigint} atNs */
  #isDue(atNs) {
    return this.#startNs !== null && atNs >= this.#startNs;
  }

  /** With `preroll` the start lies inside what is written. @param {TimedFrame} frame */
  #mayBegin(frame) {
    return this.#isDue(frame.monoNs) || (this.preroll && this.#file === null);
  }

  /** Frames that were on their way when the recording was stopped. @param {bigint} stoppedNs */
  async addRest(stoppedNs) {
    for (let frame = this.camera.next(); frame !== null; frame = this.camera.next()) {
      if (frame.monoNs <= stoppedNs) await this.add(frame);
    }
  }

  /** @param {TimedFrame} frame */
  async #write(frame) {
    const { take } = this;
    if (frame.key) take.splitAt(frame.monoNs);
    await this.#append(frame);
    const { monoNs: atNs, ptsS, key, bytes } = frame;
    take.count += 1;
    this.rows.write(`${atNs},${take.count},${ptsS.toFixed(6)},${key ? 1 : 0},${bytes}\n`);
    this.report.count(frame, this.#closed);
    this.#closed = false;
    if (this.#isDue(atNs)) take.confirm(atNs);
  }

  /** @param {TimedFrame} frame */
  async #append(frame) {
    const file = this.video.current;
    const isFirst = file !== this.#file;
    this.#file = file;
    if (isFirst) return await file.write([...this.camera.cutter.head, ...frame.parts]);
    if (this.#closed) markDiscontinuity(frame);
    await file.write(frame.parts);
  }
}
