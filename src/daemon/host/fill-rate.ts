/** What was long ago counts less: after this time a third of what it did. In ms. */
const memoryMs = 60_000;
/** Before so much was seen there is nothing to go by. In ms. */
const enoughMs = 10_000;
/**
 * Before so much was seen a rate is a guess, and one that is too low: programs write their first data late, and many write in
 * gushes, so that the room seems to last much longer than it will. In ms.
 */
const knownMs = 60_000;

/** How fast a disk is being filled: a mean in which the last minute counts most, so that it does not jump. */
export class FillRate {
  #last: { readonly bytes: number; readonly monoMs: number } | null = null;
  #seenMs = 0;
  #grownBytes = 0;
  #mean = 0;
  #weight = 0;

  /**
   * Takes a reading.
   *
   * @param bytes recorded until now, by everybody; a count that begins anew counts from there
   * @param monoMs when it was read, CLOCK_MONOTONIC
   */
  see(bytes: number, monoMs: number): void {
    const before = this.#last;
    this.#last = { bytes, monoMs };
    if (before === null || monoMs <= before.monoMs) return;
    const passedMs = monoMs - before.monoMs;
    const grownBytes = Math.max(0, bytes - before.bytes);
    const kept = Math.exp(-passedMs / memoryMs);
    this.#mean = this.#mean * kept + ((grownBytes * 1_000) / passedMs) * (1 - kept);
    // The weights are summed up beside the mean, so that a young mean does not lean to zero.
    this.#weight = this.#weight * kept + (1 - kept);
    this.#seenMs += passedMs;
    this.#grownBytes += grownBytes;
  }

  /** Nobody records for a while: the time until the next reading does not count. */
  rest(): void {
    this.#last = null;
  }

  /** In bytes a second, as it seems so far; null until 10 s were seen. */
  soFar(): number | null {
    return this.#seenMs < enoughMs ? null : this.#mean / this.#weight;
  }

  /** The same where a minute was seen; null before. */
  known(): number | null {
    return this.#seenMs < knownMs ? null : this.soFar();
  }

  /** What it saw being recorded, in bytes. */
  grownBytes(): number {
    return this.#grownBytes;
  }
}
