import { rouse } from './arming.ts';
import { splitWhenDue } from './segments.ts';
import type { Boot } from './spec.ts';
import type { Module, Recording, Trial } from './state.ts';
import { stepTake } from './take.ts';
import type { Take } from './take-state.ts';
import { deadlineIn, iso, type Now } from './time.ts';
import { note, openTrial, segmentFor } from './trial.ts';
import { longestArm, moduleOf, type Turn, wantedModules } from './turn.ts';

/** A recording that runs: who comes in late or again, pause and resume. */

type In<P extends Recording['name']> = Extract<Recording, { readonly name: P }>;

/** Whoever becomes ready while the rig records comes in, late or again. */
export function gather(turn: Turn): void {
  splitWhenDue(turn);
  for (const { name } of wantedModules(turn.state)) {
    rouse(turn, name);
    const { life } = moduleOf(turn, name);
    if (life.name !== 'up' || life.ending !== null) continue;
    if (life.take.name === 'idle') join(turn, name);
    if (life.take.name === 'armed') stepTake(turn, name, { type: 'go', atMonoNs: '0', leadMs: 0 });
    if (life.take.name === 'paused') stepTake(turn, name, { type: 'resume' });
  }
}

function join(turn: Turn, name: string): void {
  const trial = openTrial(turn.state.recording);
  if (trial === null || moduleOf(turn, name).rearmMonoMs > turn.now.monoMs) return;
  const segment = segmentFor(turn, name);
  stepTake(turn, name, { type: 'arm', trial: trial.number, segment });
}

export function pause(turn: Turn, recording: In<'recording'>): void {
  const deadline = deadlineIn(turn.now, longestArm(turn) + 1_000);
  // The pause counts from here, however long a module takes to confirm it: the others record no more.
  const trial = { ...recording.trial, pausedSinceMonoMs: Math.floor(turn.now.monoMs) };
  set(turn, { name: 'pausing', trial, deadline });
  notePaused(turn, trial.number, iso(turn.now.wallMs));
  for (const { name, life, can } of wantedModules(turn.state)) {
    if (life.name !== 'up' || life.ending !== null) continue;
    if (records(life.take) && can.includes('pause')) stepTake(turn, name, { type: 'pause' });
    if (['arming', 'armed', 'going'].includes(life.take.name))
      stepTake(turn, name, { type: 'finish' });
  }
}

/** The daemon before was told to pause, and not every module had heard of it. */
export function pauseStragglers(turn: Turn): void {
  if (turn.state.recording.name !== 'paused') return;
  for (const { name, life, can } of wantedModules(turn.state)) {
    if (life.name !== 'up' || !records(life.take) || !can.includes('pause')) continue;
    stepTake(turn, name, { type: 'pause' });
  }
}

/** The manifest is told of a pause, and who records on in it. */
export function notePaused(turn: Turn, trial: number, at: string): void {
  const except = wantedModules(turn.state)
    .filter(recordsOn)
    .map((module) => module.name);
  note(turn, { is: 'paused', trial, at, ...(except.length === 0 ? {} : { except }) });
}

/** It is in the trial and cannot pause. One that is being ended has a gap of its own. */
function recordsOn({ life, can }: Module): boolean {
  if (life.name !== 'up' || life.ending !== null) return false;
  return records(life.take) && !can.includes('pause');
}

function records({ name }: Take): boolean {
  return name === 'recording' || name === 'splitting';
}

export function settlePause(turn: Turn, recording: In<'pausing'>): void {
  const due = recording.deadline.monoMs <= turn.now.monoMs;
  if (!due && someTake(turn, 'pausing')) return;
  set(turn, { name: 'paused', trial: recording.trial });
}

export function resume(turn: Turn, recording: In<'paused'>): void {
  const deadline = deadlineIn(turn.now, longestArm(turn) + 1_000);
  set(turn, { name: 'resuming', trial: recording.trial, deadline });
  for (const { name, life } of wantedModules(turn.state)) {
    if (life.name !== 'up' || life.ending !== null) continue;
    if (life.take.name === 'paused') stepTake(turn, name, { type: 'resume' });
  }
}

export function settleResume(turn: Turn, recording: In<'resuming'>): void {
  const due = recording.deadline.monoMs <= turn.now.monoMs;
  if (!due && someTake(turn, 'resuming')) return;
  const trial = unpaused(recording.trial, turn.now);
  set(turn, { name: 'recording', trial });
  note(turn, { is: 'resumed', trial: trial.number, at: iso(turn.now.wallMs) });
}

/** The trial with the pause that is over counted. */
function unpaused<T extends Pause>(trial: T, { monoMs }: Pick<Now, 'monoMs'>): T {
  const { pausedMs, pausedSinceMonoMs: since } = trial;
  if (since === null) return trial;
  const lastedMs = Math.max(0, Math.floor(monoMs) - since);
  return { ...trial, pausedMs: pausedMs + lastedMs, pausedSinceMonoMs: null };
}

/** The clock of another boot says nothing; and a daemon may have ended between a wish and its pause. */
export function resumedPause({ desired, powerLost }: Boot, open: Pause, now: Now): Pause {
  const before = powerLost ? { pausedMs: 0, pausedSinceMonoMs: null } : open;
  if (desired !== 'paused') {
    const { pausedMs, pausedSinceMonoMs } = unpaused(before, now);
    return { pausedMs, pausedSinceMonoMs };
  }
  const { pausedMs, pausedSinceMonoMs: since } = before;
  return { pausedMs, pausedSinceMonoMs: since ?? Math.floor(now.monoMs) };
}

type Pause = Pick<Trial, 'pausedMs' | 'pausedSinceMonoMs'>;

function someTake(turn: Turn, name: Take['name']): boolean {
  return Object.values(turn.state.modules).some(
    ({ life }) => life.name === 'up' && life.take.name === name,
  );
}

function set(turn: Turn, recording: Recording): void {
  turn.state = { ...turn.state, recording };
}
