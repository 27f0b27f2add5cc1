import { sayRecorded } from '../protocol/recorded-time.ts';
import { rigBadge } from '../protocol/rig-badge.ts';
import { sayHost, sayLink, saySession, sayTrial } from '../protocol/rig-words.ts';
import { sayScheduled } from '../protocol/scheduled-words.ts';
import type { HostRecord, Snapshot, TrialRecord } from '../protocol/snapshot.ts';
import { clean, cut, widthOf } from '../protocol/text.ts';
import { glyphOf, paints } from '../protocol/theme.ts';
import { sayClients } from './clients.ts';
import { cutLine, type Line, lineWidth, type Span, span, spread } from './line.ts';
import { pageMs } from './messages.ts';
import type { Situation } from './situation.ts';

/** The first line: whose rig it is, how it is, how long it has recorded what; or that the daemon does not answer. */
export function headLine(now: Situation): Line {
  const { snapshot, remote, width } = now;
  const name = snapshot === null ? 'rigdeck' : clean(snapshot.rig.name, 64);
  if (remote.link.state !== 'live' || snapshot === null) {
    const words = linkWords(now);
    const left = nameSpans(name, Math.max(Math.floor(width * 0.4), width - words.length - 4));
    return cutLine([...left, span('  '), span(words, paints.warn)], width);
  }
  const state = stateSpans(now);
  const { rig } = snapshot;
  const start = rig.scheduled ?? null;
  const trial =
    rig.trial === null && start !== null
      ? sayScheduled(start, now.nowMs)
      : trialWords(rig.trial, width);
  const rest = width - lineWidth(state) - 4;
  // Which trial it is matters more than the end of a long name.
  const number = width < 72 && trial !== '' ? widthOf(trial) + 1 : 0;
  const left = nameSpans(name, Math.max(3, Math.min(rest, Math.max(8, rest - number))));
  if (width < 72) return cutLine([...left, span('  '), ...state, span(`  ${trial}`)], width);
  const right = cutLine([...state, span(`   ${trial} `)], width - lineWidth(left) - 1);
  return spread(left, right, width);
}

/** That the daemon does not answer, as long as the screen lets. */
export function linkWords({ remote: { link }, snapshot, width, nowMs }: Situation): string {
  return sayLink(link, snapshot !== null, nowMs, width < 60 ? 'brief' : 'full');
}

function nameSpans(name: string, room: number): Span[] {
  return [span(` ${cut(name, room)}`, paints.bold)];
}

// Where there is little room there are no hours while there are none.
function stateSpans({ snapshot, theme, monoMs, width }: Situation): Span[] {
  if (snapshot === null) return [];
  const badge = rigBadge(snapshot);
  const text = `${glyphOf(badge.look, theme)} ${badge.text}`;
  const time = sayRecorded(snapshot.rig, monoMs, width < 72 ? 'short' : 'full');
  if (time === null) return [span(text, badge.look)];
  return [span(text, badge.look), span(` ${time}`, { ...badge.look, reverse: false })];
}

// The label stands where there is room.
function trialWords(trial: TrialRecord | null, width: number): string {
  if (trial === null) return '';
  return sayTrial(width < 72 ? { ...trial, label: null } : trial);
}

/** The second line: where it goes, how long there is room, how the machine is, and who else is here. */
export function infoLine(now: Situation): Line {
  const { snapshot, telemetry, width } = now;
  if (snapshot === null) return [];
  const host = telemetry?.host ?? snapshot.host;
  // The names have a place of their own over the keys, where the screen is large enough for one.
  const isToldBelow = width >= 60 && now.height >= 16;
  const clients = isToldBelow ? [] : snapshot.clients;
  const few = sayClients(clients, 0);
  const room = width - 1 - (few === '' ? 0 : widthOf(few) + 2);
  const words = width < 72 ? inTurn(now, host, room) : wholeInfo(snapshot, host, room);
  const others = sayClients(clients, room + widthOf(few) - widthOf(words) - 1);
  const line = [span(` ${words}`, paints.dim)];
  return others === '' ? line : spread(line, [span(others, paints.dim)], width);
}

// What is well gives way first, then the end of a long name.
function wholeInfo({ rig }: Snapshot, host: HostRecord, room: number): string {
  const session = saySession(rig.session);
  const full = [session, ...sayHost(host, 'full')].join(' · ');
  if (widthOf(full) <= room) return full;
  const brief = sayHost(host, 'brief').join(' · ');
  return `${cut(session, Math.max(12, room - widthOf(brief) - 3))} · ${brief}`;
}

// Where there is little room: which session, and the label that has no place in the line above.
function namesIn({ snapshot }: Situation): string[] {
  const { session, trial } = snapshot?.rig ?? { session: null, trial: null };
  const label = trial?.label ?? null;
  return [
    ...(session === null ? [] : [`${session.id} ${clean(session.name, 64)}`]),
    ...(label === null ? [] : [`"${clean(label, 200)}"`]),
  ];
}

// Both where there is room for both; else, while a trial draws the screen each second anyway, now the one, now the other.
function inTurn(now: Situation, host: HostRecord, room: number): string {
  const machine = sayHost(host, now.width < 60 ? 'brief' : 'full').join(' · ');
  const names = namesIn(now).join(' · ');
  const all = names === '' ? machine : `${machine} · ${names}`;
  if (widthOf(all) <= room || names === '' || now.snapshot?.rig.trial == null) return all;
  return Math.floor(now.nowMs / pageMs) % 2 === 0 ? machine : names;
}
