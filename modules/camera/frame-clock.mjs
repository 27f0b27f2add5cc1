/** When a frame was taken, on CLOCK_MONOTONIC, from the time stamp that it carries. */

const ticksPerS = 90_000;
const wrap = 2 ** 33;
/** Stamps of the kernel are so near to now, at most. */
const believedNs = 5_000_000_000n;
/** Two clocks may drift apart by 100 millionths. */
const driftPerNs = 10_000n;

/**
 * Two kinds of stamps. V4L2 stamps frames on CLOCK_MONOTONIC itself, and ffmpeg hands that through: what a frame says is when it
 * was taken. Other stamps count from an unknown zero: how far that is away is learnt from when frames arrive; the fastest
 * one so far tells it best, because others were only held up on their way.
 */
export class FrameClock {
  #last = -1;
  #lastNs = 0n;
  #seenNs = 0n;
  /** From the zero of the stamps to that of CLOCK_MONOTONIC. @type {bigint | null} */
  #offsetNs = null;
  #fromKernel = false;

  /** @param {boolean} mayBeKernels whether the stamps can be those of the kernel */
  constructor(mayBeKernels) {
    this.mayBeKernels = mayBeKernels;
  }

  /**
   * @param {number} pts 33 bits of 90 kHz, in the order of time
   * @param {bigint} arrivedNs
   * @returns {{ ptsS: number, monoNs: bigint }} `ptsS` does not wrap
   */
  at(pts, arrivedNs) {
    const ticks = this.#unwrapped(pts);
    const stampNs = (BigInt(ticks) * 1_000_000_000n) / BigInt(ticksPerS);
    if (this.#offsetNs === null) this.#begin(stampNs, arrivedNs);
    else if (!this.#fromKernel) this.#learn(stampNs, arrivedNs);
    this.#seenNs = arrivedNs;
    const monoNs = stampNs + (this.#offsetNs ?? 0n);
    this.#lastNs = monoNs > this.#lastNs ? monoNs : this.#lastNs + 1n;
    return { ptsS: ticks / ticksPerS, monoNs: this.#lastNs };
  }

  /** @param {number} pts */
  #unwrapped(pts) {
    if (this.#last < 0) this.#last = pts;
    const step = (((pts - this.#last) % wrap) + wrap + wrap / 2) % wrap;
    this.#last += step - wrap / 2;
    return this.#last;
  }

  /** @param {bigint} stampNs @param {bigint} arrivedNs */
  #begin(stampNs, arrivedNs) {
    const wrapNs = (BigInt(wrap) * 1_000_000_000n) / BigInt(ticksPerS);
    const behindNs = (((arrivedNs - stampNs) % wrapNs) + wrapNs) % wrapNs;
    this.#fromKernel = this.mayBeKernels && behindNs < believedNs;
    this.#offsetNs = arrivedNs - stampNs - (this.#fromKernel ? behindNs : 0n);
  }

  /** @param {bigint} stampNs @param {bigint} arrivedNs */
  #learn(stampNs, arrivedNs) {
    const offsetNs = this.#offsetNs ?? 0n;
    const seenNs = arrivedNs - stampNs;
    const drifted = offsetNs + (arrivedNs - this.#seenNs) / driftPerNs;
    this.#offsetNs = seenNs < drifted ? seenNs : drifted;
  }
}
