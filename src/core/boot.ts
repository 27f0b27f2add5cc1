import type { Problem } from '../protocol/problem.ts';
import { stateOf } from './facts.ts';
import type { Adopted, Boot, BootModule, ModuleSpec } from './spec.ts';
import type { Left, Life, Module, Recording, RigState, Take, Trial } from './state.ts';
import { deadlineIn, iso, type Now } from './time.ts';
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
    next: null,
    generation: 0,
    lastRefusal: null,
    session: boot.session,
    sessionAsk: null,
    asks: 0,
    problems: [],
    pending: [],
    closing: 'no',
    errors: {},
    startup: 'pending',
    clients: [],
    gpio: { backend: 'none', buttons: {}, leds: {} },
  };
  return withTrial(state, boot, now);
}

function bootModule(
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
    desired: before.desired,
    closed: false,
    restartAsked: false,
    life: adopted === null ? { name: 'off' } : adoptedLife(adopted, before, spec, trial, now),
    runs: before.run,
    restarts: before.restarts,
    failures: before.failures,
    can: adopted?.can ?? [],
    version: adopted?.version ?? null,
    watch: { verdict: 'unknown', bad: 0, good: 0 },
    pings: 0,
    unresponsive: false,
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
  const lastProblem =
    before.ended === null ? before.lastProblem : unwatchedEnd(module, before.ended);
  return { ...module, lastProblem, state: stateOf(module) };
}

function unwatchedEnd(module: Module, ended: NonNullable<BootModule['ended']>): Problem {
  const fault = exitedFault(module, ended.exit, ended.lastWords);
  return { ...fault, count: 1, firstAt: ended.at, lastAt: ended.at };
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
  const forgive = failures > 0 ? deadlineIn(now, 60_000) : null;
  return { name: 'up', run, pid, startedAt, readyMonoMs: now.monoMs, take, forgive };
}

function adoptedTake(adopted: Adopted, spec: ModuleSpec, number: number, now: Now): Take {
  const trial = adopted.trial ?? number;
  const segment = adopted.segment ?? 1;
  const proven = false;
  switch (adopted.take) {
    case 'idle':
      return { name: 'idle' };
    case 'armed':
      return { name: 'armed', trial: 0, segment, files: [] }; // of a start that nobody remembers
    case 'recording':
      return { name: 'recording', trial, segment, proven, since: now.monoMs };
    case 'paused':
      return { name: 'paused', trial, segment, proven: true };
    default: {
      const deadline = deadlineIn(now, spec.stopMs);
      return { name: 'finishing', trial, segment, deadline, recorded: true, etaMs: null, bytes: 0 };
    }
  }
}

/** Goes on with the trial that was open, closes it, or begins one: by what was wished and by who still records. */
function withTrial(state: RigState, boot: Boot, now: Now): RigState {
  const { autostart } = state.spec;
  const living = Object.values(state.modules).filter(isInTrial);
  const wished = boot.desired !== 'idle' && autostart !== 'never';
  if (boot.trial === null) return state;
  const trial = resumedTrial(state, boot, now);
  const desired = living.length > 0 || wished ? boot.desired : 'idle';
  const recording: Recording =
    desired === 'idle'
      ? { name: 'stopping', trial, interrupted: true }
      : { name: desired === 'paused' && living.length > 0 ? 'paused' : 'recording', trial };
  return { ...state, desired: recording.name === 'recording' ? 'recording' : desired, recording };
}

function isInTrial({ life }: Module): boolean {
  return life.name === 'up' && ['recording', 'paused'].includes(life.take.name);
}

function resumedTrial(state: RigState, boot: Boot, now: Now): Trial {
  const open = boot.trial;
  if (open === null) throw new Error('there is a trial to go on with');
  const { number, label, startedAt, startedMonoMs, segment } = open;
  const joined = Object.values(state.modules).map((module): [string, 'in' | Left] => [
    module.name,
    isInTrial(module) ? 'in' : missingSince(boot, module),
  ]);
  return {
    number,
    label,
    startedAt,
    startedMonoMs: boot.powerLost ? Math.floor(now.monoMs) : startedMonoMs,
    segment,
    segmentShared: false,
    generation: 0,
    partial: joined.some(([name, how]) => how !== 'in' && state.modules[name]?.spec.required),
    joined: Object.fromEntries(joined),
    noted: Array.from({ length: segment }, (_, index) => index + 1),
    resumed: true,
    proof: deadlineIn(now, 0),
  };
}

function missingSince(boot: Boot, { name, desired }: Module): Left {
  const from = boot.modules[name]?.ended?.at ?? null;
  const reason = boot.powerLost ? 'power-loss' : 'daemon-restart';
  if (desired === 'off') return { from: null, reason: 'resume', cause: null };
  const cause = boot.powerLost
    ? 'the rig lost power or was started again'
    : `${name} ended while no daemon watched`;
  return { from, reason, cause };
}
