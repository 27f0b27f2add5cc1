import { sayTest } from '../protocol/gpio-test-words.ts';
import { sayRefusedPress } from '../protocol/gpio-words.ts';
import { sayProblem, sayRemedy } from '../protocol/rig-words.ts';
import { barOf, shareOf } from '../protocol/session-words.ts';
import { clean, wrap } from '../protocol/text.ts';
import { type Paint, paints } from '../protocol/theme.ts';
import { toType } from '../protocol/typed-command.ts';
import { sayDuration } from '../protocol/units.ts';
import { sayUnproven, sayWaiting } from '../protocol/waiting-words.ts';
import { sayClients } from './clients.ts';
import { type Line, lineWidth, type Span, span, spread } from './line.ts';
import { isNew } from './problems.ts';
import type { Situation } from './situation.ts';
import type { Notices } from './view/notices.ts';

/** What is wrong, and what to do about it. */
export type Message = {
  readonly what: string;
  readonly remedy: string | null;
  readonly paint: Paint;
};

/** How long a page stands of a message that is too long for its place, in ms. */
export const pageMs = 4_000;

/**
 * What is wrong and what to do about it, on at most `height` lines. What does not fit there is shown by turns: first what is
 * wrong, then what to do.
 */
export function problemLines(now: Situation, height: number): Line[] {
  const message = messageOf(now);
  return message === null ? [] : messageLines(message, now, height);
}

/** A message on at most `height` lines, by turns where it does not fit there. */
export function messageLines(message: Message, now: Situation, height: number): Line[] {
  if (height <= 0) return [];
  const pages = pagesOf(message, now.width - 4, height);
  const page = pages[Math.floor(now.nowMs / pageMs) % pages.length];
  const mark = page?.mark ?? '';
  return (page?.lines ?? []).map(
    (text, at): Line => [
      span(at === 0 ? mark : '   ', message.paint),
      span(text, at === 0 ? message.paint : paints.plain),
    ],
  );
}

/** Whether there is something to show by turns on a screen of this size. */
export function isPaged(now: Situation): boolean {
  const message = messageOf(now);
  return message !== null && needsTurns(message, now, now.height < 16 ? 1 : 3);
}

/** Whether a message does not fit on so many lines at once. */
export function needsTurns(message: Message, { width }: Situation, height: number): boolean {
  return pagesOf(message, width - 4, height).length > 1;
}

function pagesOf({ what, remedy }: Message, width: number, height: number) {
  const whole = wrap(remedy === null ? what : `${what} ${remedy}`, width);
  if (whole.length <= height) return [{ lines: whole, mark: ' ! ' }];
  // A page that goes on is no message of its own.
  const pages = (text: string, mark: string) =>
    chunks(wrap(text, width), height).map((lines, at) => ({
      lines,
      mark: at === 0 ? mark : ' … ',
    }));
  return [...pages(what, ' ! '), ...(remedy === null ? [] : pages(remedy, ' → '))];
}

function chunks(lines: readonly string[], size: number): string[][] {
  const count = Math.ceil(lines.length / size);
  return Array.from({ length: count }, (_, at) => lines.slice(at * size, (at + 1) * size));
}

function messageOf(now: Situation): Message | null {
  if (now.remote.link.state === 'lost' && now.snapshot !== null) return withoutDaemon(now);
  const press = pressMessage(now);
  const [first] = now.problems;
  const count = now.problems.length - (press === null ? 1 : 0);
  const more = count > 0 ? ` (${count} more: P)` : '';
  if (press !== null) return { ...press, remedy: `${press.remedy ?? ''}${more}` };
  if (first === undefined) return null;
  const { remedy, ...rest } = first.problem;
  const what = sayProblem(first.of, { ...rest, remedy: null });
  return {
    what: remedy === null ? `${what}${more}` : what,
    remedy: remedy === null ? null : `${sayRemedy(remedy)}${more}`,
    paint: isNew(first) ? paints.warn : paints.dim,
  };
}

/** Why a press did nothing. It comes before all problems: it is said to whoever has just pressed. */
export function pressMessage(now: Situation): Message | null {
  return testMessage(now) ?? refusedMessage(now);
}

function refusedMessage({ snapshot, remote, monoMs }: Situation): Message | null {
  if (snapshot === null || remote.link.state !== 'live') return null;
  const said = sayRefusedPress(snapshot.gpio.refused, monoMs);
  if (said === null) return null;
  const remedy = said.remedy === null ? null : toType(said.remedy);
  return { what: said.what, remedy, paint: paints.warn };
}

/** That buttons do nothing because somebody tries them out. */
export function testMessage({ snapshot, remote, monoMs }: Situation): Message | null {
  const isNow = snapshot !== null && remote.link.state === 'live';
  const test = isNow ? sayTest(snapshot.gpio, monoMs) : null;
  return test === null ? null : { ...test, paint: paints.warn };
}

/** What a daemon that is gone means for the recording, as far as it was seen. */
export function withoutDaemon({ remote, snapshot }: Situation): Message {
  const { link } = remote;
  const remedy = link.state === 'lost' ? sayRemedy(link.words) : null;
  if (link.state === 'lost' && link.downBy !== undefined) {
    const what = `The rig was taken down in order by ${clean(link.downBy, 64)}: nothing of it runs.`;
    return { what, remedy, paint: paints.plain };
  }
  const modules = Object.values(snapshot?.modules ?? {});
  const count = modules.filter(({ state }) => state === 'recording').length;
  const what =
    count === 0
      ? 'Nothing was recorded when the daemon was last seen.'
      : `Modules record on without the daemon: ${count} recorded at the last look.`;
  return { what, remedy, paint: paints.warn };
}

const tones: Readonly<Record<'plain' | 'good' | 'bad', Paint>> = {
  plain: paints.plain,
  good: paints.good,
  bad: paints.warn,
};

/** The answer to the last key, how far a start is, what is still asked, or what others did: as many lines as it needs; none where nothing is said. */
export function noticeLines(now: Situation): Line[] {
  const words = noticeSpan(now);
  if (words === null) return [];
  const clients = clientLine(now);
  const width = lineWidth(clients) + lineWidth([words]) + 3;
  if (clients.length > 0 && width <= now.width)
    return [spread(clients, [words, span(' ')], now.width)];
  return wrap(words.text, now.width - 2).map((text): Line => [span(' '), span(text, words.paint)]);
}

/**
 * Who else looks, or why this screen may only look, and how far checksums are: for the line over the keys while nothing else
 * stands there.
 */
export function quietLine(now: Situation): Line {
  const note = now.remote.link.state === 'live' ? now.remote.link.words : null;
  const here = note === null ? clientLine(now) : [span(` ${toType(clean(note))}`, paints.dim)];
  const work = now.telemetry?.checksums ?? null;
  if (work === null || now.remote.link.state !== 'live') return here;
  const { filesDone, files } = work;
  const done = span(
    ` checksums ${barOf(shareOf(work), 10)} ${filesDone} of ${files} files `,
    paints.dim,
  );
  const fits = lineWidth(here) + lineWidth([done]) < now.width;
  return fits ? spread(here, [done], now.width) : [done];
}

function clientLine({ snapshot, width }: Situation): Line {
  const words = sayClients(snapshot?.clients ?? [], width - 2);
  return words === '' ? [] : [span(` ${words}`, paints.dim)];
}

/** Whether the line over the keys has something to say that must not wait. */
export function hasNotice(now: Situation): boolean {
  const { toast, asked, underWay, waiting, delayed } = now.view.notices;
  const isTold = toast !== null || waitingWords(now) !== null;
  return isTold || asked.length + underWay.length + waiting.length + delayed.length > 0;
}

/** How far a start or a stop is, and who is waited for; null while neither is under way. */
function waitingWords({ snapshot, remote, nowMs }: Situation): string | null {
  const state = snapshot?.rig.state;
  if (snapshot === null || (state !== 'arming' && state !== 'stopping')) return null;
  return sayWaiting(snapshot, remote.link.state === 'live' ? nowMs : null);
}

function noticeSpan(now: Situation): Span | null {
  const { toast, asked, underWay, delayed } = now.view.notices;
  const { nowMs } = now;
  const next = delayed.at(-1);
  if (next !== undefined) {
    // What is still to be sent comes first: it can be taken back now and never later.
    const seconds = Math.max(1, Math.ceil((next.untilMs - nowMs) / 1_000));
    return span(`${clean(next.what)} in ${seconds} s · u keeps it recording`, paints.warn);
  }
  if (toast !== null) return span(clean(toast.words), tones[toast.tone]);
  const waiting = waitingWords(now);
  if (waiting !== null) return span(waiting);
  const sent = asked.at(-1);
  if (sent !== undefined) return span(`${clean(sent.words)}${sayStill(sent, now)}`);
  const taken = underWay.at(-1);
  if (taken === undefined) return null;
  const sinceMs = nowMs - taken.sinceMs;
  const long = sinceMs < 2_000 ? '' : ` for ${sayDuration(sinceMs)}`;
  return span(`${clean(taken.words)}: under way${long}`);
}

/** What keeps an answer: what the rig waits for, where that is known. */
function sayStill({ sinceMs, about }: Notices['asked'][number], now: Situation): string {
  const waitedMs = now.nowMs - sinceMs;
  if (waitedMs < 2_000) return ' ...';
  const awaited = about === 'rig' && now.snapshot !== null ? sayUnproven(now.snapshot) : null;
  return awaited === null ? `, no answer for ${sayDuration(waitedMs)}` : `: ${awaited}`;
}
