/** CLOCK_MONOTONIC in ms: the clock that the daemon counts recordings by, the same for all processes of this boot. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint() / 1_000_000n);
}
