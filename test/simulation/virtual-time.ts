import type { Now } from '../../src/core/time.ts';

type Due = { readonly monoMs: number; readonly order: number; readonly run: () => void };

/** Time that passes only when the world says so. A clock step moves the wall clock and nothing else. */
export class VirtualTime {
  monoMs = 5_000;
  /** Of the wall clock before the monotonic one; a Pi boots somewhere in the past. */
  wallAheadMs = Date.UTC(2026, 10, 22);
  readonly #due: Due[] = [];
  #order = 0;

  now(): Now {
    return { monoMs: this.monoMs, wallMs: Math.max(0, this.monoMs + this.wallAheadMs) };
  }

  /** Runs something after so many ms, in the order of time and then of asking. */
  after(ms: number, run: () => void): void {
    const due = { monoMs: this.monoMs + Math.max(0, ms), order: this.#order, run };
    this.#order += 1;
    let place = this.#due.length;
    while (place > 0 && isBefore(due, this.#due[place - 1])) place -= 1;
    this.#due.splice(place, 0, due);
  }

  /** When something happens next; null for never. */
  next(): number | null {
    return this.#due[0]?.monoMs ?? null;
  }

  /** Takes what is next, and goes to its instant. */
  take(): (() => void) | null {
    const due = this.#due.shift();
    if (due === undefined) return null;
    this.monoMs = Math.max(this.monoMs, due.monoMs);
    return due.run;
  }
}

function isBefore(a: Due, b: Due | undefined): boolean {
  if (b === undefined) return false;
  return a.monoMs < b.monoMs;
}
