import { readClock } from './clock.ts';

// setTimeout takes 2^31-1 ms at most and fires at once for more.
const longestMs = 2_000_000_000;

/** The one alarm clock of the daemon: rings once for the earliest deadline, and costs nothing while there is none. */
export class Alarm {
  readonly #ring: () => void;
  #timer: NodeJS.Timeout | null = null;
  #dueMonoMs: number | null = null;

  constructor(ring: () => void) {
    this.#ring = ring;
  }

  /** Rings at this instant of CLOCK_MONOTONIC in ms, and at no other; null for never. */
  set(dueMonoMs: number | null): void {
    if (dueMonoMs === this.#dueMonoMs && this.#timer !== null) return;
    this.clear();
    if (dueMonoMs === null) return;
    this.#dueMonoMs = dueMonoMs;
    const ms = Math.min(Math.max(0, Math.ceil(dueMonoMs - readClock().monoMs)), longestMs);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#ring();
    }, ms);
  }

  clear(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#dueMonoMs = null;
  }
}
