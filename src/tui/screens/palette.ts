import { clean, cut, pad, widthOf, wrap } from '../../protocol/text.ts';
import { paints } from '../../protocol/theme.ts';
import { keymap } from '../keymap/keymap.ts';
import { foundOn } from '../keymap/palette.ts';
import { type Item, idOf, labelOf } from '../keymap/palette-items.ts';
import { type Line, rowMark, span } from '../line.ts';
import type { Situation } from '../situation.ts';
import { typedLine } from './prompt.ts';

export function paletteTitle({ screen, width }: Situation): Line {
  return typedLine(' :', screen.kind === 'palette' ? screen.text : '', width);
}

/** What can be done, and what fits but cannot be done now with its reason; and which lines are those of the chosen one. */
export function paletteBody(now: Situation): {
  readonly lines: Line[];
  readonly from: number;
  readonly to: number;
} {
  const { items, chosen, text } = foundOn(keymap, now);
  if (items.length === 0) {
    const words = 'Nothing that can be done is called so. Backspace takes a letter back.';
    return { lines: wrap(words, now.width - 2).map((line) => [span(` ${line}`)]), from: 0, to: 0 };
  }
  const labels = items.map((item) => clean(labelOf(item, text), 240));
  const longest = Math.max(...labels.map(widthOf));
  const blocks = items.map((item, at) => {
    const isChosen = chosen !== null && idOf(item) === idOf(chosen);
    return blockOf(item, labels[at] ?? '', isChosen, longest, now.width);
  });
  const at = chosen === null ? 0 : items.findIndex((item) => idOf(item) === idOf(chosen));
  const from = blocks.slice(0, at).reduce((sum, { length }) => sum + length, 0);
  return { lines: blocks.flat(), from, to: from + (blocks[at]?.length ?? 0) };
}

/** What the chosen one does, whole, for below the list; nothing where its own line says it. */
export function chosenWhole(now: Situation): Line[] {
  const { items, chosen, text } = foundOn(keymap, now);
  if (chosen === null || now.width < wideColumns) return [];
  const longest = Math.max(...items.map((item) => widthOf(clean(labelOf(item, text), 240))));
  const why = whyOf(chosen);
  if (widthOf(why) <= roomForWhy(longest, now.width)) return [];
  return [[], ...wrap(why, now.width - 3).map((line): Line => [span(`  ${line}`)])];
}

/** From here on there are two columns. */
const wideColumns = 60;

function whyOf({ reason, help }: Item): string {
  return reason === null ? help : `not now: ${clean(reason)}`;
}

function nameColumn(longest: number, width: number): number {
  return Math.min(longest, Math.floor(width * 0.4));
}

function roomForWhy(longest: number, width: number): number {
  return width - nameColumn(longest, width) - 11;
}

// One line where there is room for two columns; else what is chosen is explained below its name.
function blockOf(
  item: Item,
  label: string,
  isChosen: boolean,
  longest: number,
  width: number,
): Line[] {
  const isRefused = item.reason !== null;
  const paint = isRefused ? paints.dim : isChosen ? paints.bold : paints.plain;
  const mark = rowMark(isChosen ? ' ▌' : '  ', idOf(item), isChosen);
  const why = whyOf(item);
  if (width >= wideColumns) {
    const words = span(pad(label, nameColumn(longest, width)), paint);
    const key = span(` ${pad(item.key, 6)} `, isRefused ? paints.dim : paints.bold);
    return [[mark, words, key, span(cut(why, roomForWhy(longest, width)), paints.dim)]];
  }
  const room = Math.max(1, width - 3 - widthOf(item.key));
  const first: Line = [mark, span(pad(label, room), paint), span(item.key, paints.dim)];
  if (!isChosen) return [first];
  const rest = wrap(why, width - 4).map((line): Line => [mark, span(` ${line}`, paints.dim)]);
  return [first, ...rest];
}
