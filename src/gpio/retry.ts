/** What is not open is tried again after a second, then half as often each time, and at least once a minute. In ms. */
const firstMs = 1_000;
const longestMs = 60_000;

/** When something that failed is to be tried again: ever more rarely, until it has worked for a minute. */
export class Retry {
  #waitMs = firstMs;
  #dueMs: number | null = null;
  #openedMs: number | null = null;

  /** CLOCK_MONOTONIC in ms; null: it works, or was never tried. */
  get dueMs(): number | null {
    return this.#dueMs;
  }

  isDue(nowMs: number): boolean {
    return nowMs >= (this.#dueMs ?? nowMs);
  }

  worked(nowMs: number): void {
    this.#openedMs = nowMs;
    this.#dueMs = null;
  }

  failed(nowMs: number): void {
    const hasWorked = this.#openedMs !== null && nowMs - this.#openedMs >= longestMs;
    if (hasWorked) this.#waitMs = firstMs;
    this.#openedMs = null;
    this.#dueMs = nowMs + this.#waitMs;
    this.#waitMs = Math.min(longestMs, this.#waitMs * 2);
  }

  /** Whatever it waited for is there: it is tried now. */
  now(): void {
    this.#dueMs = null;
  }
}
