import type { SegmentReason } from '../protocol/manifest.ts';
import type { RecordingNote } from './effect.ts';
import type { Said } from './input.ts';
import { own } from './own.ts';
import type { Left, Recording, Trial } from './state.ts';
import { iso } from './time.ts';
import { moduleOf, requiredModules, setTake, type Turn } from './turn.ts';

/** Who is in a trial, in which segment, and what the manifest must know of it. */

/** A module that did not arm or go is tried again, but not in a loop. In ms. */
export const rearmMs = 5_000;

export function note(turn: Turn, what: RecordingNote): void {
  turn.effects.push({ type: 'note', note: what });
}

/** The trial that has begun and is not closed yet. */
export function openTrial(recording: Recording): Trial | null {
  return 'trial' in recording && typeof recording.trial === 'object' ? recording.trial : null;
}

export function patchTrial(turn: Turn, patch: Partial<Trial>): void {
  const { recording } = turn.state;
  if (!('trial' in recording) || typeof recording.trial === 'number') return;
  const next = { ...recording, trial: { ...recording.trial, ...patch } } as Recording;
  turn.state = { ...turn.state, recording: next };
}

/**
 * The segment that a module which comes into a running trial records in. Nothing is ever overwritten: whoever was in this
 * trial before, or finds a segment that belongs to one module alone, gets a new number.
 */
export function segmentFor(turn: Turn, name: string): number {
  const trial = openTrial(turn.state.recording);
  if (trial === null) return 1;
  const before = own(trial.joined, name);
  const reason = before === undefined || before === 'in' ? null : before.reason;
  const shares = reason === 'daemon-restart' || reason === 'power-loss' || reason === 'length';
  const isNew = (own(trial.given, name) ?? 0) < trial.segment;
  const joins = (before === undefined || shares) && trial.segmentShared && isNew;
  const segment = joins ? trial.segment : trial.segment + 1;
  const given = { ...trial.given, [name]: segment };
  patchTrial(turn, joins ? { given } : { given, segment, segmentShared: shares });
  return segment;
}

/** A module confirmed that it records: segment, gap and first sample go to the manifest. */
export function joinTrial(
  turn: Turn,
  name: string,
  segment: number,
  said: Extract<Said, { is: 'recording' }>,
  files: readonly string[],
): void {
  const trial = openTrial(turn.state.recording);
  if (trial === null) return;
  const at = iso(turn.now.wallMs);
  const before = own(trial.joined, name);
  const left: Left | null = before === undefined || before === 'in' ? null : before;
  if (!trial.noted.includes(segment)) {
    const starts = segment === 1 || turn.state.recording.name === 'going';
    const reason = left?.reason ?? (starts ? 'start' : 'resume');
    note(turn, { is: 'segment', trial: trial.number, segment, reason, at });
  }
  const late = isLate(turn, before);
  const { firstSampleMonoNs } = said;
  const named = [...new Set([...files, ...said.files])];
  note(turn, {
    is: 'joined',
    trial: trial.number,
    segment,
    module: name,
    firstSampleMonoNs,
    files: named,
    late,
    at,
  });
  if (left !== null && left.cause !== null) {
    note(turn, { is: 'gap', module: name, from: left.from, to: at, cause: left.cause });
  }
  const noted = trial.noted.includes(segment) ? trial.noted : [...trial.noted, segment];
  patchTrial(turn, { joined: { ...trial.joined, [name]: 'in' }, noted });
}

/** It comes in for the first time, and not with the others. */
function isLate({ state }: Turn, before: 'in' | Left | undefined): boolean {
  if (state.recording.name === 'going' || before === 'in') return false;
  return before === undefined || before.reason === 'start';
}

/** Who was lost while no daemon watched is missing from a trial that goes on, until it comes back or the trial ends. */
export function noteLost(turn: Turn): void {
  const trial = openTrial(turn.state.recording);
  if (trial === null || !isGoingOn(turn.state.recording)) return;
  const joined = Object.entries(trial.joined).map(([name, how]): [string, 'in' | Left] => {
    if (how === 'in' || how.cause === null || how.noted) return [name, how];
    note(turn, { is: 'gap', module: name, from: how.from, to: null, cause: how.cause });
    return [name, { ...how, noted: true }];
  });
  patchTrial(turn, { joined: Object.fromEntries(joined) });
}

/** The trial ends: whoever did not come back into it is missing until now. */
export function endGaps(turn: Turn, trial: Trial): void {
  const to = iso(turn.now.wallMs);
  for (const [module, left] of Object.entries(trial.joined)) {
    if (left === 'in' || left.cause === null || !left.noted) continue;
    note(turn, { is: 'gap', module, from: left.from, to, cause: left.cause });
  }
}

/** Nothing lands of a module that records: a gap like that of one that is gone. */
export function noteStall(turn: Turn, name: string, from: string | null, why: string | null): void {
  const trial = openTrial(turn.state.recording);
  if (trial === null) return;
  const cause = `${name} recorded nothing${why === null ? '' : `: ${why}`}`;
  note(turn, { is: 'stalled', module: name, from, cause });
  if (requiredModules(turn.state).some((one) => one.name === name)) {
    patchTrial(turn, { partial: true });
  }
}

/** Its evidence is back, or none is expected any more. */
export function noteStallOver(turn: Turn, name: string): void {
  if (openTrial(turn.state.recording) === null) return;
  note(turn, { is: 'stall-over', module: name, at: iso(turn.now.wallMs) });
}

/** What a module leaves behind in a trial that is being stopped is no gap. */
function isGoingOn({ name }: Recording): boolean {
  return ['going', 'recording', 'pausing', 'paused', 'resuming'].includes(name);
}

/** How a module left: `reopened` to come back at once in a new file. */
type Leaving = 'finished' | 'reopened' | 'crashed' | 'ended';

const reasons: Readonly<Record<Leaving, SegmentReason>> = {
  finished: 'resume',
  reopened: 'length',
  crashed: 'module-crash',
  ended: 'module-crash',
};

/**
 * A module is not in the trial any more. Does nothing for one that was not.
 *
 * @param how `finished` its files, `reopened` to begin the next, `crashed`, or `ended` by us or by an error of its own
 * @param at when it ended, ISO-8601, where that is known better than now
 */
export function leaveTrial(
  turn: Turn,
  name: string,
  how: Leaving,
  cause: string,
  at: string = iso(turn.now.wallMs),
): void {
  const module = moduleOf(turn, name);
  if (module.life.name !== 'up' || module.life.take.name === 'idle') return;
  const { take } = module.life;
  setTake(turn, name, { name: 'idle' });
  const trial = openTrial(turn.state.recording);
  if (trial === null || trial.number !== take.trial) return;
  if (own(trial.joined, name) !== 'in') return;
  note(turn, {
    is: 'left',
    trial: trial.number,
    segment: take.segment,
    module: name,
    how: how === 'reopened' ? 'finished' : how,
    at,
  });
  const noted = isGoingOn(turn.state.recording);
  if (noted) note(turn, { is: 'gap', module: name, from: at, to: null, cause });
  const left: Left = { from: at, reason: reasons[how], cause, noted };
  const missed = requiredModules(turn.state).some((one) => one.name === name);
  // A gap that the configuration asks for (`reopened`), and the end of the trial itself, take nothing from it.
  const lacks = how === 'crashed' || how === 'ended' || (how === 'finished' && noted);
  const partial = trial.partial || (missed && lacks);
  patchTrial(turn, { joined: { ...trial.joined, [name]: left }, partial });
}

/** A module named the files that it made when it armed. They go if the start is called off. */
export function nameArmed(turn: Turn, name: string, trial: number, files: readonly string[]): void {
  const { recording } = turn.state;
  if (recording.name !== 'arming' && recording.name !== 'calling-off') return;
  if (recording.trial !== trial || files.length === 0) return;
  const all = [...new Set([...(own(recording.made.named, name) ?? []), ...files])];
  const made = { ...recording.made, named: { ...recording.made.named, [name]: all } };
  turn.state = { ...turn.state, recording: { ...recording, made } };
}
