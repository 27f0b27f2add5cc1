import { barOf, sayWork, shareOf } from '../../protocol/session-words.ts';
import type { FileWork } from '../../protocol/sessions.ts';
import { wrap } from '../../protocol/text.ts';
import { paints } from '../../protocol/theme.ts';
import { type Line, span } from '../line.ts';

const longestBar = 20;

/** How far files are read, with a bar; no line where nothing is. @param forMs for how long; null where nobody knows */
export function workLines(
  work: FileWork | null,
  what: string,
  forMs: number | null,
  width: number,
): Line[] {
  if (work === null) return [];
  const bar = barOf(shareOf(work), Math.min(longestBar, Math.floor(width / 4)));
  const words = sayWork(work, forMs);
  const room = width - bar.length - what.length - 4;
  if (words.length <= room) {
    return [[span(` ${what} `, paints.bold), span(bar, paints.good), span(` ${words}`)]];
  }
  return [
    [span(` ${what} `, paints.bold), span(bar, paints.good)],
    ...wrap(words, width - 4).map((text): Line => [span(`   ${text}`)]),
  ];
}
