import { dateAndTime } from '../../protocol/local-time.ts';
import { recordedMs } from '../../protocol/recorded-time.ts';
import { rigBadge } from '../../protocol/rig-badge.ts';
import { clean } from '../../protocol/text.ts';
import { glyphOf, type Paint, paints } from '../../protocol/theme.ts';
import { sayStopwatch } from '../../protocol/units.ts';
import type { Situation } from '../situation.ts';
import type { Moment } from './moment.ts';

/** What is said in letters as large as there is room for, or as a plain word. */
export type Large = {
  /** In large letters. */
  readonly text: string;
  /** As a plain word, with its sign. */
  readonly plain: string;
  readonly paint: Paint;
  /** It stands on a field of its own, with an edge around it. */
  readonly framed?: boolean;
};

/** How the rig is, and how long: what has to be read from two metres. */
export type Headline = {
  readonly state: Large;
  readonly time: Large | null;
  /** Which of them is the more important where there is room for one. */
  readonly first: 'state' | 'time';
};

/** How the rig is at this moment, or that nobody knows. */
export function headlineOf(moment: Moment): Headline {
  const { now } = moment;
  const { snapshot, remote } = now;
  if (remote.link.state === 'lost') return lostHeadline(now, remote.link);
  if (snapshot === null) {
    const state = { text: '', plain: 'asking the daemon ...', paint: paints.dim };
    return { state, time: null, first: 'state' };
  }
  const badge = rigBadge(snapshot);
  const paint = {
    ...badge.look,
    reverse: moment.isAlarm && isLit(now.monoMs, snapshot.rig.trial?.startedMonoMs ?? 0),
  };
  const plain = `${glyphOf(badge.look, now.theme)} ${badge.text}`;
  const state = { text: badge.text, plain, paint, framed: moment.isAlarm };
  const { trial } = snapshot.rig;
  if (trial === null) return { state, time: null, first: 'state' };
  const whole = sayStopwatch(recordedMs(trial, now.monoMs));
  const text = now.width < 60 && whole.startsWith('00:') ? whole.slice(3) : whole;
  const time = { text, plain: text, paint: { ...paint, reverse: false } };
  return { state, time, first: 'time' };
}

/** An alarm changes its look once a second, and only where the state stands: no flicker, and nothing dark. */
function isLit(monoMs: number, beganMs: number): boolean {
  return Math.floor((monoMs - beganMs) / 1_000) % 2 === 0;
}

function lostHeadline(
  { nowMs, width }: Situation,
  link: { readonly sinceMs: number; readonly downBy?: string },
): Headline {
  const at = dateAndTime(new Date(link.sinceMs).toISOString());
  const isToday = dateAndTime(new Date(nowMs).toISOString()).slice(0, 10) === at.slice(0, 10);
  const when = at.slice(isToday ? 11 : 0, 16);
  const since = `since ${when}`;
  const isDown = link.downBy !== undefined;
  const words = isDown ? 'taken down' : 'no daemon';
  const paint = isDown ? paints.plain : paints.warn;
  const state = { text: words.toUpperCase(), plain: words, paint };
  return {
    state,
    time: { text: since.toUpperCase(), plain: width < 30 ? when : since, paint },
    first: 'state',
  };
}

/** The name of the rig, and of the session where there is one. */
export function namesOf({ snapshot }: Situation): {
  readonly rig: string;
  readonly session: string;
} {
  if (snapshot === null) return { rig: '', session: '' };
  const { name, session } = snapshot.rig;
  const words = session === null ? '' : `session ${session.id} ${clean(session.name, 64)}`;
  return { rig: clean(name, 64), session: words };
}
