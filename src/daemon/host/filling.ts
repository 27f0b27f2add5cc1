import { FillRate } from './fill-rate.ts';

/** How fast the disk is being filled, and whether that is known or a guess. In bytes a second; null where there is not even that. */
export type Filled = { readonly bytesPerS: number | null; readonly isKnown: boolean };

/**
 * How fast modules fill the disk together: by what this trial has shown, and in its first minute by what the same modules wrote
 * in the trial before.
 */
export class Filling {
  #rate = new FillRate();
  #earlier: { readonly bytesPerS: number; readonly who: readonly object[] } | null = null;

  /**
   * Takes a reading.
   *
   * @param bytes recorded until now, by everybody
   * @param monoMs when it was read, CLOCK_MONOTONIC
   * @param who records, each by an object that is another one when it is configured anew
   */
  see(bytes: number, monoMs: number, who: readonly object[]): void {
    this.#rate.see(bytes, monoMs);
    const bytesPerS = this.#rate.known();
    if (bytesPerS !== null) this.#earlier = { bytesPerS, who };
  }

  /** Nobody has to write for a while: the time until the next reading does not count. */
  rest(): void {
    this.#rate.rest();
  }

  /** The trial is over; what it showed is what the next one begins with. */
  begin(): void {
    this.#rate = new FillRate();
  }

  /** What it saw being recorded in this trial, in bytes. */
  grownBytes(): number {
    return this.#rate.grownBytes();
  }

  /** What is written now. In the first minute never less than what the same modules wrote before: rather too little room is told. */
  now(who: readonly object[]): Filled {
    const known = this.#rate.known();
    if (known !== null) return { bytesPerS: known, isKnown: true };
    const soFar = this.#rate.soFar();
    if (this.#earlier === null || !areSame(who, this.#earlier.who))
      return { bytesPerS: soFar, isKnown: false };
    return { bytesPerS: Math.max(this.#earlier.bytesPerS, soFar ?? 0), isKnown: true };
  }
}

function areSame(some: readonly object[], others: readonly object[]): boolean {
  return some.length === others.length && some.every((one, at) => one === others[at]);
}
