import type { Now } from '../core/time.ts';

/** CLOCK_MONOTONIC, which every process of this boot shares, beside the wall clock. In ms. */
export function readClock(): Now {
  return { monoMs: Number(process.hrtime.bigint()) / 1e6, wallMs: Date.now() };
}
