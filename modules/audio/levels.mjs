/** How loud it is: peak and root mean square of each channel, in dB below full scale. */

/** @typedef {import('./sound-format.mjs').SoundFormat} SoundFormat */
/** @typedef {{ peakDb: number, rmsDb: number, clipped: number }} Level of one channel */

/** What digital silence is shown as: less than the smallest step of 24 bits. */
const floorDb = -150;

/** Reads one sample; full scale is 1. @type {Record<number, (frames: Buffer, at: number) => number>} */
const readers = {
  16: (frames, at) => frames.readInt16LE(at) / 2 ** 15,
  24: (frames, at) => frames.readIntLE(at, 3) / 2 ** 23,
  32: (frames, at) => frames.readInt32LE(at) / 2 ** 31,
};

/** Collects frames and gives the levels since it was asked last. */
export class Levels {
  frames = 0;
  #format;
  #read;
  #limit;
  #peaks;
  #squares;
  #clipped;

  /** @param {SoundFormat} format */
  constructor(format) {
    this.#format = format;
    this.#read = readers[format.bits] ?? (() => 0);
    this.#limit = 1 - 2 ** (1 - format.bits); // the highest that there is
    this.#peaks = new Float64Array(format.channels);
    this.#squares = new Float64Array(format.channels);
    this.#clipped = new Uint32Array(format.channels);
  }

  /** @param {Buffer} frames whole ones */
  add(frames) {
    for (let channel = 0; channel < this.#format.channels; channel++) this.#addOne(frames, channel);
    this.frames += frames.length / this.#format.frameBytes;
  }

  /** One channel, by a plain loop over numbers: the machine code of it is the cost of this module. */
  #addOne(/** @type {Buffer} */ frames, /** @type {number} */ channel) {
    const { frameBytes, bits } = this.#format;
    const [read, limit] = [this.#read, this.#limit];
    let [peak, squares, clipped] = [this.#peaks[channel] ?? 0, 0, 0];
    for (let at = (channel * bits) / 8; at < frames.length; at += frameBytes) {
      const value = Math.abs(read(frames, at));
      squares += value * value;
      if (value > peak) peak = value;
      if (value >= limit) clipped += 1;
    }
    this.#peaks[channel] = peak;
    this.#squares[channel] = (this.#squares[channel] ?? 0) + squares;
    this.#clipped[channel] = (this.#clipped[channel] ?? 0) + clipped;
  }

  /** The levels since the last call, one for each channel. @returns {Level[]} */
  take() {
    const levels = Array.from(this.#peaks, (peak, channel) => ({
      peakDb: decibels(peak),
      rmsDb: decibels(Math.sqrt((this.#squares[channel] ?? 0) / Math.max(this.frames, 1))),
      clipped: this.#clipped[channel] ?? 0,
    }));
    for (const sums of [this.#peaks, this.#squares, this.#clipped]) sums.fill(0);
    this.frames = 0;
    return levels;
  }
}

/** One decimal: more is noise. @param {number} of full scale */
function decibels(of) {
  return of > 0 ? Math.max(Math.round(200 * Math.log10(of)) / 10, floorDb) : floorDb;
}
