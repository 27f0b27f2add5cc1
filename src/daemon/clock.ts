import type { Now } from '../core/time.ts';

/**
 * CLOCK_MONOTONIC in ms, which every process of this boot shares: it orders and measures, and no clock step reaches it.
 *
 * `performance.now()` runs as fast but counts from the start of this process.
 */
export function monoMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Both clocks at this instant, in ms. */
export function readClock(): Now {
  return { monoMs: monoMs(), wallMs: Date.now() };
}
