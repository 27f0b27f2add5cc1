import type { RigState as PublishedRigState, Status } from '../protocol/vocabulary.ts';
import { healthOf, stateOf } from './facts.ts';
import { type RollupFact, type RollupWish, rollup, rollupGroups } from './rollup.ts';
import type { Module, RigState } from './state.ts';
import { wantedModules } from './turn.ts';

/** The status of each group and of the rig. */

export function groupNames(state: RigState): string[] {
  return [...new Set(Object.values(state.modules).map((module) => module.spec.group))];
}

export function groupStatuses(state: RigState): Record<string, Status> {
  const wanted = wantedModules(state);
  return Object.fromEntries(
    groupNames(state).map((name) => {
      const members = wanted.filter((module) => module.spec.group === name);
      return [name, rollup(members.map(factOf), wishOf(state))];
    }),
  );
}

/** @param groups of the same state */
export function rigStatus(state: RigState, groups: Readonly<Record<string, Status>>): Status {
  const whole = rollup(wantedModules(state).map(factOf), wishOf(state));
  return rollupGroups(Object.values(groups), whole);
}

function factOf(module: Module): RollupFact {
  const { required } = module.spec;
  return { state: stateOf(module), health: healthOf(module), required };
}

function wishOf(state: RigState): RollupWish {
  return { desired: state.desired, command: commandOf(state) };
}

/** The record command that is under way, if any. */
function commandOf({ recording, startup }: RigState): RollupWish['command'] {
  switch (recording.name) {
    case 'preparing':
    case 'arming':
    case 'going':
    case 'resuming':
      return 'arming';
    case 'calling-off':
    case 'stopping':
    case 'closing':
      return 'stopping';
    case 'recording':
      // After a restart of the rig the modules are on their way back into the trial.
      return recording.trial.resumed && startup === 'pending' ? 'arming' : 'none';
    default:
      return 'none';
  }
}

/** What the rig's recording is doing, as it is published. It is `recording` only while some module records. */
export function rigStateOf(state: RigState): PublishedRigState {
  const { recording } = state;
  switch (recording.name) {
    case 'idle':
      return 'idle';
    case 'preparing':
    case 'arming':
    case 'going':
      return 'arming';
    case 'recording':
    case 'pausing':
      return someRecords(state) ? 'recording' : 'arming';
    case 'paused':
    case 'resuming':
      return 'paused';
    default:
      return 'stopping';
  }
}

function someRecords(state: RigState): boolean {
  return Object.values(state.modules).some((module) =>
    ['recording', 'paused'].includes(stateOf(module)),
  );
}
