import { pad } from '../protocol/text.ts';

// The full block is left out: it would grow into the row above.
const steps = ['▁', '▂', '▃', '▄', '▅', '▆', '▇'] as const;

/**
 * Rates as a row of bars, the newest at the right edge. The highest of them is the measure: it tells how steady the data come,
 * not how many there are. Null, which is unknown, leaves a gap; what stands still is the lowest bar.
 *
 * @param width columns, one for each of the newest rates
 */
export function sparkline(rates: readonly (number | null)[], width: number): string {
  const shown = rates.slice(-width);
  const most = Math.max(0, ...shown.map((rate) => rate ?? 0));
  return pad(shown.map((rate) => barOf(rate, most)).join(''), width, 'right');
}

function barOf(rate: number | null, most: number): string {
  if (rate === null) return ' ';
  const step = rate <= 0 ? 0 : Math.ceil((rate / most) * (steps.length - 1));
  return steps[step] ?? ' ';
}
