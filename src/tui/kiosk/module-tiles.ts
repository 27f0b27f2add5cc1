import { type Badge, badgeOf } from '../../protocol/badge.ts';
import { clean, pad, widthOf } from '../../protocol/text.ts';
import { glyphOf } from '../../protocol/theme.ts';
import { type Line, lineWidth, type Span, span } from '../line.ts';
import type { Situation } from '../situation.ts';

type Tile = { readonly name: string; readonly badge: Badge; readonly sign: string };

const gap = 3;

/**
 * All modules with their badge, on at most so many lines: as a table, by name and sign, by sign alone, or counted where even
 * those are too many.
 */
export function moduleTiles(now: Situation, rows: number): Line[] {
  const tiles = tilesOf(now);
  if (tiles.length === 0 || rows <= 0) return [];
  const forms = [table(tiles, now), named(tiles, now.width), signs(tiles, now.width)];
  const fitting = forms.find((lines) => lines !== null && lines.length <= rows);
  return fitting ?? counted(tiles, now.width).slice(0, rows);
}

/** On how many lines every module has its sign, with its name where that takes no more than `most`; one where they are counted. */
export function fewestTileLines(now: Situation, most: number): number {
  const count = Object.keys(now.snapshot?.modules ?? {}).length;
  if (count === 0) return 0;
  const tiles = tilesOf(now);
  const forms = [named(tiles, now.width).length, signs(tiles, now.width).length];
  return forms.find((lines) => lines <= most) ?? 1;
}

function tilesOf({ snapshot, seenMs, theme }: Situation): Tile[] {
  return Object.entries(snapshot?.modules ?? {}).map(([name, record]) => {
    const badge = badgeOf(record, seenMs);
    return { name: clean(name), badge, sign: signOf(badge, glyphOf(badge.look, theme)) };
  });
}

// That something is in doubt is seen also where there is no room for what it is.
function signOf({ text }: Badge, glyph: string): string {
  const doubt = / no answer/.test(text) ? '?' : (/[?!]/.exec(text)?.[0] ?? '');
  return glyph === doubt ? glyph : `${glyph}${doubt}`;
}

function table(tiles: readonly Tile[], { width, theme }: Situation): Line[] | null {
  const name = Math.max(...tiles.map((tile) => widthOf(tile.name)));
  const words = (badge: Badge) => `${glyphOf(badge.look, theme)} ${badge.text}`;
  const state = Math.max(...tiles.map(({ badge }) => widthOf(words(badge))));
  const cell = name + 2 + state;
  const across = Math.floor((width - 1 + gap) / (cell + gap));
  if (across < 1) return null;
  const cells = tiles.map((tile): Span[] => {
    const shown = words(tile.badge);
    const rest = ' '.repeat(state - widthOf(shown));
    return [span(`${pad(tile.name, name)}  `), span(shown, tile.badge.look), span(rest)];
  });
  const lines = Math.ceil(cells.length / across);
  return Array.from({ length: lines }, (_, row) =>
    cells
      .slice(row * across, (row + 1) * across)
      .flatMap((cell, at): Line => [span(' '.repeat(at === 0 ? 1 : gap)), ...cell]),
  );
}

function named(tiles: readonly Tile[], width: number): Line[] {
  const cells = tiles.map(
    ({ name, badge, sign }): Line => [span(`${name} `), span(sign, badge.look)],
  );
  return flowing(cells, width < 60 ? 2 : gap, width);
}

function signs(tiles: readonly Tile[], width: number): Line[] {
  return flowing(
    tiles.map(({ badge, sign }): Line => [span(sign, badge.look)]),
    1,
    width,
  );
}

function counted(tiles: readonly Tile[], width: number): Line[] {
  const counts = new Map<string, { readonly tile: Tile; readonly count: number }>();
  for (const tile of tiles) {
    counts.set(tile.sign, { tile, count: (counts.get(tile.sign)?.count ?? 0) + 1 });
  }
  const cells = [...counts.values()].map(
    ({ tile, count }): Line => [span(`${count} `), span(tile.sign, tile.badge.look)],
  );
  return flowing(cells, 2, width);
}

/** Cells one after the other, on as many lines as they need; none is broken. */
function flowing(cells: readonly Line[], space: number, width: number): Line[] {
  const lines: Span[][] = [];
  for (const cell of cells) {
    const last = lines.at(-1);
    const needed = last === undefined ? 0 : lineWidth(last) + space + lineWidth(cell);
    if (last === undefined || needed > width) lines.push([span(' '), ...cell]);
    else last.push(span(' '.repeat(space)), ...cell);
  }
  return lines;
}
