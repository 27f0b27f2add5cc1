import { paints } from '../../protocol/theme.ts';
import { type Line, lineWidth, type Span, span } from '../line.ts';
import type { Situation } from '../situation.ts';
import { type KeyRow, keysOn } from './key-row.ts';
import { keysNow } from './press.ts';

/** The keys that work now, in the order of the table; where the width ends, those of the highest rank give way. */
export function bottomLine(now: Situation, all: readonly KeyRow[] = keysNow(now)): Line {
  let rows = all;
  let line = lineOf(rows, now);
  while (lineWidth(line) > now.width && rows.length > 1) {
    const worst = Math.max(...rows.map(({ rank }) => rank));
    const last = rows.findLastIndex(({ rank }) => rank === worst);
    rows = rows.filter((_, at) => at !== last);
    line = lineOf(rows, now);
  }
  return line;
}

function lineOf(rows: readonly KeyRow[], now: Situation): Line {
  return rows.flatMap((row, at): Span[] => {
    const words = typeof row.words === 'string' ? row.words : row.words(now);
    const gap = at === 0 ? ' ' : '  ';
    const parts = [span(row.label[now.theme.ascii ? 1 : 0], paints.bold), span(` ${words}`)];
    const hit = { key: keysOn(row, now.screen.kind)[0] ?? '' };
    return [span(gap), ...parts.map((part) => ({ ...part, hit }))];
  });
}
