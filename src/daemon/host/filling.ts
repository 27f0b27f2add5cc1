import { FillRate } from './fill-rate.ts';

/** How fast the disk is being filled, and whether that is known or a guess. In bytes a second; null where there is not even that. */
export type Filled = { readonly bytesPerS: number | null; readonly isKnown: boolean };

/** What some modules wrote together. `who`: they, and how they were configured. */
export type Wrote = { readonly bytesPerS: number; readonly who: string };

/** What is saved follows the rate only when that is another one by so much: a card wears with every write. */
const notable = 1.2;

/**
 * How fast modules fill the disk together: by what this trial has shown, and in its first minute by what the same modules wrote
 * before, also under an earlier daemon.
 */
export class Filling {
  readonly #keyOf: (modules: readonly string[]) => string;
  #rate = new FillRate();
  #earlier: Wrote | null;
  #saved: Wrote | null;
  #told: () => void = () => undefined;

  /**
   * @param saved what the daemon before knew
   * @param keyOf modules by their names, and how they are configured now
   */
  constructor(saved: Wrote | null, keyOf: (modules: readonly string[]) => string) {
    this.#earlier = saved;
    this.#saved = saved;
    this.#keyOf = keyOf;
  }

  /** For the next daemon; null where nothing is known. */
  get saved(): Wrote | null {
    return this.#saved;
  }

  /** Is called when `saved` is another one. */
  onSaved(told: () => void): void {
    this.#told = told;
  }

  /**
   * Takes a reading.
   *
   * @param bytes recorded until now, by everybody
   * @param monoMs when it was read, CLOCK_MONOTONIC
   * @param modules names of those that record
   */
  see(bytes: number, monoMs: number, modules: readonly string[]): void {
    this.#rate.see(bytes, monoMs);
    const bytesPerS = this.#rate.known();
    if (bytesPerS === null) return;
    this.#earlier = { bytesPerS, who: this.#keyOf(modules) };
    if (this.#saved !== null && isMuchLike(this.#saved, this.#earlier)) return;
    this.#saved = { ...this.#earlier, bytesPerS: Math.round(bytesPerS) };
    this.#told();
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
  now(modules: readonly string[]): Filled {
    const known = this.#rate.known();
    if (known !== null) return { bytesPerS: known, isKnown: true };
    const soFar = this.#rate.soFar();
    if (this.#earlier === null || this.#earlier.who !== this.#keyOf(modules))
      return { bytesPerS: soFar, isKnown: false };
    return { bytesPerS: Math.max(this.#earlier.bytesPerS, soFar ?? 0), isKnown: true };
  }
}

function isMuchLike(one: Wrote, other: Wrote): boolean {
  const [less, more] = [one.bytesPerS, other.bytesPerS].sort((a, b) => a - b);
  return one.who === other.who && (more ?? 0) <= (less ?? 0) * notable + 1;
}
