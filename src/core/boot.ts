import type { Problem } from '../protocol/problem.ts';
import type { TrialRecord } from '../protocol/snapshot.ts';
import type { RigDesired } from '../protocol/vocabulary.ts';
import { finishedOf } from './adopted.ts';
import { assertNever } from './assert.ts';
import { stateOf } from './facts.ts';
import { unwatched } from './health.ts';
import { own } from './own.ts';
import { forgivenAfterMs } from './restart.ts';
import { resumedPause } from './running.ts';
import { dueOf } from './scheduled.ts';
import type { Adopted, Boot, BootModule, ModuleSpec } from './spec.ts';
import type { Left, Life, Module, Recording, RigState, Trial } from './state.ts';
import type { Take } from './take-state.ts';
import { deadlineIn, iso, type Now } from './time.ts';
import { requiredModules } from './turn.ts';
import { exitedFault } from './words.ts';

/** The first state of an epoch, from configuration, saved wishes and numbers, and the runs that live on. */
export function bootState(boot: Boot, now: Now): RigState {
  const { spec } = boot;
  const modules = Object.entries(boot.modules).map(([name, before]): [string, Module] => {
    const own = spec.modules[name];
    if (own === undefined) throw new Error(`${name} has no specification`);
    return [name, bootModule(name, own, before, boot.trial?.number ?? 0, now)];
  });
  const state: RigState = {
    spec,
    modules: Object.fromEntries(modules),
    desired: 'idle',
    recording: { name: 'idle', retry: null },
    scheduled: bootScheduled(boot.scheduled, now),
    next: null,
    generation: 1,
    lastRefusal: null,
    stopPartly: null,
    session: boot.session,
    sessionAsk: null,
    asks: 0,
    problems: [],
    pending: [],
    closing: 'no',
    errors: {},
    startup: 'pending',
    clients: [],
    lastMarker: null,
    gpio: {
      ...{ backend: 'none', chip: null, problem: null },
      ...{ testedBy: null, testedSinceMs: null, testedUntilMs: null, refused: null },
      ...{ buttons: {}, leds: {} },
    },
  };
  return withTrial(state, boot, now);
}

/** A start that waited for its time; one whose time went by while no daemon lived goes at once. */
function bootScheduled(wish: Boot['scheduled'], now: Now): RigState['scheduled'] {
  if (wish === null || wish.due === null) return null;
  return { generation: 1, label: wish.label, unattended: true, due: dueOf(wish.due, now) };
}

/** A module before its first step, from its specification and what is known of earlier runs. */
export function bootModule(
  name: string,
  spec: ModuleSpec,
  before: BootModule,
  trial: number,
  now: Now,
): Module {
  const { adopted } = before;
  const module: Module = {
    name,
    spec,
    next: null,
    desired: before.desired,
    closed: false,
    tried: false,
    life: bootLife(before, spec, trial, now),
    runs: before.run,
    restarts: before.restarts,
    failures: before.failures,
    can: adopted?.can ?? [],
    version: adopted?.version ?? null,
    watch: unwatched,
    pings: 0,
    unresponsive: 'no',
    counters: { bytes: 0, samples: 0, dropped: 0, files: 0, lastProgressAt: null },
    detail: null,
    rearmMonoMs: 0,
    problems: [],
    lastProblem: before.lastProblem,
    state: 'disabled',
    stateSince: iso(now.wallMs),
    transitions: [],
    oddities: 0,
  };
  const { ended } = before;
  const isMissed = ended !== null && before.desired === 'on';
  const lastProblem = isMissed ? unwatchedEnd(module, ended) : before.lastProblem;
  return { ...module, lastProblem, state: stateOf(module) };
}

function unwatchedEnd(module: Module, ended: NonNullable<BootModule['ended']>): Problem {
  const fault = exitedFault(module, ended.exit, ended.lastWords);
  return { ...fault, count: 1, firstAt: ended.at, lastAt: ended.at };
}

function bootLife(before: BootModule, spec: ModuleSpec, trial: number, now: Now): Life {
  const { adopted, lost, run } = before;
  if (adopted !== null) return adoptedLife(adopted, before, spec, trial, now);
  if (lost === null) return { name: 'off' };
  const how = { rung: 'SIGTERM', deadline: deadlineIn(now, spec.stopMs), why: 'lost' } as const;
  return { name: 'stopping', run, readyMonoMs: null, ...lost, ...how };
}

function adoptedLife(
  adopted: Adopted,
  { run, failures }: BootModule,
  spec: ModuleSpec,
  trial: number,
  now: Now,
): Life {
  const { pid, startedAt } = adopted;
  if (!adopted.ready) {
    const deadline = deadlineIn(now, spec.startMs);
    return { name: 'starting', run, pid, startedAt, readyMonoMs: null, deadline };
  }
  const take = adoptedTake(adopted, spec, trial, now);
  const forgive = failures > 0 ? deadlineIn(now, forgivenAfterMs) : null;
  const readyMonoMs = now.monoMs;
  return { name: 'up', run, pid, startedAt, readyMonoMs, take, forgive, ending: null };
}

function adoptedTake(adopted: Adopted, spec: ModuleSpec, number: number, now: Now): Take {
  const trial = adopted.trial ?? number;
  const segment = adopted.segment ?? 1;
  const proven = false;
  switch (adopted.take) {
    case 'idle':
      return { name: 'idle' };
    case 'armed':
      return adoptedArmed(trial === number ? trial : 0, segment, spec, now);
    case 'recording': {
      const { splitTo: to } = adopted;
      const recording = { name: 'recording', trial, segment, proven, since: now.monoMs } as const;
      if (to === null) return recording;
      return { ...recording, name: 'splitting', to, deadline: deadlineIn(now, spec.armMs) };
    }
    case 'paused':
      return { name: 'paused', trial, segment, proven: true };
    default: {
      const deadline = deadlineIn(now, spec.stopMs);
      const how = { recorded: 'confirmed', why: 'asked', etaMs: null, bytes: 0 } as const;
      return { name: 'finishing', trial, segment, deadline, ...how, askedAt: iso(now.wallMs) };
    }
  }
}

/** Armed for the trial that goes on, it is told to record, perhaps for the second time. Else nobody remembers its start. */
function adoptedArmed(trial: number, segment: number, spec: ModuleSpec, now: Now): Take {
  const files: readonly string[] = [];
  if (trial === 0) return { name: 'armed', trial, segment, files };
  return { name: 'going', trial, segment, files, deadline: deadlineIn(now, spec.armMs) };
}

/** Goes on with the trial that was open, closes it, or begins one: by what was wished and by who still records. */
function withTrial(state: RigState, boot: Boot, now: Now): RigState {
  if (boot.trial === null) return state;
  const { number } = boot.trial;
  const living = Object.values(state.modules).filter((module) => isInTrial(module, number));
  const mayResume = state.spec.autostart !== 'never' && boot.roomToResume;
  const wished = boot.desired !== 'idle' && mayResume;
  const trial = resumedTrial(state, boot, boot.trial, now);
  const desired = living.length > 0 || wished ? boot.desired : 'idle';
  return { ...state, desired, recording: resumedRecording(desired, trial, howLeft(living, boot)) };
}

type HowLeft = Extract<Recording, { readonly name: 'stopping' }>['left'];

/** Where nobody is in the trial any more: whether it came to its end as it was told to. */
function howLeft(living: readonly Module[], boot: Boot): HowLeft {
  if (living.length > 0) return 'watched';
  return Object.keys(finishedOf(boot)).length > 0 ? 'finished' : 'deserted';
}

/** Nobody changes the wish but people: a rig that was paused is paused, whoever is still in it. */
function resumedRecording(desired: RigDesired, trial: Trial, left: HowLeft): Recording {
  switch (desired) {
    case 'idle':
      return { name: 'stopping', trial, left };
    case 'paused':
    case 'recording':
      return { name: desired, trial };
    default:
      return assertNever(desired);
  }
}

function isInTrial({ life }: Module, trial: number): boolean {
  return life.name === 'up' && life.take.name !== 'idle' && life.take.trial === trial;
}

function resumedTrial(state: RigState, boot: Boot, open: TrialRecord, now: Now): Trial {
  const { number, label, startedAt, startedMonoMs, segment } = open;
  const joined = Object.values(state.modules).flatMap((module): [string, 'in' | Left][] => {
    if (isRecordingIn(module, number)) return [[module.name, 'in']];
    if (isUnbegun(boot, module, number)) return [[module.name, unbegun(open)]];
    return wasIn(boot, module) ? [[module.name, missingSince(boot, module)]] : [];
  });
  const required = requiredModules(state).map((module) => module.name);
  const finished = finishedOf(boot);
  const isIn = (name: string) => joined.some(([one, how]) => one === name && how === 'in');
  const lacks = required.some((name) => {
    const isExcused = boot.modules[name]?.before === 'new' || own(finished, name) !== undefined;
    return !isIn(name) && !isExcused;
  });
  return {
    number,
    label,
    startedAt,
    startedMonoMs: boot.powerLost ? Math.floor(now.monoMs) : startedMonoMs,
    ...resumedPause(boot, open, now),
    segment,
    segmentShared: false,
    given: Object.fromEntries(Object.keys(state.modules).map((name) => [name, segment])),
    generation: 0,
    partial: open.partial || lacks,
    joined: Object.fromEntries(joined),
    noted: Array.from({ length: segment }, (_, index) => index + 1),
    nextSegmentMs: nextSegmentMs(boot, open, now),
    resumed: true,
    proof: deadlineIn(now, 0),
  };
}

/** A new segment is due after as much recording as before; after a power cut after a whole one. */
function nextSegmentMs({ spec, powerLost }: Boot, open: TrialRecord, now: Now): number | null {
  const { segmentMs } = spec;
  if (segmentMs === 0) return null;
  if (powerLost) return segmentMs;
  const untilMs = open.pausedSinceMonoMs ?? Math.floor(now.monoMs);
  const longest = untilMs - open.startedMonoMs - open.pausedMs + segmentMs;
  return Math.min(open.nextSegmentMs ?? longest, longest);
}

/** It has confirmed that it records; one that was only told to go has not. */
function isRecordingIn(module: Module, trial: number): boolean {
  const take = module.life.name === 'up' ? module.life.take.name : 'idle';
  return isInTrial(module, trial) && take !== 'armed' && take !== 'going';
}

/**
 * Who never recorded in the trial joins it late, as where it is switched on meanwhile, and leaves no gap in it. A power cut may
 * have taken the word of it along.
 */
function wasIn(boot: Boot, { name }: Module): boolean {
  const before = boot.modules[name]?.before ?? 'recorded';
  return before === 'recorded' || (before === 'known' && boot.powerLost);
}

/**
 * It is armed and has not recorded in the trial yet. Files say nothing against that, as one that is armed has made its own; who is in the
 * first segment has none of an earlier one.
 */
function isUnbegun(boot: Boot, module: Module, trial: number): boolean {
  if (!isInTrial(module, trial)) return false;
  return !wasIn(boot, module) || segmentOf(module) === 1;
}

function segmentOf({ life }: Module): number | null {
  return life.name === 'up' && life.take.name !== 'idle' ? life.take.segment : null;
}

/** It was armed for the beginning of the trial, and has not confirmed it. */
function unbegun({ startedAt: from }: TrialRecord): Left {
  const cause = 'the daemon ended before it had heard that the recording began';
  return { from, reason: 'start', cause, noted: false };
}

function missingSince(boot: Boot, { name, desired }: Module): Left {
  const { ended = null, lost = null } = boot.modules[name] ?? {};
  const from = ended?.at ?? null;
  const isNone = desired === 'off' || own(finishedOf(boot), name) !== undefined;
  if (isNone) return { from: null, reason: 'resume', cause: null, noted: false };
  if (boot.powerLost) {
    const cause = 'the rig lost power or was started again';
    return { from, reason: 'power-loss', cause, noted: false };
  }
  const what = ended === null ? 'did not record any more' : 'had ended';
  const cause =
    ended === null && lost !== null
      ? `a new daemon could not take ${name} over, and ended it`
      : `${name} ${what} when a new daemon looked`;
  return { from, reason: 'daemon-restart', cause, noted: false };
}
