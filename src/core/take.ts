import { invariant } from './assert.ts';
import type { Cell } from './cell.ts';
import type { PlainCommand } from './effect.ts';
import { unwatched } from './health.ts';
import type { Said } from './input.ts';
import { beginStop } from './ladder.ts';
import type { InTrial, Life, Module, Take } from './state.ts';
import { deadlineIn } from './time.ts';
import { joinTrial, leaveTrial, nameArmed, note, openTrial, rearmMs } from './trial.ts';
import { clear, moduleOf, notFitting, patchModule, raise, setTake, type Turn } from './turn.ts';
import * as words from './words.ts';

/**
 * What a module that is up does for a recording.
 *
 * `arm` `go` `pause` `resume` `finish` come from the rig's recording; `armed` `recording` `paused` `idle` `finalizing` are what the
 * module confirms; `deadline` when it did not in time. Sent is not confirmed: only what the module says moves it on. A `finish`
 * interrupts everything; nothing interrupts a finish but the end of the process.
 */
export type TakeEvent =
  | { readonly type: 'arm'; readonly trial: number; readonly segment: number }
  | { readonly type: 'go'; readonly atMonoNs: string; readonly leadMs: number }
  | { readonly type: 'pause' | 'resume' | 'finish' | 'deadline' | 'paused' }
  | { readonly type: 'armed'; readonly files: readonly string[] }
  | { readonly type: 'idle'; readonly files: readonly string[] }
  | { readonly type: 'recording'; readonly said: Extract<Said, { is: 'recording' }> }
  | { readonly type: 'finalizing'; readonly etaMs: number | null };

type TakeName = Take['name'];
type On<E extends TakeEvent['type']> = Extract<TakeEvent, { readonly type: E }>;
type In<P extends TakeName> = Extract<Take, { readonly name: P }>;
type Do<P extends TakeName, E extends TakeEvent['type']> = (
  turn: Turn,
  module: Module,
  take: In<P>,
  event: On<E>,
) => void;
type Table = {
  readonly [P in TakeName]: { readonly [E in TakeEvent['type']]: Cell<Do<P, E>> };
};

// biome-ignore format: read as a table
export const takeTable: Table = {
  //           arm           go            pause         resume        finish    armed     recording  paused    idle       finalizing  deadline
  idle:      { arm: arm,     go: 'impossible', pause: 'impossible', resume: 'impossible', finish: 'impossible', armed: sendBack, recording: sendBack, paused: 'refuse', idle: 'ignore', finalizing: 'ignore', deadline: 'impossible' },
  arming:    { arm: 'impossible', go: 'impossible', pause: 'impossible', resume: 'impossible', finish: letGo, armed: hold, recording: 'refuse', paused: 'refuse', idle: giveUpArm, finalizing: 'ignore', deadline: giveUpArm },
  armed:     { arm: 'impossible', go: go,      pause: 'impossible', resume: 'impossible', finish: letGo, armed: 'ignore', recording: 'refuse', paused: 'refuse', idle: giveUpArm, finalizing: 'ignore', deadline: 'impossible' },
  going:     { arm: 'impossible', go: 'impossible', pause: 'impossible', resume: 'impossible', finish: finish, armed: 'ignore', recording: begin, paused: 'refuse', idle: quitTake, finalizing: 'ignore', deadline: giveUpGo },
  recording: { arm: 'impossible', go: 'impossible', pause: pause,   resume: 'impossible', finish: finish, armed: 'ignore', recording: nameFiles, paused: restLate, idle: quitTake, finalizing: 'ignore', deadline: 'impossible' },
  pausing:   { arm: 'impossible', go: 'impossible', pause: 'impossible', resume: 'impossible', finish: finish, armed: 'ignore', recording: 'ignore', paused: rest, idle: quitTake, finalizing: 'ignore', deadline: giveUpPause },
  paused:    { arm: 'impossible', go: 'impossible', pause: 'impossible', resume: resume, finish: finish,  armed: 'ignore', recording: rise,    paused: 'ignore', idle: quitTake, finalizing: 'ignore', deadline: 'impossible' },
  resuming:  { arm: 'impossible', go: 'impossible', pause: 'impossible', resume: 'impossible', finish: finish, armed: 'ignore', recording: rise, paused: 'ignore', idle: quitTake, finalizing: 'ignore', deadline: giveUpResume },
  finishing: { arm: 'impossible', go: 'impossible', pause: 'impossible', resume: 'impossible', finish: 'ignore', armed: nameLate, recording: 'ignore', paused: 'ignore', idle: done, finalizing: extend, deadline: force },
};

/** Moves the take of one module by one event. What is said by a module that is not up does not fit, whatever it is. */
export function stepTake(turn: Turn, name: string, event: TakeEvent): void {
  const module = moduleOf(turn, name);
  const { life } = module;
  if (life.name === 'stopping') return; // it is on its way out: its last words need no answer
  const where = life.name === 'up' ? life.take.name : life.name;
  const cell =
    life.name === 'up'
      ? (takeTable[life.take.name][event.type] as Cell<Do<TakeName, TakeEvent['type']>>)
      : 'refuse';
  if (cell === 'ignore') return;
  if (cell === 'refuse') {
    return notFitting(turn, module, `${event.type} while ${where}`);
  }
  invariant(cell !== 'impossible' && life.name === 'up', `${name}: ${event.type} while ${where}`);
  cell(turn, module, life.take as never, event as never);
}

function tell(turn: Turn, module: Module, command: PlainCommand): void {
  const { run } = module.life as Extract<Life, { readonly name: 'up' }>;
  turn.effects.push({ type: 'tell', module: module.name, run, command });
}

function arm(turn: Turn, module: Module, _: Take, event: On<'arm'>): void {
  const { trial, segment } = event;
  const deadline = deadlineIn(turn.now, module.spec.armMs);
  setTake(turn, module.name, { name: 'arming', trial, segment, deadline });
  patchModule(turn, module.name, {
    watch: unwatched,
    counters: { bytes: 0, samples: 0, dropped: 0, files: 0, lastProgressAt: null },
  });
  const { run } = module.life as Extract<Life, { readonly name: 'up' }>;
  turn.effects.push({ type: 'arm', module: module.name, run, trial, segment });
}

/** It holds a device or records, and nobody asked it to: it is told to let go. */
function sendBack(turn: Turn, module: Module, _: Take, event: On<'armed'> | On<'recording'>): void {
  notFitting(turn, module, `${event.type} while idle`);
  finishing(turn, moduleOf(turn, module.name), { trial: 0, segment: 0 }, 'never');
}

function hold(turn: Turn, module: Module, take: In<'arming'>, event: On<'armed'>): void {
  const { trial, segment } = take;
  clear(turn, module.name, ['not-armed', 'reported']);
  setTake(turn, module.name, { name: 'armed', trial, segment, files: event.files });
  nameArmed(turn, module.name, trial, event.files);
}

function go(turn: Turn, module: Module, take: In<'armed'>, event: On<'go'>): void {
  const { trial, segment, files } = take;
  const deadline = deadlineIn(turn.now, event.leadMs + module.spec.armMs);
  setTake(turn, module.name, { name: 'going', trial, segment, files, deadline });
  tell(turn, module, { do: 'record', atMonoNs: event.atMonoNs });
}

function begin(turn: Turn, module: Module, take: In<'going'>, event: On<'recording'>): void {
  const { trial, segment, files } = take;
  const since = turn.now.monoMs;
  setTake(turn, module.name, { name: 'recording', trial, segment, proven: false, since });
  clear(turn, module.name, ['no-record', 'not-armed']);
  joinTrial(turn, module.name, segment, event.said, files);
}

function nameFiles(
  turn: Turn,
  module: Module,
  take: In<'recording'>,
  event: On<'recording'>,
): void {
  const { trial, segment } = take;
  const { files } = event.said;
  clear(turn, module.name, ['reported']);
  if (files.length > 0) note(turn, { is: 'files', trial, segment, module: module.name, files });
}

function pause(turn: Turn, module: Module, take: In<'recording'>): void {
  const { trial, segment, proven } = take;
  const deadline = deadlineIn(turn.now, module.spec.armMs);
  setTake(turn, module.name, { name: 'pausing', trial, segment, proven, deadline });
  tell(turn, module, { do: 'pause' });
}

/** Nothing grows in a pause, and nothing is wrong with that. */
function rest(turn: Turn, module: Module, take: In<'pausing' | 'recording'>): void {
  const { trial, segment, proven } = take;
  clear(turn, module.name, ['no-record', 'stalled', 'unflushed']);
  patchModule(turn, module.name, { watch: unwatched });
  setTake(turn, module.name, { name: 'paused', trial, segment, proven });
}

/** It had been given up, and has paused after all. */
function restLate(turn: Turn, module: Module, take: In<'recording'>): void {
  if (turn.state.desired === 'paused') rest(turn, module, take);
  else notFitting(turn, module, 'paused while recording');
}

function resume(turn: Turn, module: Module, take: In<'paused'>): void {
  const { trial, segment, proven } = take;
  const deadline = deadlineIn(turn.now, module.spec.armMs);
  setTake(turn, module.name, { name: 'resuming', trial, segment, proven, deadline });
  tell(turn, module, { do: 'resume' });
}

/** It records on: that is to be proven anew. One that nobody asked says no more than that it is odd. */
function rise(turn: Turn, module: Module, take: In<'paused' | 'resuming'>): void {
  const { trial, segment } = take;
  if (take.name === 'paused' && turn.state.desired !== 'recording') {
    return notFitting(turn, module, 'recording while paused');
  }
  const since = turn.now.monoMs;
  clear(turn, module.name, ['no-record', 'reported']);
  patchModule(turn, module.name, { watch: unwatched });
  setTake(turn, module.name, { name: 'recording', trial, segment, proven: false, since });
}

function finishing(
  turn: Turn,
  module: Module,
  take: InTrial,
  recorded: In<'finishing'>['recorded'],
) {
  setTake(turn, module.name, {
    name: 'finishing',
    trial: take.trial,
    segment: take.segment,
    deadline: deadlineIn(turn.now, module.spec.stopMs),
    recorded,
    etaMs: null,
    bytes: module.counters.bytes,
  });
  clear(turn, module.name, ['stalled', 'unflushed']);
  tell(turn, module, { do: 'stop' });
}

function letGo(turn: Turn, module: Module, take: In<'arming' | 'armed'>): void {
  finishing(turn, module, take, 'never');
}

type Begun = In<'going' | 'recording' | 'pausing' | 'paused' | 'resuming'>;

function finish(turn: Turn, module: Module, take: Begun): void {
  finishing(turn, module, take, take.name === 'going' ? 'unconfirmed' : 'confirmed');
}

function giveUpArm(turn: Turn, module: Module, take: In<'arming' | 'armed'>): void {
  raise(turn, module.name, words.notArmed(module));
  patchModule(turn, module.name, { rearmMonoMs: turn.now.monoMs + rearmMs });
  finishing(turn, module, take, 'never');
}

function giveUpGo(turn: Turn, module: Module, take: In<'going'>): void {
  raise(turn, module.name, words.noConfirmation(module, 'records'));
  patchModule(turn, module.name, { rearmMonoMs: turn.now.monoMs + rearmMs });
  finishing(turn, module, take, 'unconfirmed');
}

/** It records on, as far as anybody knows; that is to be proven anew, because nobody judged it meanwhile. */
function giveUpPause(turn: Turn, module: Module, take: In<'pausing'>): void {
  const { trial, segment } = take;
  raise(turn, module.name, words.noConfirmation(module, 'paused'));
  patchModule(turn, module.name, { watch: unwatched });
  const since = turn.now.monoMs;
  setTake(turn, module.name, { name: 'recording', trial, segment, proven: false, since });
}

/** What does not go on will not by being asked again: a new process records on in a new segment. */
function giveUpResume(turn: Turn, module: Module): void {
  raise(turn, module.name, words.noConfirmation(module, 'records again'));
  leaveTrial(turn, module.name, 'ended', `${module.name} did not go on after a pause`);
  beginStop(turn, moduleOf(turn, module.name), 'stalled');
}

/** It says that it is idle though nobody stopped it: a fault of its own, and a new process is the cure. */
function quitTake(turn: Turn, module: Module): void {
  raise(turn, module.name, words.stoppedByItself(module));
  leaveTrial(turn, module.name, 'ended', `${module.name} stopped recording by itself`);
  beginStop(turn, moduleOf(turn, module.name), 'stalled');
}

function done(turn: Turn, module: Module, take: In<'finishing'>, event: On<'idle'>): void {
  const { trial, segment, recorded } = take;
  const open = openTrial(turn.state.recording);
  if (recorded === 'never') nameArmed(turn, module.name, trial, event.files);
  else if (open?.number === trial && event.files.length > 0) {
    note(turn, { is: 'files', trial, segment, module: module.name, files: event.files });
  }
  const failed = module.life.name === 'up' && module.life.ending === 'error';
  if (failed) leaveTrial(turn, module.name, 'ended', `${module.name} reported an error`);
  else leaveTrial(turn, module.name, 'finished', `${module.name} was stopped`);
  setTake(turn, module.name, { name: 'idle' });
}

/** It was told to let go before it had armed, and names now what it has made. */
function nameLate(turn: Turn, module: Module, take: In<'finishing'>, event: On<'armed'>): void {
  nameArmed(turn, module.name, take.trial, event.files);
}

/** More time is given only where there is progress: a shorter ETA, or more bytes. */
function extend(turn: Turn, module: Module, take: In<'finishing'>, event: On<'finalizing'>): void {
  const { bytes } = module.counters;
  const shorter = take.etaMs === null || (event.etaMs !== null && event.etaMs < take.etaMs);
  if (!shorter && bytes <= take.bytes) return;
  const ms = Math.max(module.spec.stopMs, Math.min((event.etaMs ?? 0) + 5_000, longestFinishMs));
  const deadline = deadlineIn(turn.now, ms);
  setTake(turn, module.name, { ...take, deadline, etaMs: event.etaMs ?? take.etaMs ?? 0, bytes });
}

/** One announcement of a module may claim this much at most; it can go on announcing. */
const longestFinishMs = 600_000;

/** No progress and no end: from here on it is ended with signals. */
function force(turn: Turn, module: Module, take: In<'finishing'>): void {
  if (take.recorded !== 'never') {
    raise(turn, module.name, words.notStopped(module));
    leaveTrial(turn, module.name, 'ended', `${module.name} did not finish its files in time`);
  } else {
    leaveTrial(turn, module.name, 'ended', `${module.name} did not let go of its device`);
  }
  beginStop(turn, moduleOf(turn, module.name), 'not-stopped');
}
