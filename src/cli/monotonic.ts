/**
 * CLOCK_MONOTONIC in ms: the clock that the daemon counts recordings by, the same for all processes of this boot.
 *
 * With its fractions, as a marker is known by the instant of its key: several keys come in one piece, within one millisecond.
 */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
