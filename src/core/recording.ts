import type { Refusal } from '../protocol/problem.ts';
import type { SessionRecord } from '../protocol/snapshot.ts';
import {
  decideArming,
  discardGoing,
  diskAnswerMs,
  diskSilent,
  settleGoing,
  withMissing,
} from './arming.ts';
import { invariant } from './assert.ts';
import type { Cell } from './cell.ts';
import { gather, pause, resume, settlePause, settleResume } from './running.ts';
import { isTriedAgain, wakeMonoMs } from './scheduled.ts';
import type { Made, Module, Recording, StartAsk } from './state.ts';
import { stepTake } from './take.ts';
import { deadlineIn } from './time.ts';
import { endGaps } from './trial.ts';
import { clear, longestArm, nextAsk, raise, refusal, type Turn } from './turn.ts';

/**
 * The rig's recording: session > trial > segment.
 *
 * `start` `stop` `pause` `resume` are wishes that were found to fit; `prepared` `secured` `failed` `closed` are answers of the
 * recordings folder; `settle` comes after every input, because any change of a module or of the time may be what was waited for. A stop
 * interrupts everything; a start during a stop, or after one that calls off a start, is kept and follows it. Arming and going are decided in arming.ts.
 */
export type RecordingEvent =
  | { readonly type: 'start'; readonly start: StartAsk }
  | { readonly type: 'stop' | 'pause' | 'resume' | 'secured' | 'settle' }
  | { readonly type: 'closed'; readonly partly: string | null }
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
  //               start            stop           pause          resume          prepared              secured              failed              closed              settle
  idle:          { start: prepare,  stop: forget,  pause: 'impossible', resume: 'impossible', prepared: 'impossible', secured: 'impossible', failed: 'impossible', closed: 'impossible', settle: wake },
  preparing:     { start: follow,  stop: cancel, pause: 'impossible', resume: 'impossible', prepared: beginArming, secured: 'impossible', failed: giveUp, closed: 'impossible', settle: giveUpPreparing },
  arming:        { start: 'impossible', stop: callOff, pause: 'impossible', resume: 'impossible', prepared: 'impossible', secured: secured, failed: refuse, closed: 'impossible', settle: decideArming },
  going:         { start: 'impossible', stop: stopGoing, pause: 'impossible', resume: 'impossible', prepared: 'impossible', secured: 'impossible', failed: 'impossible', closed: 'impossible', settle: settleGoing },
  recording:     { start: 'impossible', stop: stop, pause: pause, resume: 'impossible', prepared: 'impossible', secured: 'impossible', failed: 'impossible', closed: 'impossible', settle: gather },
  pausing:       { start: 'impossible', stop: stop, pause: 'impossible', resume: 'impossible', prepared: 'impossible', secured: 'impossible', failed: 'impossible', closed: 'impossible', settle: settlePause },
  paused:        { start: 'impossible', stop: stop, pause: 'impossible', resume: resume, prepared: 'impossible', secured: 'impossible', failed: 'impossible', closed: 'impossible', settle: 'ignore' },
  resuming:      { start: 'impossible', stop: stop, pause: 'impossible', resume: 'impossible', prepared: 'impossible', secured: 'impossible', failed: 'impossible', closed: 'impossible', settle: settleResume },
  'calling-off': { start: follow,   stop: unfollow, pause: 'impossible', resume: 'impossible', prepared: 'impossible', secured: 'impossible', failed: 'impossible', closed: 'impossible', settle: settleCallOff },
  stopping:      { start: follow,   stop: unfollow, pause: 'impossible', resume: 'impossible', prepared: 'impossible', secured: 'impossible', failed: 'impossible', closed: 'impossible', settle: settleStop },
  closing:       { start: follow,   stop: unfollow, pause: 'impossible', resume: 'impossible', prepared: 'impossible', secured: 'impossible', failed: 'impossible', closed: close, settle: giveUpClosing },
};

export function stepRecording(turn: Turn, event: RecordingEvent): void {
  const { recording } = turn.state;
  const cell = recordingTable[recording.name][event.type] as Cell<Do<Name, RecordingEvent['type']>>;
  if (cell === 'ignore') return;
  invariant(
    cell !== 'impossible' && cell !== 'refuse',
    `recording: ${event.type} while ${recording.name}`,
  );
  cell(turn, recording as never, event as never);
}

function set(turn: Turn, recording: Recording): void {
  turn.state = { ...turn.state, recording };
}

/** How long after a refusal an unattended start is tried again. */
const retryStartMs = 60_000;

function prepare(turn: Turn, _: Recording, { start }: On<'start'>): void {
  const ask = nextAsk(turn);
  turn.state = { ...turn.state, desired: 'recording' };
  const deadline = deadlineIn(turn.now, diskAnswerMs);
  set(turn, { name: 'preparing', ask, start, calledOff: null, deadline });
  turn.effects.push({ type: 'prepare-trial', ask, label: start.label });
}

function forget(turn: Turn, recording: In<'idle'>): void {
  if (recording.retry === null) return;
  clear(turn, null, ['start-refused']);
  set(turn, { name: 'idle', retry: null });
}

/** Whoever waits for the rig to be idle, for a time, or to be tried again. */
function wake(turn: Turn, recording: In<'idle'>): void {
  const { next, scheduled } = turn.state;
  const { retry } = recording;
  if (next !== null) {
    turn.state = { ...turn.state, next: null };
    prepare(turn, recording, { type: 'start', start: next });
  } else if (scheduled !== null && wakeMonoMs(turn, scheduled) <= turn.now.monoMs) {
    turn.state = { ...turn.state, scheduled: null };
    prepare(turn, recording, { type: 'start', start: scheduled });
  } else if (retry !== null && retry.deadline.monoMs <= turn.now.monoMs) {
    prepare(turn, recording, { type: 'start', start: retry.start });
  }
}

function follow(turn: Turn, _: Recording, event: On<'start'>): void {
  turn.state = { ...turn.state, next: event.start, desired: 'recording' };
}

function unfollow(turn: Turn): void {
  turn.state = { ...turn.state, next: null };
}

export const calledOff: Refusal = refusal(
  'called-off',
  'The start was called off before anything was recorded.',
  null,
);

/** The same; where the rig itself did it because of its disk, whoever pressed is told that. */
function whyCalledOff({ state }: Turn): Refusal {
  const why = state.problems.findLast(({ code }) => code === 'low-space' || code === 'not-mounted');
  return why === undefined ? calledOff : refusal('called-off', why.message, why.remedy);
}

function cancel(turn: Turn, recording: In<'preparing'>): void {
  unfollow(turn);
  set(turn, { ...recording, calledOff });
}

function beginArming(turn: Turn, recording: In<'preparing'>, event: On<'prepared'>): void {
  const { start } = recording;
  const made: Made = { ownSession: turn.state.session === null, asked: {}, named: {} };
  const { trial } = event;
  turn.state = { ...turn.state, session: event.session };
  clear(turn, null, ['low-space', 'recordings-folder', 'start-refused', 'clock-stepped']);
  if (recording.calledOff !== null) {
    return set(turn, { name: 'calling-off', start, trial, made, refusal: recording.calledOff });
  }
  const until = deadlineIn(turn.now, longestArm(turn));
  const since = { sinceMonoMs: turn.now.monoMs, until };
  set(turn, { name: 'arming', start, trial, made, ...since, disk: 'unasked' });
}

/** The recordings folder refused. A start that nobody watches stays wished and is tried again. */
function giveUp(turn: Turn, recording: In<'preparing'>, event: On<'failed'>): void {
  const { start } = recording;
  end(turn, start, recording.calledOff ?? event.refusal);
}

function giveUpPreparing(turn: Turn, recording: In<'preparing'>): void {
  if (recording.deadline.monoMs > turn.now.monoMs) return;
  end(turn, recording.start, recording.calledOff ?? diskSilent);
}

/** A start came to nothing. The wish is taken back, except that of a start which nobody watches: it is tried again. */
function end(turn: Turn, start: StartAsk, why: Refusal): void {
  const { next, scheduled } = turn.state;
  if (scheduled?.generation !== start.generation) {
    turn.state = { ...turn.state, lastRefusal: { generation: start.generation, refusal: why } };
  } // else its time is far away again, and it waits for it
  if (isTriedAgain(start, why.reason)) {
    raise(turn, null, { code: 'start-refused', message: why.message, remedy: why.remedy });
    const deadline = deadlineIn(turn.now, retryStartMs);
    return set(turn, { name: 'idle', retry: { start, deadline } });
  }
  if (next === null) turn.state = { ...turn.state, desired: 'idle' };
  set(turn, { name: 'idle', retry: null });
}

function callOff(turn: Turn, { start, trial, made }: In<'arming'>): void {
  set(turn, { name: 'calling-off', start, trial, made, refusal: whyCalledOff(turn) });
}

function secured(turn: Turn, recording: In<'arming'>): void {
  set(turn, { ...recording, disk: 'safe' });
}

/** The disk took less than it seemed to, and modules have begun to arm. */
function refuse(turn: Turn, { start, trial, made }: In<'arming'>, event: On<'failed'>): void {
  set(turn, { name: 'calling-off', start, trial, made, refusal: event.refusal });
}

/** Every armed module lets go; what it had named is removed; only then the rig is idle again. */
function settleCallOff(turn: Turn): void {
  finishAll(turn);
  const { recording } = turn.state;
  if (recording.name !== 'calling-off' || stillFinishing(turn)) return;
  const { made, trial, start } = recording;
  if (made.ownSession) turn.state = { ...turn.state, session: null };
  turn.effects.push({ type: 'discard-trial', trial, files: Object.values(made.named).flat() });
  end(turn, start, recording.refusal);
}

/** Tells every module that has anything open to finish. */
function finishAll(turn: Turn): void {
  for (const { name, life } of Object.values(turn.state.modules)) {
    if (life.name !== 'up') continue;
    if (life.take.name === 'idle' || life.take.name === 'finishing') continue;
    stepTake(turn, name, { type: 'finish' });
  }
}

function stillFinishing(turn: Turn): boolean {
  return Object.values(turn.state.modules).some(isFinishing);
}

function isFinishing({ life }: Module): boolean {
  if (life.name === 'up') return life.take.name !== 'idle';
  const holdsFiles =
    life.name === 'stopping' && ['not-stopped', 'stalled', 'lost'].includes(life.why);
  return holdsFiles && life.rung !== 'immortal';
}

function stopGoing(turn: Turn, recording: In<'going'>): void {
  const { trial } = recording;
  if (Object.keys(trial.joined).length === 0) discardGoing(turn, recording, whyCalledOff(turn));
  else stop(turn, { ...recording, trial: withMissing(turn, trial) });
}

function stop(
  turn: Turn,
  recording: In<'going' | 'recording' | 'pausing' | 'paused' | 'resuming'>,
) {
  set(turn, { name: 'stopping', trial: recording.trial, left: 'watched' });
}

function settleStop(turn: Turn): void {
  finishAll(turn);
  const { recording } = turn.state; // finishing may have marked the trial
  if (recording.name !== 'stopping' || stillFinishing(turn)) return;
  const ask = nextAsk(turn);
  const { trial, left } = recording;
  set(turn, { name: 'closing', ask, trial, deadline: deadlineIn(turn.now, closeMs) });
  endGaps(turn, trial);
  const whole = trial.partial ? 'partial' : 'complete';
  const outcome = left === 'deserted' ? 'interrupted' : whole;
  const end = left === 'watched' ? 'now' : 'last-byte';
  turn.effects.push({ type: 'close-trial', ask, trial: trial.number, outcome, end });
}

/** Sizes are looked at and the manifest is written; checksums come later. Longer than this means that the disk hangs. */
const closeMs = 30_000;

function giveUpClosing(turn: Turn, recording: In<'closing'>): void {
  if (recording.deadline.monoMs > turn.now.monoMs) return;
  const message = `Trial ${recording.trial.number} could not be closed: the recordings disk does not answer.`;
  const remedy = 'The files are there; check the disk, then: rigdeck sessions verify';
  raise(turn, null, { code: 'manifest', message, remedy });
  close(turn, recording, { type: 'closed', partly: message });
}

function close(turn: Turn, _: Recording, { partly }: On<'closed'>): void {
  turn.state = { ...turn.state, stopPartly: partly };
  set(turn, { name: 'idle', retry: null });
}
