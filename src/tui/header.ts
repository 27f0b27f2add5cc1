import { sayRecorded } from '../protocol/recorded-time.ts';
import { rigBadge } from '../protocol/rig-badge.ts';
import { sayHost, sayLink, saySession, sayTrial } from '../protocol/rig-words.ts';
import { sayScheduled } from '../protocol/scheduled-words.ts';
import type { TrialRecord } from '../protocol/snapshot.ts';
import { clean, cut } from '../protocol/text.ts';
import { glyphOf, paints } from '../protocol/theme.ts';
import { cutLine, type Line, lineWidth, type Span, span, spread } from './line.ts';
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
  const left = nameSpans(name, Math.max(3, width - lineWidth(state) - 4));
  const { rig } = snapshot;
  const start = rig.scheduled ?? null;
  const trial =
    rig.trial === null && start !== null
      ? sayScheduled(start, now.nowMs)
      : trialWords(rig.trial, width);
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

/** The second line: where it goes, how long there is room, and how the machine is. */
export function infoLine(now: Situation): Line {
  const { snapshot, telemetry, width } = now;
  if (snapshot === null) return [];
  const host = telemetry?.host ?? snapshot.host;
  const { session } = snapshot.rig;
  const here = snapshot.clients.length;
  // Where there is little room what is well is not said.
  const words = [
    ...(width < 72 ? [] : [saySession(session)]),
    ...sayHost(host, width < 60 ? 'brief' : 'full'),
  ];
  const left = [span(` ${words.join(' · ')}`, paints.dim)];
  return width < 60 && here > 1 ? spread(left, [span(`${here} here`, paints.dim)], width) : left;
}
