/** Middle, smallest and largest of some measurements: what is kept of them. */

/** @param {readonly number[]} samples */
export function summarize(samples) {
  const sorted = samples.toSorted((a, b) => a - b);
  return {
    count: sorted.length,
    median: medianOf(sorted),
    min: sorted[0] ?? Number.NaN,
    max: sorted.at(-1) ?? Number.NaN,
  };
}

/** @param {readonly number[]} sorted */
function medianOf(sorted) {
  const half = (sorted.length - 1) / 2;
  const low = sorted[Math.floor(half)] ?? Number.NaN;
  const high = sorted[Math.ceil(half)] ?? Number.NaN;
  return (low + high) / 2;
}
