/** CLOCK_MONOTONIC in ms: it orders and measures, and no clock step reaches it. */
export function monoMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
