import { endWatch } from './health.ts';
import { beginStop } from './ladder.ts';
import type { Module } from './state.ts';
import type { InTrial, TakeIn, TakeOn } from './take-state.ts';
import { deadlineIn, iso } from './time.ts';
import { leaveTrial, nameArmed, note, openTrial } from './trial.ts';
import { clear, moduleOf, raise, setTake, type Turn, tell } from './turn.ts';
import * as words from './words.ts';

/** How a take ends: the module is told to finish its files, and gets more time as long as it makes progress. */

type Finishing = TakeIn<'finishing'>;

/** @param recorded what it has confirmed; @param why it comes back at once with `next-segment` */
export function finishing(
  turn: Turn,
  module: Module,
  take: InTrial,
  recorded: Finishing['recorded'],
  why: Finishing['why'] = 'asked',
): void {
  setTake(turn, module.name, {
    name: 'finishing',
    trial: take.trial,
    segment: take.segment,
    deadline: deadlineIn(turn.now, module.spec.stopMs),
    recorded,
    why,
    askedAt: iso(turn.now.wallMs),
    etaMs: null,
    bytes: module.counters.bytes,
  });
  clear(turn, module.name, ['not-split', 'taken']);
  endWatch(turn, module);
  tell(turn, module, { do: 'stop' });
}

export function letGo(turn: Turn, module: Module, take: TakeIn<'arming' | 'armed'>): void {
  finishing(turn, module, take, 'never');
}

type Begun = TakeIn<'going' | 'recording' | 'splitting' | 'pausing' | 'paused' | 'resuming'>;

export function finish(turn: Turn, module: Module, take: Begun): void {
  finishing(turn, module, take, take.name === 'going' ? 'unconfirmed' : 'confirmed');
}

/** It cannot split: it finishes its file and comes into the next segment as soon as it can. */
export function reopen(turn: Turn, module: Module, take: TakeIn<'recording'>): void {
  finishing(turn, module, take, 'confirmed', 'next-segment');
}

export function done(turn: Turn, module: Module, take: Finishing, event: TakeOn<'idle'>): void {
  const { trial, segment, recorded, why, askedAt } = take;
  const open = openTrial(turn.state.recording);
  if (recorded === 'never') nameArmed(turn, module.name, trial, event.files);
  else if (open?.number === trial && event.files.length > 0) {
    note(turn, { is: 'files', trial, segment, module: module.name, files: event.files });
  }
  const ending = module.life.name === 'up' ? module.life.ending : null;
  if (ending === 'error') {
    leaveTrial(turn, module.name, 'ended', `${module.name} reported an error`);
  } else if (ending === null && why === 'next-segment') {
    const cause = `${module.name} began a new file (segmentWithGap)`;
    leaveTrial(turn, module.name, 'reopened', cause, askedAt);
  }
  // Where it has left already, this does nothing.
  const was = ending === 'restart' ? 'was restarted: somebody asked for it' : 'was stopped';
  leaveTrial(turn, module.name, 'finished', `${module.name} ${was}`, askedAt);
  setTake(turn, module.name, { name: 'idle' });
}

/** It was told to let go before it had armed, and names now what it has made. */
export function nameLate(
  turn: Turn,
  module: Module,
  take: Finishing,
  event: TakeOn<'armed'>,
): void {
  nameArmed(turn, module.name, take.trial, event.files);
}

/** More time is given only where there is progress: a shorter ETA, or more bytes. */
export function extend(
  turn: Turn,
  module: Module,
  take: Finishing,
  event: TakeOn<'finalizing'>,
): void {
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
export function force(turn: Turn, module: Module, take: Finishing): void {
  if (take.recorded !== 'never') {
    raise(turn, module.name, words.notStopped(module));
    leaveTrial(turn, module.name, 'ended', `${module.name} did not finish its files in time`);
  } else {
    leaveTrial(turn, module.name, 'ended', `${module.name} did not let go of its device`);
  }
  beginStop(turn, moduleOf(turn, module.name), 'not-stopped');
}
