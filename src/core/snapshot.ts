import type { Facts, GroupRecord, ModuleRecord, RigRecord } from '../protocol/snapshot.ts';
import type { Status } from '../protocol/vocabulary.ts';
import { healthOf, stageOf, stateOf } from './facts.ts';
import { scheduledRecord } from './scheduled.ts';
import type { Module, RigState } from './state.ts';
import { groupNames, groupStatuses, rigStateOf, rigStatus } from './status.ts';
import { instantOf, iso } from './time.ts';
import { openTrial } from './trial.ts';
import { wantedModules } from './turn.ts';

/** The published entities of a state: what every observer and every client sees. Pure, and the same for the same state. */
export function factsOf(state: RigState): Facts {
  const statuses = groupStatuses(state);
  const groups = groupNames(state).map((name): [string, GroupRecord] => [
    name,
    { status: statuses[name] ?? 'off', modules: membersOf(state, name) },
  ]);
  const modules = Object.values(state.modules).map((module): [string, ModuleRecord] => [
    module.name,
    moduleRecord(module),
  ]);
  return {
    rig: rigRecord(state, statuses),
    groups: Object.fromEntries(groups),
    modules: Object.fromEntries(modules),
  };
}

function membersOf(state: RigState, group: string): string[] {
  return Object.values(state.modules)
    .filter((module) => module.spec.group === group)
    .map((module) => module.name);
}

function moduleRecord(module: Module): ModuleRecord {
  const { life } = module;
  const stage = stageOf(life);
  return {
    desired: module.desired,
    state: stateOf(module),
    phase: stage.phase,
    phaseSince: stage.until?.since ?? null,
    phaseUntil: stage.until?.at ?? null,
    phaseEta: etaOf(module),
    health: healthOf(module),
    required: module.spec.required,
    group: module.spec.group,
    pid: 'pid' in life ? life.pid : null,
    run: module.runs,
    startedAt: 'startedAt' in life ? life.startedAt : null,
    stateSince: module.stateSince,
    restarts: module.restarts,
    retryAt: life.name === 'crashed' ? (life.retry?.at ?? null) : null,
    evidence: module.counters,
    problem: module.problems.at(-1) ?? null,
    lastProblem: module.lastProblem,
    detail: module.detail,
    can: module.can,
    version: module.version,
  };
}

/** What a module that finishes its files said last about how long that takes, counted from when it said it. */
function etaOf({ life }: Module): string | null {
  if (life.name !== 'up' || life.take.name !== 'finishing') return null;
  const { etaMs, deadline } = life.take;
  return etaMs === null || etaMs === 0 ? null : iso(instantOf(deadline.since) + etaMs);
}

/** @param statuses of the groups of the same state */
export function rigRecord(
  state: RigState,
  statuses: Readonly<Record<string, Status>> = groupStatuses(state),
): RigRecord {
  // While it is being closed it is over: a daemon that is killed now must not make its successor go on with it.
  const trial = state.recording.name === 'closing' ? null : openTrial(state.recording);
  return {
    name: state.spec.name,
    status: rigStatus(state, statuses),
    desired: state.desired,
    state: rigStateOf(state),
    session: state.session,
    trial:
      trial === null
        ? null
        : {
            number: trial.number,
            label: trial.label,
            startedAt: trial.startedAt,
            segment: trial.segment,
            partial: trial.partial,
            startedMonoMs: trial.startedMonoMs,
            pausedMs: trial.pausedMs,
            pausedSinceMonoMs: trial.pausedSinceMonoMs,
            nextSegmentMs: trial.nextSegmentMs,
          },
    scheduled: scheduledRecord(state),
    problems: state.problems,
    waitingFor: waitingFor(state),
    until: untilOf(state),
    startup: state.startup,
    lastMarker: state.lastMarker,
  };
}

function waitingFor(state: RigState): string[] {
  const names = (modules: readonly Module[]) => modules.map((module) => module.name);
  switch (state.recording.name) {
    case 'arming':
      return names(wantedModules(state).filter((module) => takeName(module) !== 'armed'));
    case 'going':
      return names(wantedModules(state).filter((module) => takeName(module) === 'going'));
    case 'recording':
      // After a restart of the machine: nobody is back in the trial yet.
      return rigStateOf(state) === 'arming' ? names(wantedModules(state)) : [];
    case 'calling-off':
    case 'stopping':
      return names(Object.values(state.modules).filter((one) => takeName(one) === 'finishing'));
    default:
      return [];
  }
}

function takeName({ life }: Module): string | null {
  return life.name === 'up' ? life.take.name : null;
}

function untilOf({ recording }: RigState): string | null {
  if (recording.name === 'arming') return recording.until.at;
  if (recording.name === 'idle') return recording.retry?.deadline.at ?? null;
  return 'deadline' in recording ? recording.deadline.at : null;
}
