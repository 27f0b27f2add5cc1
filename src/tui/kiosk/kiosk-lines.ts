import { clean, wrap } from '../../protocol/text.ts';
import { paints } from '../../protocol/theme.ts';
import { toType } from '../../protocol/typed-command.ts';
import { bottomLine } from '../keymap/bottom-line.ts';
import { blank, cutLine, faint, type Line, span } from '../line.ts';
import { noticeLines } from '../messages.ts';
import { questionBox } from '../screens/question.ts';
import type { Situation } from '../situation.ts';
import { isQuestion } from '../view/screens.ts';
import { figureAlone, figuresOf } from './figures.ts';
import { headOf } from './head.ts';
import { headlineOf, type Large } from './headline.ts';
import { kioskKeysNow } from './kiosk-keys.ts';
import { letterRows, type Scale } from './letters.ts';
import { fewestTileLines, moduleTiles } from './module-tiles.ts';
import type { Moment } from './moment.ts';
import { darkened } from './night.ts';
import { sayPin } from './pin.ts';
import { roomWordsOf } from './room-words.ts';
import { problemHeight, worstProblemLines } from './worst-problem.ts';

/** What is drawn; `turns`: a text is shown by turns, so that it changes by itself. */
export type KioskFrame = { readonly lines: Line[]; readonly turns: boolean };

/** All that a kiosk shows now, moved and dark as it is to be: never more than fits. */
export function kioskFrame(moment: Moment): KioskFrame {
  const { now, drift, isDark } = moment;
  const { lines, turns } = isQuestion(now.screen)
    ? questionFrame(moment)
    : rigFrame(moment, now.height, footLines(moment));
  const shown = lines.slice(0, now.height).map((line) => cutLine(line, now.width));
  const moved = shown.map((line): Line => [span(' '.repeat(drift.x)), ...line]);
  const all = [...Array.from({ length: drift.y }, () => blank), ...moved];
  return { lines: isDark ? all.map(darkened) : all, turns };
}

/** The question in the place of the modules; the large figures stay where there is room. */
function questionFrame(moment: Moment): KioskFrame {
  const { now } = moment;
  const foot = pinLines(moment) ?? [bottomLine(now, kioskKeysNow(now))];
  const box = questionBox(now, Math.max(1, now.height - 1 - foot.length));
  const above = Math.max(0, now.height - box.length - foot.length);
  const { lines, turns } = rigFrame(moment, above, []);
  return { lines: [...lines, ...box, ...foot], turns };
}

/** The rig on so many lines: what is more important has its place first, and what is left over becomes air. */
function rigFrame(moment: Moment, height: number, foot: readonly Line[]): KioskFrame {
  const { now } = moment;
  const { width, theme } = now;
  if (height <= 0) return { lines: [], turns: false };
  const words = roomWordsOf(now);
  // A screen that is too low for a line of its own has it in the first one.
  const inHead = height < 12 && width >= 34 ? words.brief : '';
  const least = leastOf(now, height, foot.length, inHead === '' && words.line !== '');
  const free = height - least.head - least.foot - least.say - least.tiles - least.room;
  const figures = figuresOf(headlineOf(moment), { width, rows: free, theme });
  const spare = free - figures.lines.length;
  const tiles = moduleTiles(now, least.tiles + Math.max(0, spare - 2));
  const rest = spare - (tiles.length - least.tiles);
  const lasts = least.room === 0 ? [] : lastsFigure(words.large, now, rest - 2, figures.scale);
  const room = lasts.length > 0 ? words.rest : words.line;
  const sections = [
    [headOf(now, figures.left, inHead)],
    figures.lines,
    [...lasts, ...(least.room === 0 ? [] : [[span(` ${room}`, paints.bold)]])],
    now.remote.link.state === 'live' ? tiles : tiles.map(faint),
    worstProblemLines(now, least.say),
    foot.slice(0, least.foot),
  ];
  const turns = least.say > 0 && problemHeight(now) > least.say;
  return { lines: withAir(sections, rest - lasts.length), turns };
}

/** How many lines each part has before anything is large. On a low screen an answer stands in the place of the problem. */
function leastOf(now: Situation, height: number, wishedFoot: number, hasRoom: boolean) {
  const share = shareOf(height);
  const head = share(1);
  const foot = share(Math.min(wishedFoot, height < 9 ? 1 : 3));
  const problem = problemHeight(now);
  const say = foot > 0 && height < 6 ? 0 : share(Math.min(problem, 1));
  const tiles = share(fewestTileLines(now, Math.max(1, Math.floor(height / 4))));
  const room = share(hasRoom ? 1 : 0);
  const more = height < 9 ? 0 : height < 12 ? 1 : 3;
  return { head, foot, tiles, room, say: say + share(say === 0 ? 0 : Math.min(problem - 1, more)) };
}

/** Gives of so many lines as many as are asked for, as long as there are any. */
function shareOf(height: number): (wished: number) => number {
  let left = height;
  return (wished) => {
    const got = Math.max(0, Math.min(wished, left));
    left -= got;
    return got;
  };
}

function lastsFigure(large: Large | null, now: Situation, rows: number, most?: Scale): Line[] {
  if (large === null || rows < letterRows) return [];
  return figureAlone(large, { width: now.width, rows, theme: now.theme }, most) ?? [];
}

/** The sections one below the other, with the lines that are left over between them; the lower ones get theirs first. */
function withAir(sections: readonly (readonly Line[])[], air: number): Line[] {
  const shown = sections.filter((lines) => lines.length > 0);
  const gaps = shown.length - 1;
  return shown.flatMap((lines, at) => {
    if (at === gaps) return lines;
    const blanks = Math.floor(air / gaps) + (at >= gaps - (air % gaps) ? 1 : 0);
    return [...lines, ...Array.from({ length: blanks }, () => blank)];
  });
}

function pinLines({ pin, now }: Moment): Line[] | null {
  const words = sayPin(pin, now.monoMs);
  return words === null
    ? null
    : wrap(words, now.width - 2).map((text): Line => [span(` ${text}`, paints.bold)]);
}

/** What was asked and answered, else why nothing can be asked, else the keys. */
function footLines(moment: Moment): Line[] {
  const { now, control } = moment;
  const asked = pinLines(moment);
  if (asked !== null) return asked;
  const notices = noticeLines(now);
  if (notices.length > 0 || !control) return notices;
  const { link } = now.remote;
  const why = link.state === 'live' ? link.words : null;
  if (why !== null) return [[span(` ${toType(clean(why))}`, paints.dim)]];
  return [bottomLine(now, kioskKeysNow(now))];
}
