/** More edges than this in a second, for long, are no finger and no bounce. */
const perSecond = 200;
/** As many may come at once: the worst of switches bounces for less. */
const atOnce = 100;

/** Tells when a line flaps so fast that reading each of its edges would only cost. */
export class Flood {
  #above = 0;
  #lastMs = 0;

  /** So many edges were read now; CLOCK_MONOTONIC in ms. Gives whether it is time to wait until there are more. */
  took(edges: number, nowMs: number): boolean {
    const leaked = ((nowMs - this.#lastMs) * perSecond) / 1_000;
    this.#above = Math.max(0, this.#above - leaked) + edges;
    this.#lastMs = nowMs;
    return this.#above > atOnce;
  }
}
