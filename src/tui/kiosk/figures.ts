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
    return { lines: [...(upper ?? []), [], ...(lower ?? [])], left: [], scale: stacked.main };
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
function clockOn({ width }: Room): Pick<Large, 'text'> {
  return { text: width < 60 ? '00:00' : '00:00:00' };
}

function area(scale: Scale | null): number {
  return scale === null ? 0 : scale.across * scale.down;
}

/** @param most no larger than this, where there is a limit */
function largest(
  one: Pick<Large, 'text'>,
  { width, rows }: Room,
  most?: Scale | null,
): Scale | null {
  if (one.text === '' || !canBeLarge(one.text)) return null;
  const dots = dotsAcross(one.text);
  const fits = ({ across, down }: Scale) =>
    dots * across <= width &&
    letterRows * down <= rows &&
    (most == null || (across <= most.across && down <= most.down));
  return scales.find(fits) ?? null;
}

function stackedScales(main: Large, other: Large, room: Room) {
  for (const scale of scales) {
    const { across, down } = scale;
    const rows = room.rows - letterRows * down - 1;
    if (dotsAcross(main.text) * across > room.width || rows < letterRows) continue;
    const second = largest(other, { ...room, rows }, scale);
    if (second !== null && second.down * 2 >= down) return { main: scale, other: second };
  }
  return null;
}

function fitsBeside(
  state: Large,
  time: Large | null,
  { across, down }: Scale,
  room: Room,
): boolean {
  if (time === null || !canBeLarge(state.text) || !canBeLarge(time.text)) return false;
  const dots = dotsAcross(state.text) + between + dotsAcross(time.text);
  return dots * across <= room.width && letterRows * down <= room.rows;
}

function besideLines(state: Large, time: Large, scale: Scale, { width, theme }: Room): Line[] {
  const right = enlarged(time.text, scale);
  const gap = span(' '.repeat(between * scale.across));
  const lines = enlarged(state.text, scale).map(
    (row, at): Line => [
      ...cells(row, state.paint, theme),
      gap,
      ...cells(right[at] ?? '', time.paint, theme),
    ],
  );
  const used = (dotsAcross(state.text) + between + dotsAcross(time.text)) * scale.across;
  return lines.map((line) => centred(line, used, width));
}

function drawn({ text, paint }: Large, scale: Scale, { width, theme }: Room): Line[] {
  return enlarged(text, scale).map((row) => centred(cells(row, paint, theme), row.length, width));
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
