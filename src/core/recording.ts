import type { Refusal } from '../protocol/problem.ts';
import type { SessionRecord } from '../protocol/snapshot.ts';
import { decideArming, settleGoing } from './arming.ts';
import { invariant } from './assert.ts';
import type { Cell } from './cell.ts';
import type { Module, Recording, StartAsk, Take } from './state.ts';
import { stepTake } from './take.ts';
import { deadlineIn, iso } from './time.ts';
import { note, openTrial, segmentFor } from './trial.ts';
import { clear, nextAsk, raise, refusal, type Turn, wantedModules } from './turn.ts';

/**
 * The rig's recording: session > trial > segment.
 *
 * `start` `stop` `pause` `resume` are wishes that were found to fit; `prepared` `failed` `closed` are answers of the recordings
 * folder; `settle` comes after every input, because any change of a module or of the time may be what was waited for. A stop
 * interrupts everything; a start during a stop is kept and follows it. Arming and going are decided in arming.ts.
 */
export type RecordingEvent =
  | { readonly type: 'start'; readonly start: StartAsk }
  | { readonly type: 'stop' | 'pause' | 'resume' | 'closed' | 'settle' }
  | { readonly type: 'prepared'; readonly session: SessionRecord; readonly trial: number }
  | { readonly type: 'failed'; readonly refusal: Refusal };

type Name = Recording['name'];
type On<E extends RecordingEvent['type']> = Extract<RecordingEvent, { readonly type: E }>;
type In<P extends Name> = Extract<Recording, { readonly name: P }>;
type Do<P extends Name, E extends RecordingEvent['type']> = (
  turn: Turn,
  recording: In<P>,
  event: On<E>,
) => void;
type Table = {
  readonly [P in Name]: { readonly [E in RecordingEvent['type']]: Cell<Do<P, E>> };
};

// biome-ignore format: read as a table
export const recordingTable: Table = {
  //               start            stop           pause          resume          prepared              failed              closed              settle
  idle:          { start: prepare,  stop: forget,  pause: 'impossible', resume: 'impossible', prepared: 'refuse', failed: 'refuse', closed: 'refuse', settle: retry },
  preparing:     { start: 'impossible', stop: cancel, pause: 'impossible', resume: 'impossible', prepared: beginArming, failed: giveUp, closed: 'refuse', settle: 'ignore' },
  arming:        { start: 'impossible', stop: callOff, pause: 'impossible', resume: 'impossible', prepared: 'refuse', failed: 'refuse', closed: 'refuse', settle: decideArming },
  going:         { start: 'impossible', stop: stop, pause: 'impossible', resume: 'impossible', prepared: 'refuse', failed: 'refuse', closed: 'refuse', settle: settleGoing },
  recording:     { start: 'impossible', stop: stop, pause: pause, resume: 'impossible', prepared: 'refuse', failed: 'refuse', closed: 'refuse', settle: gather },
  pausing:       { start: 'impossible', stop: stop, pause: 'ignore', resume: 'impossible', prepared: 'refuse', failed: 'refuse', closed: 'refuse', settle: settlePause },
  paused:        { start: 'impossible', stop: stop, pause: 'ignore', resume: resume, prepared: 'refuse', failed: 'refuse', closed: 'refuse', settle: 'ignore' },
  resuming:      { start: 'impossible', stop: stop, pause: 'impossible', resume: 'ignore', prepared: 'refuse', failed: 'refuse', closed: 'refuse', settle: settleResume },
  'calling-off': { start: follow,   stop: unfollow, pause: 'impossible', resume: 'impossible', prepared: 'refuse', failed: 'refuse', closed: 'refuse', settle: settleCallOff },
  stopping:      { start: follow,   stop: unfollow, pause: 'impossible', resume: 'impossible', prepared: 'refuse', failed: 'refuse', closed: 'refuse', settle: settleStop },
  closing:       { start: follow,   stop: unfollow, pause: 'impossible', resume: 'impossible', prepared: 'refuse', failed: 'refuse', closed: close, settle: giveUpClosing },
};

export function stepRecording(turn: Turn, event: RecordingEvent): void {
  const { recording } = turn.state;
  const cell = recordingTable[recording.name][event.type] as Cell<Do<Name, RecordingEvent['type']>>;
  if (cell === 'ignore' || cell === 'refuse') return;
  invariant(cell !== 'impossible', `recording: ${event.type} while ${recording.name}`);
  cell(turn, recording as never, event as never);
}

function set(turn: Turn, recording: Recording): void {
  turn.state = { ...turn.state, recording };
}

/** How long after a refusal an unattended start is tried again. */
const retryStartMs = 60_000;

/** Devices are not held open for hours: a start that is set for later begins this much before it may have to wait. */
const earlyMs = 5_000;

function prepare(turn: Turn, _: In<'idle'>, event: On<'start'>): void {
  const { start } = event;
  const early = longestArm(turn) + earlyMs;
  const waitMs = (start.notBeforeMonoMs ?? 0) - early - turn.now.monoMs;
  if (waitMs > 0)
    return set(turn, { name: 'idle', retry: { start, deadline: deadlineIn(turn.now, waitMs) } });
  const ask = nextAsk(turn);
  turn.state = { ...turn.state, desired: 'recording' };
  set(turn, { name: 'preparing', ask, start, calledOff: null });
  turn.effects.push({ type: 'prepare-trial', ask, label: start.label });
}

function longestArm(turn: Turn): number {
  return Math.max(0, ...wantedModules(turn.state).map((module) => module.spec.armMs));
}

function forget(turn: Turn): void {
  set(turn, { name: 'idle', retry: null });
}

function retry(turn: Turn, recording: In<'idle'>): void {
  const { next } = turn.state;
  if (next !== null) {
    turn.state = { ...turn.state, next: null };
    prepare(turn, recording, { type: 'start', start: next });
  } else if (recording.retry !== null && recording.retry.deadline.monoMs <= turn.now.monoMs) {
    prepare(turn, recording, { type: 'start', start: recording.retry.start });
  }
}

function follow(turn: Turn, _: Recording, event: On<'start'>): void {
  turn.state = { ...turn.state, next: event.start, desired: 'recording' };
}

function unfollow(turn: Turn): void {
  turn.state = { ...turn.state, next: null };
}

const calledOff = refusal(
  'called-off',
  'The start was called off before anything was recorded.',
  null,
);

function cancel(turn: Turn, recording: In<'preparing'>): void {
  set(turn, { ...recording, calledOff });
}

function beginArming(turn: Turn, recording: In<'preparing'>, event: On<'prepared'>): void {
  const { start } = recording;
  const ownSession = turn.state.session === null;
  turn.state = { ...turn.state, session: event.session };
  clear(turn, null, ['low-space', 'recordings-folder', 'start-refused']);
  if (recording.calledOff !== null) {
    const { trial } = event;
    const { calledOff: refusal } = recording;
    set(turn, { name: 'calling-off', start, trial, ownSession, refusal, files: [] });
    return;
  }
  const until = deadlineIn(turn.now, longestArm(turn));
  const sinceMonoMs = turn.now.monoMs;
  set(turn, {
    name: 'arming',
    start,
    trial: event.trial,
    sinceMonoMs,
    until,
    ownSession,
    asked: [],
  });
}

/** The recordings folder refused. A start that nobody watches stays wished and is tried again. */
function giveUp(turn: Turn, recording: In<'preparing'>, event: On<'failed'>): void {
  const { start } = recording;
  end(turn, start, recording.calledOff ?? event.refusal);
}

/** A start came to nothing. The wish is taken back, except that of a start which nobody watches: it is tried again. */
function end(turn: Turn, start: StartAsk, why: Refusal): void {
  turn.state = { ...turn.state, lastRefusal: { generation: start.generation, refusal: why } };
  if (start.unattended && why.reason !== 'called-off') {
    raise(turn, null, { code: 'start-refused', message: why.message, remedy: why.remedy });
    const deadline = deadlineIn(turn.now, retryStartMs);
    return set(turn, { name: 'idle', retry: { start, deadline } });
  }
  if (turn.state.next === null) turn.state = { ...turn.state, desired: 'idle' };
  set(turn, { name: 'idle', retry: null });
}

function callOff(turn: Turn, recording: In<'arming'>): void {
  const { start, trial, ownSession } = recording;
  set(turn, { name: 'calling-off', start, trial, ownSession, refusal: calledOff, files: [] });
}

/** Every armed module lets go; what it had named is removed; only then the rig is idle again. */
function settleCallOff(turn: Turn, recording: In<'calling-off'>): void {
  const named = finishAll(turn);
  const files = [...recording.files, ...named];
  if (stillFinishing(turn)) {
    if (named.length > 0) set(turn, { ...recording, files });
    return;
  }
  if (recording.ownSession) turn.state = { ...turn.state, session: null };
  turn.effects.push({ type: 'discard-trial', trial: recording.trial, files });
  end(turn, recording.start, recording.refusal);
}

/** Tells every module that has anything open to finish. Gives the files of those that were only armed. */
function finishAll(turn: Turn): string[] {
  const files: string[] = [];
  for (const module of Object.values(turn.state.modules)) {
    if (module.life.name !== 'up') continue;
    const { take } = module.life;
    if (take.name === 'idle' || take.name === 'finishing') continue;
    if (take.name === 'armed') files.push(...take.files);
    stepTake(turn, module.name, { type: 'finish' });
  }
  return files;
}

function stillFinishing(turn: Turn): boolean {
  return Object.values(turn.state.modules).some(isFinishing);
}

function isFinishing({ life }: Module): boolean {
  if (life.name === 'up') return life.take.name !== 'idle';
  return life.name === 'stopping' && life.why === 'not-stopped';
}

function stop(
  turn: Turn,
  recording: In<'going' | 'recording' | 'pausing' | 'paused' | 'resuming'>,
) {
  set(turn, { name: 'stopping', trial: recording.trial, interrupted: false });
}

function settleStop(turn: Turn, recording: In<'stopping'>): void {
  finishAll(turn);
  if (stillFinishing(turn)) return;
  const ask = nextAsk(turn);
  const now = turn.state.recording as In<'stopping'>; // finishing may have marked the trial
  const deadline = deadlineIn(turn.now, closeMs);
  const { trial, interrupted } = now;
  set(turn, { name: 'closing', ask, trial, deadline });
  const outcome =
    recording.interrupted || interrupted ? 'interrupted' : trial.partial ? 'partial' : 'complete';
  turn.effects.push({ type: 'close-trial', ask, trial: trial.number, outcome });
}

/** Sizes are looked at and the manifest is written; checksums come later. Longer than this means that the disk hangs. */
const closeMs = 30_000;

function giveUpClosing(turn: Turn, recording: In<'closing'>): void {
  if (recording.deadline.monoMs > turn.now.monoMs) return;
  raise(turn, null, {
    code: 'manifest',
    message: `Trial ${recording.trial.number} could not be closed: the recordings disk does not answer.`,
    remedy: 'The files are there; check the disk, then: rigdeck sessions verify',
  });
  close(turn);
}

function close(turn: Turn): void {
  set(turn, { name: 'idle', retry: null });
}

/** Whoever becomes ready while the rig records comes in, late or again. */
function gather(turn: Turn): void {
  for (const module of wantedModules(turn.state)) {
    if (module.life.name !== 'up' || module.restartAsked) continue;
    const { take } = module.life;
    if (take.name === 'idle') join(turn, module);
    if (take.name === 'armed') {
      stepTake(turn, module.name, { type: 'go', atMonoNs: '0', leadMs: 0 });
    }
    if (take.name === 'paused') stepTake(turn, module.name, { type: 'resume' });
  }
}

function join(turn: Turn, module: Module): void {
  const trial = openTrial(turn.state.recording);
  if (trial === null || module.rearmMonoMs > turn.now.monoMs) return;
  const segment = segmentFor(turn, module.name);
  stepTake(turn, module.name, { type: 'arm', trial: trial.number, segment });
}

function pause(turn: Turn, recording: In<'recording'>): void {
  const deadline = deadlineIn(turn.now, longestArm(turn) + 1_000);
  set(turn, { name: 'pausing', trial: recording.trial, deadline });
  for (const { name, life, can } of wantedModules(turn.state)) {
    if (life.name !== 'up') continue;
    if (life.take.name === 'recording' && can.includes('pause'))
      stepTake(turn, name, { type: 'pause' });
    if (['arming', 'armed', 'going'].includes(life.take.name))
      stepTake(turn, name, { type: 'finish' });
  }
}

function settlePause(turn: Turn, recording: In<'pausing'>): void {
  const due = recording.deadline.monoMs <= turn.now.monoMs;
  if (!due && someTake(turn, 'pausing')) return;
  const { trial } = recording;
  set(turn, { name: 'paused', trial });
  note(turn, { is: 'paused', trial: trial.number, at: iso(turn.now.wallMs) });
}

function resume(turn: Turn, recording: In<'paused'>): void {
  const deadline = deadlineIn(turn.now, longestArm(turn) + 1_000);
  set(turn, { name: 'resuming', trial: recording.trial, deadline });
  for (const { name, life } of wantedModules(turn.state)) {
    if (life.name === 'up' && life.take.name === 'paused') stepTake(turn, name, { type: 'resume' });
  }
}

function settleResume(turn: Turn, recording: In<'resuming'>): void {
  const due = recording.deadline.monoMs <= turn.now.monoMs;
  if (!due && someTake(turn, 'resuming')) return;
  const { trial } = recording;
  set(turn, { name: 'recording', trial });
  note(turn, { is: 'resumed', trial: trial.number, at: iso(turn.now.wallMs) });
}

function someTake(turn: Turn, name: Take['name']): boolean {
  return Object.values(turn.state.modules).some(
    ({ life }) => life.name === 'up' && life.take.name === name,
  );
}
