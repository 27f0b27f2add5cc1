import { sayTrial } from '../../protocol/rig-words.ts';
import { sayScheduled } from '../../protocol/scheduled-words.ts';
import { paints } from '../../protocol/theme.ts';
import { sayDuration } from '../../protocol/units.ts';
import { cutLine, type Line, lineWidth, span, spread } from '../line.ts';
import type { Situation } from '../situation.ts';
import { type Large, namesOf } from './headline.ts';

/**
 * The first line: what found no room in large letters, which trial it is, and whose rig, or how long there is room for.
 *
 * @param room stands in the place of the name, on a screen that is too low for a line of its own
 */
export function headOf(now: Situation, left: readonly Large[], room: string): Line {
  const { width } = now;
  const state = left.flatMap(({ plain, paint }) => [span(' '), span(plain, paint)]);
  const trial = trialWordsOf(now);
  const words: Line = [
    ...state,
    span(trial === '' ? '' : `${state.length > 0 ? '  ' : ' '}${trial}`),
  ];
  const names = namesOf(now);
  if (room !== '') return lowHead(words, names.rig, room, width);
  const rig: Line = [span(`${names.rig} `, paints.bold)];
  if (lineWidth(words) === 0)
    return [span(' '), ...spread(rig, [span(`${names.session} `, paints.dim)], width - 1)];
  const right: Line = [
    ...(names.session === '' ? [] : [span(`${names.session} · `, paints.dim)]),
    ...rig,
  ];
  const fitting = [right, rig].find((line) => lineWidth(words) + lineWidth(line) + 2 <= width);
  if (fitting !== undefined) return spread(words, fitting, width);
  return lineWidth(words) > width && state.length > 0
    ? cutLine(state, width)
    : cutLine(words, width);
}

function lowHead(words: Line, rig: string, room: string, width: number): Line {
  const right: Line = [span(`${room} `, paints.bold)];
  const left = lineWidth(words) > 0 ? words : [span(` ${rig}`, paints.bold)];
  const fits = lineWidth(left) + lineWidth(right) + 2 <= width;
  return fits ? spread(left, right, width) : cutLine(left, width);
}

function trialWordsOf({ snapshot, remote, monoMs, nowMs, width }: Situation): string {
  if (snapshot === null || remote.link.state !== 'live') return '';
  const { trial, scheduled, state } = snapshot.rig;
  if (trial === null) return scheduled == null ? '' : sayScheduled(scheduled, nowMs);
  const words = sayTrial(width < 60 ? { ...trial, label: null } : trial);
  const since = trial.pausedSinceMonoMs;
  if (state !== 'paused' || since === null) return words;
  return `${words} · for ${sayDuration(Math.max(1_000, Math.floor((monoMs - since) / 1_000) * 1_000))}`;
}
