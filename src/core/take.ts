import { invariant } from './assert.ts';
import type { Cell } from './cell.ts';
import { done, extend, finish, finishing, force, letGo, nameLate, reopen } from './finish.ts';
import { endWatch, unwatched } from './health.ts';
import { beginStop } from './ladder.ts';
import { giveUpSplit, moveOn, split } from './split.ts';
import type { Life, Module } from './state.ts';
import type { Take, TakeEvent, TakeIn, TakeName, TakeOn } from './take-state.ts';
import { deadlineIn } from './time.ts';
import { joinTrial, leaveTrial, nameArmed, note, rearmMs } from './trial.ts';
import {
  clear,
  clearReported,
  moduleOf,
  notFitting,
  patchModule,
  raise,
  setTake,
  type Turn,
  tell,
} from './turn.ts';
import * as words from './words.ts';

/** The table of the take; its phases and events are explained in take-state.ts. */

type In<P extends TakeName> = TakeIn<P>;
type On<E extends TakeEvent['type']> = TakeOn<E>;
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
  //           arm           go            pause         resume        finish    armed     recording  paused    idle       finalizing  deadline                 split   reopen   moved
  idle:      { arm: arm,     go: 'impossible', pause: 'impossible', resume: 'impossible', finish: 'impossible', armed: sendBack, recording: sendBack, paused: 'refuse', idle: 'ignore', finalizing: 'ignore', deadline: 'impossible', split: 'impossible', reopen: 'impossible', moved: 'refuse' },
  arming:    { arm: 'impossible', go: 'impossible', pause: 'impossible', resume: 'impossible', finish: letGo, armed: hold, recording: 'refuse', paused: 'refuse', idle: giveUpArm, finalizing: 'ignore', deadline: giveUpArm, split: 'impossible', reopen: 'impossible', moved: 'refuse' },
  armed:     { arm: 'impossible', go: go,      pause: 'impossible', resume: 'impossible', finish: letGo, armed: 'ignore', recording: 'refuse', paused: 'refuse', idle: giveUpArm, finalizing: 'ignore', deadline: 'impossible', split: 'impossible', reopen: 'impossible', moved: 'refuse' },
  going:     { arm: 'impossible', go: 'impossible', pause: 'impossible', resume: 'impossible', finish: finish, armed: 'ignore', recording: begin, paused: 'refuse', idle: quitTake, finalizing: 'ignore', deadline: giveUpGo, split: 'impossible', reopen: 'impossible', moved: 'refuse' },
  recording: { arm: 'impossible', go: 'impossible', pause: pause,   resume: 'impossible', finish: finish, armed: 'ignore', recording: nameFiles, paused: restLate, idle: quitTake, finalizing: 'ignore', deadline: 'impossible', split: split, reopen: reopen, moved: moveOn },
  splitting: { arm: 'impossible', go: 'impossible', pause: pause,   resume: 'impossible', finish: finish, armed: 'ignore', recording: nameFiles, paused: restLate, idle: quitTake, finalizing: 'ignore', deadline: giveUpSplit, split: 'impossible', reopen: 'impossible', moved: moveOn },
  pausing:   { arm: 'impossible', go: 'impossible', pause: 'impossible', resume: 'impossible', finish: finish, armed: 'ignore', recording: 'ignore', paused: rest, idle: quitTake, finalizing: 'ignore', deadline: giveUpPause, split: 'impossible', reopen: 'impossible', moved: moveOn },
  paused:    { arm: 'impossible', go: 'impossible', pause: 'impossible', resume: resume, finish: finish,  armed: 'ignore', recording: rise,    paused: 'ignore', idle: quitTake, finalizing: 'ignore', deadline: 'impossible', split: 'impossible', reopen: 'impossible', moved: moveOn },
  resuming:  { arm: 'impossible', go: 'impossible', pause: 'impossible', resume: 'impossible', finish: finish, armed: 'ignore', recording: rise, paused: 'ignore', idle: quitTake, finalizing: 'ignore', deadline: giveUpResume, split: 'impossible', reopen: 'impossible', moved: moveOn },
  finishing: { arm: 'impossible', go: 'impossible', pause: 'impossible', resume: 'impossible', finish: 'ignore', armed: nameLate, recording: 'ignore', paused: 'ignore', idle: done, finalizing: extend, deadline: force, split: 'impossible', reopen: 'impossible', moved: moveOn },
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
  take: In<'recording' | 'splitting'>,
  event: On<'recording'>,
): void {
  const { trial, segment } = take;
  const { files } = event.said;
  clearReported(turn, module);
  if (files.length > 0) note(turn, { is: 'files', trial, segment, module: module.name, files });
}

function pause(turn: Turn, module: Module, take: In<'recording' | 'splitting'>): void {
  const { trial, segment, proven } = take;
  const deadline = deadlineIn(turn.now, module.spec.armMs);
  setTake(turn, module.name, { name: 'pausing', trial, segment, proven, deadline });
  tell(turn, module, { do: 'pause' });
}

/** Nothing grows in a pause, and nothing is wrong with that. */
function rest(turn: Turn, module: Module, take: In<'pausing' | 'recording' | 'splitting'>): void {
  const { trial, segment, proven } = take;
  clear(turn, module.name, ['no-record']);
  endWatch(turn, module);
  setTake(turn, module.name, { name: 'paused', trial, segment, proven });
}

/** It had been given up, and has paused after all. */
function restLate(turn: Turn, module: Module, take: In<'recording' | 'splitting'>): void {
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
  clear(turn, module.name, ['no-record']);
  clearReported(turn, module);
  patchModule(turn, module.name, { watch: unwatched });
  setTake(turn, module.name, { name: 'recording', trial, segment, proven: false, since });
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
  endWatch(turn, module);
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
