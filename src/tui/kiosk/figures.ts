import type { Paint, Theme } from '../../protocol/theme.ts';
import { type Line, type Span, span } from '../line.ts';
import type { Headline, Large } from './headline.ts';
import { canBeLarge, dotsAcross, enlarged, letterRows, type Scale, scales } from './letters.ts';

/** What is drawn large, and what found no room. */
export type Figures = {
  readonly lines: Line[];
  readonly left: readonly Large[];
  readonly scale: Scale | undefined;
};

type Room = { readonly width: number; readonly rows: number; readonly theme: Theme };

/** Columns of dots between two texts side by side. */
const between = 3;

/**
 * Draws state and time as large as they fit: below each other or side by side, else the more important one alone, else
 * none.
 */
export function figuresOf({ state, time, first }: Headline, room: Room): Figures {
  const both = [state, time].filter((one) => one !== null);
  const main = first === 'time' && time !== null ? time : state;
  // Alone, the state is no larger than it stands beside a clock: it does not jump when a recording begins.
  const alone = largest(main, room, time === null ? largest(clockOn(room), room) : undefined);
  if (alone === null) return { lines: [], left: both, scale: undefined };
  const other = both.find((one) => one !== main);
  if (other === undefined || time === null) {
    return { lines: drawn(main, alone, room), left: [], scale: alone };
  }
  return pairOf({ main, other, alone }, { state, time }, room);
}

function pairOf(
  { main, other, alone }: { readonly main: Large; readonly other: Large; readonly alone: Scale },
  { state, time }: { readonly state: Large; readonly time: Large },
  room: Room,
): Figures {
  const stacked = stackedScales(main, other, room);
  const beside = scales.find((scale) => fitsBeside(state, time, scale, room)) ?? null;
  if (stacked !== null && area(stacked.main) >= area(beside)) {
    const [upper, lower] = [state, time].map((one) =>
      drawn(one, one === main ? stacked.main : stacked.other, room),
    );
    const gap = state.framed === true ? [] : [[]];
    return { lines: [...(upper ?? []), ...gap, ...(lower ?? [])], left: [], scale: stacked.main };
  }
  // One that is twice as large is read from farther away than two.
  if (beside === null || area(alone) >= 2 * area(beside)) {
    return { lines: drawn(main, alone, room), left: [other], scale: alone };
  }
  return { lines: besideLines(state, time, beside, room), left: [], scale: beside };
}

/** A text alone, in the largest letters that fit and are no larger than `most`; null where it does not. */
export function figureAlone(one: Large, room: Room, most?: Scale): Line[] | null {
  const scale = largest(one, room, most);
  return scale === null ? null : drawn(one, scale, room);
}

/** How long a recording takes, as it is shown on such a screen at its beginning. */
function clockOn({ width }: Room): Word {
  return { text: width < 60 ? '00:00' : '00:00:00' };
}

function area(scale: Scale | null): number {
  return scale === null ? 0 : scale.across * scale.down;
}

/** @param most no larger than this, where there is a limit */
function largest(one: Word, { width, rows }: Room, most?: Scale | null): Scale | null {
  if (one.text === '' || !canBeLarge(one.text)) return null;
  const fits = (scale: Scale) =>
    columnsOf(one, scale) <= width &&
    rowsOf(one, scale) <= rows &&
    (most == null || (scale.across <= most.across && scale.down <= most.down));
  return scales.find(fits) ?? null;
}

type Word = Pick<Large, 'text' | 'framed'>;

function columnsOf({ text, framed }: Word, { across }: Scale): number {
  return (dotsAcross(text) + (framed === true ? 2 : 0)) * across;
}

function rowsOf({ framed }: Word, { down }: Scale): number {
  return letterRows * down + (framed === true ? 2 : 0);
}

/** The rows of a text with its frame: letters that are dark on a field need an edge around them. */
function rowsWithFrame(one: Word, scale: Scale): string[] {
  const rows = enlarged(one.text, scale);
  if (one.framed !== true) return rows;
  const edge = '.'.repeat(columnsOf(one, scale));
  const side = '.'.repeat(scale.across);
  return [edge, ...rows.map((row) => side + row + side), edge];
}

function stackedScales(main: Large, other: Large, room: Room) {
  for (const scale of scales) {
    const gap = main.framed === true || other.framed === true ? 0 : 1;
    const rows = room.rows - rowsOf(main, scale) - gap;
    if (columnsOf(main, scale) > room.width || rows < letterRows) continue;
    const second = largest(other, { ...room, rows }, scale);
    if (second !== null && second.down * 2 >= scale.down) return { main: scale, other: second };
  }
  return null;
}

function fitsBeside(state: Large, time: Large, scale: Scale, room: Room): boolean {
  if (!canBeLarge(state.text) || !canBeLarge(time.text)) return false;
  return besideColumns(state, time, scale) <= room.width && rowsOf(state, scale) <= room.rows;
}

function besideColumns(state: Word, time: Word, scale: Scale): number {
  const right = asHighAs(state, time);
  return columnsOf(state, scale) + between * scale.across + columnsOf(right, scale);
}

function asHighAs({ framed }: Word, { text }: Word): Word {
  return { text, framed: framed === true };
}

function besideLines(state: Large, time: Large, scale: Scale, { width, theme }: Room): Line[] {
  const right = rowsWithFrame(asHighAs(state, time), scale);
  const gap = span(' '.repeat(between * scale.across));
  const lines = rowsWithFrame(state, scale).map(
    (row, at): Line => [
      ...cells(row, state.paint, theme),
      gap,
      ...cells(right[at] ?? '', time.paint, theme),
    ],
  );
  const used = besideColumns(state, time, scale);
  return lines.map((line) => centred(line, used, width));
}

function drawn(one: Large, scale: Scale, { width, theme }: Room): Line[] {
  return rowsWithFrame(one, scale).map((row) =>
    centred(cells(row, one.paint, theme), row.length, width),
  );
}

function centred(line: Line, used: number, width: number): Line {
  return [span(' '.repeat(Math.max(0, Math.floor((width - used) / 2)))), ...line];
}

// Full blocks where the terminal has them. Elsewhere a lit cell is a blank in reverse video, which every font has; without
// any codes it is a sign.
function cells(row: string, paint: Paint, theme: Theme): Span[] {
  if (!theme.ascii || theme.colours === 'plain') {
    return [span(row.replaceAll('#', '█').replaceAll('.', ' '), paint)];
  }
  const isReverse = paint.reverse === true;
  return (row.match(/#+|\.+/g) ?? []).map((run) =>
    span(' '.repeat(run.length), { ...paint, reverse: run.startsWith('#') !== isReverse }),
  );
}
