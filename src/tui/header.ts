import type { ClientRecord, HostRecord, TrialRecord } from '../protocol/snapshot.ts';
import { sayDuration, saySize, sayStopwatch } from '../protocol/units.ts';
import { cutLine, type Line, lineWidth, type Span, span, spread } from './line.ts';
import { rigBadge } from './rig-badge.ts';
import type { Situation } from './situation.ts';
import { clean, cut } from './text.ts';
import { paints } from './theme.ts';

/** The first line: whose rig it is, how it is, how long it has recorded what; or that the daemon does not answer. */
export function headLine(now: Situation): Line {
  const { snapshot, remote, width } = now;
  const name = snapshot === null ? 'rigdeck' : clean(snapshot.rig.name, 64);
  if (remote.link.state !== 'live' || snapshot === null) {
    const left = nameSpans(name, Math.floor(width * 0.4));
    return cutLine([...left, span('  '), span(linkWords(now), paints.warn)], width);
  }
  const state = stateSpans(now);
  const left = nameSpans(name, Math.max(3, width - lineWidth(state) - 4));
  const trial = snapshot.rig.trial === null ? '' : trialWords(snapshot.rig.trial, width);
  if (width < 72) return cutLine([...left, span('  '), ...state, span(`  ${trial}`)], width);
  const right = cutLine([...state, span(`   ${trial} `)], width - lineWidth(left) - 1);
  return spread(left, right, width);
}

function nameSpans(name: string, room: number): Span[] {
  return [span(` ${cut(name, room)}`, paints.bold)];
}

// Where there is little room there are no hours while there are none.
function stateSpans({ snapshot, theme, monoMs, width }: Situation): Span[] {
  if (snapshot === null) return [];
  const badge = rigBadge(snapshot);
  const text = `${theme.ascii ? badge.look.ascii : badge.look.glyph} ${badge.text}`;
  const { trial } = snapshot.rig;
  if (trial === null) return [span(text, badge.look)];
  const time = sayStopwatch(monoMs - trial.startedMonoMs);
  const short = width < 72 && time.startsWith('00:') ? time.slice(3) : time;
  return [span(text, badge.look), span(` ${short}`, { ...badge.look, reverse: false })];
}

function trialWords({ number, label }: TrialRecord, width: number): string {
  return `trial ${number}${label === null || width < 72 ? '' : ` "${clean(label, 200)}"`}`;
}

/** How the line to the daemon is, while it is not what it should be. */
export function linkWords({ remote: { link }, snapshot, nowMs }: Situation): string {
  if (link.state !== 'lost') {
    return snapshot === null ? 'asking the daemon ...' : 'asking the daemon again ...';
  }
  const age = sayDuration(Math.max(0, Math.floor((nowMs - link.sinceMs) / 1_000)) * 1_000 || 1_000);
  const wait = Math.max(0, Math.ceil((link.retryAtMs - nowMs) / 1_000));
  const again = wait === 0 ? 'trying again' : `trying again in ${wait} s`;
  return `daemon not answering · ${snapshot === null ? '' : `as of ${age} ago · `}${again}`;
}

/** The second line: where it goes, how long there is room, and how the machine is. */
export function infoLine(now: Situation): Line {
  const { snapshot, telemetry, width } = now;
  if (snapshot === null) return [];
  const host = telemetry?.host ?? snapshot.host;
  const { session } = snapshot.rig;
  const sessionWords =
    session === null ? 'no session' : `session ${session.id} ${clean(session.name, 64)}`;
  const here = snapshot.clients.length;
  const words = [...(width < 72 ? [] : [sessionWords]), ...hostWords(host, width)];
  const left = [span(` ${words.join(' · ')}`, paints.dim)];
  return width < 60 && here > 1 ? spread(left, [span(`${here} here`, paints.dim)], width) : left;
}

// Where there is little room what is well is not said.
function hostWords({ storage, clock, power, temperatureC }: HostRecord, width: number): string[] {
  const wide = width >= 60;
  return [
    spaceWords(storage),
    ...(wide || clock.synchronized === false ? [clockWords(clock)] : []),
    ...(temperatureC === null ? [] : [`${Math.round(temperatureC)} °C`]),
    ...(power.ok === false ? [clean(power.words, 64)] : []),
    ...(power.ok === true && wide ? ['power ok'] : []),
  ];
}

function spaceWords({ freeBytes, secondsToFull }: HostRecord['storage']): string {
  if (freeBytes === null) return 'free space unknown';
  const time = secondsToFull === null ? 'free' : `≈ ${sayDuration(secondsToFull * 1_000)}`;
  return `${saySize(freeBytes)} ${time}`;
}

function clockWords({ synchronized, offsetMs }: HostRecord['clock']): string {
  if (synchronized === null) return 'clock unknown';
  if (!synchronized) return 'clock not synchronized';
  return offsetMs === null ? 'clock ok' : `clock ±${Math.abs(Math.round(offsetMs))} ms`;
}

/** Who else looks, for the line over the keys. */
export function clientWords(clients: readonly ClientRecord[]): string {
  return clients.map(({ actor, name }) => clean(actor === '' ? name : actor, 40)).join(' · ');
}
