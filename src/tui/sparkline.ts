// The full block is left out: it would grow into the row above.
const steps = ['▁', '▂', '▃', '▄', '▅', '▆', '▇'] as const;
/** The height of the mean: data that come steadily draw a low, even line, which also changes rarely. */
const middle = 2;

/**
 * Rates as a row of bars, the newest at the right edge. Their mean is the measure: it tells how steady the data come, not how
 * many there are. Null, which is unknown, leaves a gap; what stands still is the lowest bar.
 *
 * @param width columns, one for each of the newest rates
 */
export function sparkline(rates: readonly (number | null)[], width: number): string {
  const shown = rates.slice(-width);
  const moving = shown.flatMap((rate) => (rate === null || rate <= 0 ? [] : [rate]));
  const mean = moving.reduce((sum, rate) => sum + rate, 0) / moving.length;
  return shown
    .map((rate) => barOf(rate, mean))
    .join('')
    .padStart(width);
}

function barOf(rate: number | null, mean: number): string {
  if (rate === null) return ' ';
  if (rate <= 0) return steps[0];
  const step = Math.round((rate / mean) * middle);
  return steps[Math.max(1, Math.min(steps.length - 1, step))] ?? ' ';
}
