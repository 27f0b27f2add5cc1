import { clockJitterMs } from '../../core/scheduled.ts';
import { readClock } from '../clock.ts';

/** Notices that somebody set the wall clock: it moves against CLOCK_MONOTONIC by nothing else (slewing moves both). */
export class ClockSteps {
  #aheadMs = aheadMs();

  /** By how many ms it was set since the last look that saw a step; null where it was not. */
  look(): number | null {
    const isStep = (ms: number) => Math.abs(ms - this.#aheadMs) >= clockJitterMs;
    if (!isStep(aheadMs())) return null;
    const now = aheadMs(); // once more: the process may have been held up between the two clocks
    if (!isStep(now)) return null;
    const byMs = Math.round(now - this.#aheadMs);
    this.#aheadMs = now;
    return byMs;
  }
}

function aheadMs(): number {
  const { wallMs, monoMs } = readClock();
  return wallMs - monoMs;
}
