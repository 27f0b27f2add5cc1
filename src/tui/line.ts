import { cut, harmless, widthOf } from '../protocol/text.ts';
import { type Paint, painted, paints, type Theme, toAscii } from '../protocol/theme.ts';

/** A piece of a line in one paint. */
export type Span = { readonly text: string; readonly paint: Paint; readonly hit?: Hit };
/** What a click there means: a key is pressed, or the row of that name is meant. */
type Hit = { readonly key: string } | { readonly row: string; readonly isSelected: boolean };
/** One line of the screen. */
export type Line = readonly Span[];

/** A piece of a line; whatever it was made from, the terminal is told nothing by it. */
export function span(text: string, paint: Paint = paints.plain): Span {
  return { text: harmless(text), paint };
}

/** The sign before a row of a list, by which a click knows the row. */
export function rowMark(text: string, row: string, isSelected: boolean): Span {
  return { ...span(text), hit: { row, isSelected } };
}

/** What stands at a column of a line, counted from 0. */
export function spanAt(line: Line, column: number): Span | undefined {
  let end = 0;
  return line.find(({ text }) => {
    end += widthOf(text);
    return column < end;
  });
}

export const blank: Line = [];

export function lineWidth(line: Line): number {
  return line.reduce((width, { text }) => width + widthOf(text), 0);
}

/** The line cut to at most `width` columns. */
export function cutLine(line: Line, width: number): Line {
  const kept: Span[] = [];
  let left = width;
  for (const piece of line) {
    const text = cut(piece.text, left);
    left -= widthOf(text);
    kept.push({ ...piece, text });
    if (text !== piece.text || left <= 0) break;
  }
  return kept;
}

/** Two lines as one: the second at the right edge; where both do not fit, the second goes first to be cut. */
export function spread(left: Line, right: Line, width: number): Line {
  const room = width - lineWidth(left) - lineWidth(right);
  if (room < 1) return cutLine([...left, span(' '), ...right], width);
  return [...left, span(' '.repeat(room)), ...right];
}

/** At most `height` lines of a text; where some are left out, the last of them says so. */
export function cutLines(lines: readonly Line[], height: number, width: number): Line[] {
  const kept = lines.slice(0, height);
  const last = kept.at(-1);
  if (last === undefined || lines.length <= height) return kept;
  return [...kept.slice(0, -1), [...cutLine(last, width - 3), span(' …')]];
}

/** The same words without colours and faint: for what is stale. */
export function faint(line: Line): Line {
  return line.map((one) => ({ ...one, paint: paints.dim }));
}

/** The line as a terminal takes it, never wider than `width` columns. */
export function encode(line: Line, width: number, theme: Theme): string {
  return cutLine(line, width)
    .map((piece) => painted(theme.ascii ? toAscii(piece.text) : piece.text, piece.paint, theme))
    .join('');
}
