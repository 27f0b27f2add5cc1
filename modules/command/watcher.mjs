/** What the lines of a program say about its recording. */

const detailLength = 100;

/** @typedef {{ match: string, warn?: number, unit?: string }} GaugeOption */

export class Watcher {
  #samples = 0;
  #dropped = 0;
  #detail = '';
  /** @type {Record<string, number>} */
  #values = {};
  /** @type {{ pattern: RegExp, keep: (value: number) => void }[]} */
  #patterns;

  /**
   * @param {{ progress: string, dropped: string, gauges: Record<string, GaugeOption> }} options patterns whose first group is a
   *   number; an empty one is none
   * @throws {SyntaxError} where one is no regular expression
   */
  constructor({ progress, dropped, gauges }) {
    this.gauges = gauges;
    this.#patterns = [
      { match: progress, keep: (/** @type {number} */ value) => (this.#samples = value) },
      { match: dropped, keep: (/** @type {number} */ value) => (this.#dropped = value) },
      ...Object.entries(gauges).map(([name, { match }]) => ({
        match,
        keep: (/** @type {number} */ value) => (this.#values[name] = value),
      })),
    ]
      .filter(({ match }) => match !== '')
      .map(({ match, keep }) => ({ pattern: new RegExp(match), keep }));
  }

  /** Whether the line is progress, which people need not read one by one. @param {string} line */
  read(line) {
    this.#detail = line.trim().slice(0, detailLength);
    const numbers = this.#patterns.map(({ pattern, keep }) => {
      const value = Number(pattern.exec(line)?.[1] ?? Number.NaN);
      if (Number.isFinite(value)) keep(value);
      return value;
    });
    return numbers.some(Number.isFinite);
  }

  /** @param {import('../sdk/node/take.mjs').Take} take @param {number} bytes on the disk */
  report(take, bytes) {
    take.written = bytes;
    take.count = Math.max(0, this.#samples);
    take.dropped = Math.max(0, this.#dropped);
    if (this.#detail !== '') take.detail = this.#detail;
    const seen = Object.entries(this.gauges).filter(([name]) => name in this.#values);
    take.gauges = Object.fromEntries(
      seen.map(([name, { warn, unit }]) => [name, { value: this.#values[name] ?? 0, warn, unit }]),
    );
  }
}
