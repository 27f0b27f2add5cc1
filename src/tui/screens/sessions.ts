import { dateAndTime } from '../../protocol/local-time.ts';
import { saySessionState, sayUnknown } from '../../protocol/session-words.ts';
import type { ListedSession, SessionSummary } from '../../protocol/sessions.ts';
import { clean, pad, wrap } from '../../protocol/text.ts';
import { type Paint, paints } from '../../protocol/theme.ts';
import { sayCount, saySize } from '../../protocol/units.ts';
import { type Line, rowMark, span } from '../line.ts';
import type { Situation } from '../situation.ts';
import { chosenSession, type SessionsScreen } from '../view/session-screens.ts';
import { workLines } from './work.ts';

/** From here on a session takes one line. */
const wideColumns = 76;

export function sessionsTitle({ list }: SessionsScreen): Line {
  const count = list.state === 'known' ? ` · ${sayCount(list.value.total, 'session')}` : '';
  return [span(' sessions', paints.bold), span(count, paints.dim)];
}

/** Recordings on disk, the newest first; and which lines are those of the selected one. */
export function sessionsBody(
  now: Situation,
  screen: SessionsScreen,
): { readonly lines: Line[]; readonly from: number; readonly to: number } {
  const { list } = screen;
  const head = workLines(now.telemetry?.checksums ?? null, 'checksums', null, now.width);
  if (list.state !== 'known') {
    const words = list.state === 'asked' ? 'the daemon looks at the disk ...' : list.words;
    return { lines: [...head, ...plainLines(words, now.width)], from: 0, to: 0 };
  }
  const { sessions, total } = list.value;
  if (sessions.length === 0) {
    const lines = plainLines('Nothing has been recorded yet. Esc, then r records.', now.width);
    return { lines, from: 0, to: 0 };
  }
  const chosen = chosenSession(screen);
  const parts = sessions.map((session) => rowOf(session, session === chosen, now.width));
  const at = Math.max(0, chosen === null ? 0 : sessions.indexOf(chosen));
  const from = parts.slice(0, at).reduce((sum, { length }) => sum + length, head.length);
  const older = total - sessions.length;
  const rest = older > 0 ? plainLines(`${sayCount(older, 'older one')} ...`, now.width) : [];
  const lines = [...head, ...parts.flat(), ...rest];
  return { lines, from: at === 0 ? 0 : from, to: from + (parts[at]?.length ?? 0) };
}

function plainLines(words: string, width: number): Line[] {
  return wrap(clean(words), width - 2).map((text) => [span(` ${text}`)]);
}

function rowOf(session: ListedSession, isSelected: boolean, width: number): Line[] {
  const mark = rowMark(isSelected ? ' ▌' : '  ', session.folder, isSelected);
  const look = lookOf(session);
  const unknown = sayUnknown(session);
  const why = unknown === null ? [] : wrap(clean(unknown, 300), width - 5);
  const rows = width < wideColumns ? narrowRow(session, look) : [wideRow(session, look, width)];
  return [
    ...rows.map((line): Line => [mark, ...line]),
    ...why.map((text): Line => [mark, span(`  ${text}`, look[1])]),
  ];
}

function narrowRow(session: ListedSession, [sign, paint]: Look): Line[] {
  const name = span(`${clean(session.id, 16)} ${clean(session.name)}`, paints.bold);
  const began = beganWords(session).slice(-11);
  if ('unread' in session)
    return [[span(`${sign} `, paint), name], [span(`  ${began}`, paints.dim)]];
  const state = span(saySessionState(session), paint);
  return [
    [span(`${sign} `, paint), name, span(` · ${sizeWords(session)}`, paints.dim)],
    [span(`  ${began} · `, paints.dim), state],
  ];
}

function wideRow(session: ListedSession, [sign, paint]: Look, width: number): Line {
  const isUnread = 'unread' in session;
  const room = Math.max(12, Math.min(32, width - 74));
  return [
    span(`${sign} `, paint),
    span(pad(clean(session.id, 16), 6), paints.bold),
    span(`${pad(beganWords(session), 17)} `, paints.dim),
    span(`${pad(clean(session.name), room)} `),
    span(`${pad(isUnread ? '' : sizeWords(session), 19, 'right')}  `),
    span(isUnread ? '' : saySessionState(session), paint),
  ];
}

function beganWords({ startedAt }: ListedSession): string {
  return startedAt === null ? 'unsynced' : dateAndTime(startedAt).slice(0, 16);
}

function sizeWords({ trials, bytes }: SessionSummary): string {
  return `${sayCount(trials, 'trial')} · ${saySize(bytes)}`;
}

type Look = readonly [sign: string, paint: Paint];

/** How a session looks at a glance. */
function lookOf(session: ListedSession): Look {
  if ('unread' in session) return ['?', paints.dim];
  if (session.damaged !== null || session.worst === 'bad' || session.worst === 'empty') {
    return ['✖', paints.warn];
  }
  if (session.worst === 'short' || session.state === 'interrupted') return ['!', paints.warn];
  if (session.state === 'partial') return ['!', paints.warn];
  return session.state === 'open' ? ['○', paints.plain] : ['●', paints.good];
}
