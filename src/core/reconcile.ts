import { invariant } from './assert.ts';
import { settlePending } from './goals.ts';
import { beginStop, isWanted } from './ladder.ts';
import { hasArrivedOrFailed, stepLife } from './life.ts';
import { own } from './own.ts';
import { stepRecording } from './recording.ts';
import { passScheduled } from './scheduled.ts';
import type { ErrorWatch, Life, Module } from './state.ts';
import { groupStatuses, rigStatus } from './status.ts';
import { settleNext } from './succession.ts';
import { stepTake } from './take.ts';
import { deadlineIn } from './time.ts';
import {
  clear,
  journal,
  moduleOf,
  patchModule,
  raise,
  refusal,
  setLife,
  type Turn,
  wantedModules,
} from './turn.ts';

/** Brings what is and what is wanted together: the only place where the two are compared, after every input. */
export function settle(turn: Turn): void {
  // Each round moves something one phase on, and phases are few: a rig that does not come to rest is a mistake of ours.
  for (let round = 0; round < 20; round++) {
    const before = turn.state;
    for (const name of Object.keys(turn.state.modules)) settleModule(turn, name);
    settleSessionAsk(turn);
    passScheduled(turn);
    stepRecording(turn, { type: 'settle' });
    settlePending(turn);
    if (turn.state === before) {
      settleErrors(turn);
      settleStartup(turn);
      settleNothing(turn);
      return;
    }
  }
  invariant(false, 'the rig comes to rest');
}

/** The recordings folder answers by itself within its own time; this is the net under that. */
function settleSessionAsk(turn: Turn): void {
  const { sessionAsk } = turn.state;
  if (sessionAsk === null || sessionAsk.over) return;
  if (sessionAsk.deadline.monoMs > turn.now.monoMs) return;
  const late = refusal('recordings-folder', 'The recordings disk does not answer.', null);
  turn.state = { ...turn.state, sessionAsk: { ...sessionAsk, over: true, refusal: late } };
}

function settleModule(turn: Turn, name: string): void {
  if (!settleNext(turn, name)) return;
  noteTried(turn, name);
  const module = moduleOf(turn, name);
  const { life } = module;
  if (life.name === 'up' && life.ending !== null) return windUp(turn, module, life);
  if (!isWanted(module)) {
    if (!isHeldUp(turn, module)) stepLife(turn, name, { type: 'stop' });
    return;
  }
  if (life.name === 'off' || life.name === 'waiting') stepLife(turn, name, { type: 'start' });
  leaveForeignTrial(turn, module);
}

/** On its way out: what it has open is finished first. */
function windUp(turn: Turn, module: Module, life: Extract<Life, { readonly name: 'up' }>): void {
  if (life.take.name !== 'idle') stepTake(turn, module.name, { type: 'finish' });
  else if (life.ending === 'error') giveUp(turn, module, life);
  else if (life.ending !== null) beginStop(turn, module, life.ending);
}

/** It has finished, as well as it could, and says that it cannot go on. */
function giveUp(turn: Turn, { name }: Module, life: Extract<Life, { readonly name: 'up' }>): void {
  const { run, pid, startedAt, readyMonoMs } = life;
  setLife(turn, name, { name: 'error', run, pid, startedAt, readyMonoMs, recoverable: false });
}

function noteTried(turn: Turn, name: string): void {
  const module = moduleOf(turn, name);
  const failed = module.life.name === 'stopping' && module.life.why === 'start-timeout';
  if (module.tried || !(failed || hasArrivedOrFailed(module))) return;
  patchModule(turn, name, { tried: true });
}

/** In the controlled stop a module is kept until those that come after it are gone. */
function isHeldUp(turn: Turn, module: Module): boolean {
  if (!module.closed) return false;
  return Object.values(turn.state.modules).some(
    (other) => other.spec.after.includes(module.name) && hasProcess(other) && mayEnd(other),
  );
}

/** One that even SIGKILL did not end is not waited for. */
function mayEnd(module: Module): boolean {
  return module.life.name !== 'stopping' || module.life.rung !== 'immortal';
}

export function hasProcess({ life }: Module): boolean {
  return ['starting', 'up', 'stopping', 'error'].includes(life.name);
}

/** A module that is open for a trial which is not the rig's (any more) finishes. */
function leaveForeignTrial(turn: Turn, { name, life }: Module): void {
  if (life.name !== 'up' || life.take.name === 'idle' || life.take.name === 'finishing') return;
  const { recording } = turn.state;
  const trial = 'trial' in recording ? recording.trial : null;
  const number = typeof trial === 'object' ? trial?.number : trial;
  if (number !== life.take.trial) stepTake(turn, name, { type: 'finish' });
}

/** After this long outside `error`, entering it again gives one more retry at once. */
const calmMs = 60_000;

/** A group or rig that enters `error` has its modules retried at once instead of after their back-off, once. */
function settleErrors(turn: Turn): void {
  const groups = groupStatuses(turn.state);
  const statuses = { ...groups, '': rigStatus(turn.state, groups) };
  for (const [key, status] of Object.entries(statuses)) {
    const before = own(turn.state.errors, key);
    const inside = status === 'error';
    if (before !== undefined && before.inside === inside) continue;
    const outside = before?.outsideSinceMonoMs ?? turn.now.monoMs;
    const calm = turn.now.monoMs - outside >= calmMs;
    const retries = inside && (before?.retried !== true || calm);
    const watch: ErrorWatch = {
      inside,
      outsideSinceMonoMs: inside ? outside : turn.now.monoMs,
      retried: retries || before?.retried === true,
    };
    turn.state = { ...turn.state, errors: { ...turn.state.errors, [key]: watch } };
    if (retries) retryAll(turn, key);
  }
}

function retryAll(turn: Turn, group: string): void {
  for (const module of Object.values(turn.state.modules)) {
    if (group !== '' && module.spec.group !== group) continue;
    if (module.life.name !== 'crashed' || module.life.retry === null) continue;
    setLife(turn, module.name, { ...module.life, retry: deadlineIn(turn.now, 0) });
  }
}

/** Everything was switched off under a recording: a wish of people, and most likely not what they meant. */
function settleNothing(turn: Turn): void {
  const { recording, problems } = turn.state;
  const code = 'nothing-records';
  const isSo = recording.name === 'recording' && wantedModules(turn.state).length === 0;
  if (!isSo) return clear(turn, null, [code]);
  if (problems.some((problem) => problem.code === code)) return;
  const message = 'The rig shall record, but every module is switched off.';
  raise(turn, null, { code, message, remedy: 'Enable a module, or stop: rigdeck record stop' });
}

function settleStartup(turn: Turn): void {
  if (turn.state.startup === 'complete') return;
  const open = Object.values(turn.state.modules).some(
    (module) => isWanted(module) && !module.tried,
  );
  if (open) return;
  turn.state = { ...turn.state, startup: 'complete' };
  journal(turn, 'startup-complete', null, 'Every wanted module is ready or has failed.');
}
