/**
 * When each frame was taken, on CLOCK_MONOTONIC.
 *
 * A chunk of frames arrives some time after its last frame was taken: never before, often a little, now and then much later.
 * So the earliest arrivals of the last seconds tell, and a late one tells nothing. A sound card runs by a quartz of its own, some
 * ten parts in a million beside ours: what is older than two seconds is forgotten.
 *
 * When all arrivals of a second are later than they should be, frames were lost: the card had no room for them.
 */

const nsPerS = 1e9;
const lookNs = nsPerS;
/** Where the card says itself that it lost frames, a little delay is enough; otherwise it might be a busy machine. In ns. */
const lossNs = { warned: 2e6, unwarned: 50e6 };

export class SampleClock {
  #rate;
  #baseNs = /** @type {bigint | null} */ (null);
  /** When frame 0 was taken at the earliest, in ns after `#baseNs`: of this look, and of the one before. */
  #now = Number.POSITIVE_INFINITY;
  #before = Number.POSITIVE_INFINITY;
  #lookEndsNs = 0;
  #warnings = 0;

  /** @param {number} rate frames a second */
  constructor(rate) {
    this.#rate = rate;
  }

  /** The card says that it loses frames. */
  warn() {
    this.#warnings = 2; // looks: this one may have begun before the loss
  }

  /**
   * Frames have arrived.
   *
   * @param {number} frames how many there were until now, in all
   * @param {bigint} atNs
   * @returns {number} frames that were lost before these; negative: fewer were lost than had been thought
   */
  arrived(frames, atNs) {
    this.#baseNs ??= atNs;
    const sinceNs = Number(atNs - this.#baseNs);
    if (this.#lookEndsNs === 0) this.#lookEndsNs = sinceNs + lookNs;
    this.#now = Math.min(this.#now, sinceNs - (frames * nsPerS) / this.#rate);
    return sinceNs < this.#lookEndsNs ? 0 : this.#endLook(sinceNs);
  }

  /** @param {number} sinceNs */
  #endLook(sinceNs) {
    const limitNs = this.#warnings > 0 ? lossNs.warned : lossNs.unwarned;
    const laterNs = this.#now - this.#before;
    const isLoss = Number.isFinite(laterNs) && Math.abs(laterNs) > limitNs;
    const lost = isLoss ? Math.round((laterNs * this.#rate) / nsPerS) : 0;
    // Lost frames are counted by whoever asked, and then this is when frame 0 was taken all the same.
    this.#before = this.#now - (lost * nsPerS) / this.#rate;
    this.#now = Number.POSITIVE_INFINITY;
    this.#lookEndsNs = sinceNs + lookNs;
    this.#warnings = Math.max(this.#warnings - 1, 0);
    return lost;
  }

  /** When a frame was taken. @param {number} frame @returns {bigint} */
  nsOf(frame) {
    return (this.#baseNs ?? 0n) + BigInt(Math.round(this.#zeroNs + (frame * nsPerS) / this.#rate));
  }

  /** The first frame that was taken at an instant or after it. @param {bigint} ns */
  frameAt(ns) {
    const sinceNs = Number(ns - (this.#baseNs ?? 0n)) - this.#zeroNs;
    return Math.ceil((sinceNs * this.#rate) / nsPerS - 1e-6); // not the next one for a rounding error
  }

  get #zeroNs() {
    const zeroNs = Math.min(this.#now, this.#before);
    return Number.isFinite(zeroNs) ? zeroNs : 0;
  }
}
