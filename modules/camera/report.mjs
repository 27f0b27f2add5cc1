/** What the module's row on the screen says. */

const lookS = 1;
/** So many looks back, drops count for the gauge. */
const looks = 10;
const warnPercent = 5;

/** Counts frames, and those that are missing between them. */
export class Report {
  dropped = 0;
  #lastPtsS = 0;
  #sinceS = 0;
  #now = { frames: 0, dropped: 0, bytes: 0 };
  /** @type {{ frames: number, dropped: number, bytes: number, seconds: number }[]} */
  #past = [];

  /** @param {{ width: number, height: number, rate: number }} source as it really is */
  constructor(source) {
    this.source = source;
  }

  /**
   * @param {{ ptsS: number, bytes: number }} frame
   * @param {boolean} afterPause nothing was due since the frame before
   */
  count({ ptsS, bytes }, afterPause) {
    if (afterPause) this.#sinceS = ptsS;
    else this.#countMissing(ptsS);
    this.#lastPtsS = ptsS;
    this.#now.frames += afterPause ? 0 : 1; // it begins a second, as the last one of a second ends it
    this.#now.bytes += bytes;
    if (ptsS - this.#sinceS >= lookS) this.#look(ptsS);
  }

  /** A gap of two frame intervals means that one is missing. @param {number} ptsS */
  #countMissing(ptsS) {
    const missing = Math.round((ptsS - this.#lastPtsS) * this.source.rate) - 1;
    if (missing <= 0) return;
    this.dropped += missing;
    this.#now.dropped += missing;
  }

  /** @param {number} ptsS */
  #look(ptsS) {
    this.#past = [...this.#past, { ...this.#now, seconds: ptsS - this.#sinceS }].slice(-looks);
    this.#now = { frames: 0, dropped: 0, bytes: 0 };
    this.#sinceS = ptsS;
  }

  get detail() {
    const { width, height, rate } = this.source;
    const last = this.#past.at(-1);
    const speed = last && `${(last.bytes / last.seconds / 1e6).toFixed(1)} MB/s`;
    return [
      `${width}x${height}@${rate}`,
      `${this.dropped} dropped`,
      ...(speed ? [speed] : []),
    ].join(' · ');
  }

  /** @param {number} queuePercent */
  gauges(queuePercent) {
    const last = this.#past.at(-1);
    const dropped = this.#past.reduce((sum, look) => sum + look.dropped, 0);
    const frames = this.#past.reduce((sum, look) => sum + look.frames, 0);
    const percent = rounded((100 * dropped) / Math.max(dropped + frames, 1));
    return {
      dropped: { value: percent, warn: warnPercent, unit: '%' },
      queue: { value: queuePercent, warn: 50, unit: '%' },
      ...(last && { fps: { value: rounded(last.frames / last.seconds), unit: 'fps' } }),
    };
  }
}

/** @param {number} value */
const rounded = (value) => Math.round(10 * value) / 10;
