import { invariant } from './assert.ts';
import { settlePending } from './goals.ts';
import { beginStop, isWanted } from './ladder.ts';
import { stepLife } from './life.ts';
import { stepRecording } from './recording.ts';
import type { ErrorWatch, Module } from './state.ts';
import { groupStatuses, rigStatus } from './status.ts';
import { stepTake } from './take.ts';
import { deadlineIn } from './time.ts';
import { journal, moduleOf, patchModule, setLife, type Turn } from './turn.ts';

/** Brings what is and what is wanted together: the only place where the two are compared, after every input. */
export function settle(turn: Turn): void {
  // Each round moves something one phase on, and phases are few: a rig that does not come to rest is a mistake of ours.
  for (let round = 0; round < 20; round++) {
    const before = turn.state;
    for (const name of Object.keys(turn.state.modules)) settleModule(turn, name);
    stepRecording(turn, { type: 'settle' });
    settlePending(turn);
    if (turn.state === before) {
      settleErrors(turn);
      settleStartup(turn);
      return;
    }
  }
  invariant(false, 'the rig comes to rest');
}

function settleModule(turn: Turn, name: string): void {
  const module = moduleOf(turn, name);
  const { life } = module;
  if (!isWanted(module) && isHeldUp(turn, module)) return;
  if (isWanted(module) && !module.restartAsked) {
    if (life.name === 'off' || life.name === 'waiting') stepLife(turn, name, { type: 'start' });
    return leaveForeignTrial(turn, module);
  }
  if (life.name === 'up' && life.take.name !== 'idle') stepTake(turn, name, { type: 'finish' });
  else if (module.restartAsked) stepRestart(turn, module);
  else stepLife(turn, name, { type: 'stop' });
}

function stepRestart(turn: Turn, module: Module): void {
  if (module.life.name === 'up') beginStop(turn, module, 'restart');
  else patchModule(turn, module.name, { restartAsked: false });
}

/** In the controlled stop a module is kept until those that come after it are gone. */
function isHeldUp(turn: Turn, module: Module): boolean {
  if (!module.closed) return false;
  return Object.values(turn.state.modules).some(
    (other) => other.spec.after.includes(module.name) && hasProcess(other),
  );
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
  const statuses = { ...groupStatuses(turn.state), '': rigStatus(turn.state) };
  for (const [key, status] of Object.entries(statuses)) {
    const before = turn.state.errors[key];
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

function settleStartup(turn: Turn): void {
  if (turn.state.startup === 'complete') return;
  const open = Object.values(turn.state.modules).some(
    (module) => isWanted(module) && !isReadyOrFailed(module),
  );
  if (open) return;
  turn.state = { ...turn.state, startup: 'complete' };
  journal(turn, 'startup-complete', null, 'Every wanted module is ready or has failed.');
}

function isReadyOrFailed({ life, failures }: Module): boolean {
  return failures > 0 || ['up', 'error', 'failed', 'crashed'].includes(life.name);
}
