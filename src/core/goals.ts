import { assertNever } from './assert.ts';
import type { CoreVerdict } from './effect.ts';
import { isWanted } from './ladder.ts';
import { hasArrivedOrFailed } from './life.ts';
import { own } from './own.ts';
import { stepRecording } from './recording.ts';
import type { Goal, Module, Pending, RigState } from './state.ts';
import type { Now } from './time.ts';
import { openTrial } from './trial.ts';
import { patchModule, refusal, requiredModules, type Turn } from './turn.ts';
import { sayNames } from './words.ts';

/** What those who wait are told, and when. Every wait ends: with its goal, with a refusal, or at its deadline. */

/** Answers every intent whose goal is reached or lost, whose deadline has passed, or that did not ask to wait. */
export function settlePending(turn: Turn): void {
  const waiting: Pending[] = [];
  for (const pending of turn.state.pending) {
    const verdict = verdictOf(turn, pending);
    if (verdict === null) waiting.push(pending);
    else answer(turn, pending, verdict);
  }
  if (waiting.length !== turn.state.pending.length) {
    turn.state = { ...turn.state, pending: waiting };
  }
}

function answer(turn: Turn, pending: Pending, verdict: CoreVerdict): void {
  turn.effects.push({ type: 'answer', id: pending.id, verdict });
  const { goal, rollback, deadline } = pending;
  if (goal.of !== 'module' || rollback.to !== 'desired' || deadline === null || !verdict.ok) return;
  turn.effects.push({
    type: 'remember-wish',
    module: goal.module,
    enabled: goal.until === 'ready',
  });
}

function verdictOf(turn: Turn, pending: Pending): CoreVerdict | null {
  const reached = goalVerdict(turn.state, pending.goal, turn.now);
  if (reached !== 'waiting') return reached.ok ? { ...reached, outcome: pending.outcome } : reached;
  if (pending.deadline === null) {
    const outcome = pending.outcome === 'done' ? 'accepted' : pending.outcome;
    const { goal } = pending;
    return { ok: true, outcome, ...(goal.of === 'config' && { applied: goal.applied }) };
  }
  return pending.deadline.monoMs <= turn.now.monoMs ? timedOut(turn, pending) : null;
}

type Reached = CoreVerdict | 'waiting';
const done = { ok: true, outcome: 'done' } as const;

/** Whether what was wished has come true. Pure: the state says it all. */
function goalVerdict(state: RigState, goal: Goal, now: Now): Reached {
  switch (goal.of) {
    case 'module':
      return moduleVerdict(own(state.modules, goal.module), goal);
    case 'start':
      return startVerdict(state, goal.generation, now);
    case 'stop':
      return stopVerdict(state, goal.generation);
    case 'pause':
      return pauseVerdict(state);
    case 'resume':
      return resumeVerdict(state);
    case 'session':
      return sessionVerdict(state, goal.ask);
    case 'config':
      return configVerdict(state, goal);
    default:
      return assertNever(goal);
  }
}

type ConfigGoal = Extract<Goal, { readonly of: 'config' }>;

function configVerdict(state: RigState, goal: ConfigGoal): Reached {
  const { applied } = goal;
  if (underWay(state, goal).length > 0) return 'waiting';
  const failed = goal.starting.flatMap((name) => whyDown(own(state.modules, name)));
  const left = applied.removed.filter((name) => own(state.modules, name)?.next === 'leaves');
  const still = left.map((name) => `${name} does not end`);
  const partly = [...failed, ...still].join('; ');
  return { ...done, applied, ...(partly !== '' && { partly }) };
}

/** Who of the modules that a configuration starts or removes is on its way. Nobody waits for one that even SIGKILL did not end. */
function underWay({ modules }: RigState, { applied, starting }: ConfigGoal): string[] {
  return [...starting, ...applied.removed].filter((name) => {
    const module = own(modules, name);
    if (
      module === undefined ||
      (module.life.name === 'stopping' && module.life.rung === 'immortal')
    )
      return false;
    if (module.next !== null) return true;
    return starting.includes(name) && isWanted(module) && !hasArrivedOrFailed(module);
  });
}

function whyDown(module: Module | undefined): string[] {
  if (module === undefined || !isWanted(module) || module.life.name === 'up') return [];
  return [module.problems.at(-1)?.message ?? `${module.name} does not run`];
}

function moduleVerdict(
  module: Module | undefined,
  goal: Extract<Goal, { readonly of: 'module' }>,
): Reached {
  // It has left the rig meanwhile.
  if (module === undefined && goal.until === 'off') return done;
  if (module === undefined) return { ok: false, refusal: calledOff(goal.module) };
  const wants = goal.until === 'ready' ? 'on' : 'off';
  if (module.desired !== wants || module.closed) {
    return { ok: false, refusal: calledOff(module.name) };
  }
  if (goal.until === 'off') return module.life.name === 'off' ? done : 'waiting';
  const { life } = module;
  const isReady = life.name === 'up' && life.ending === null;
  return isReady && module.runs > goal.newerThan ? done : 'waiting';
}

function calledOff(name: string) {
  return refusal(
    'called-off',
    `Somebody else changed the wish for ${name} meanwhile.`,
    `Who it was: rigdeck history ${name}`,
  );
}

function startVerdict(state: RigState, generation: number, now: Now): Reached {
  const { recording, lastRefusal } = state;
  if (lastRefusal?.generation === generation) return { ok: false, refusal: lastRefusal.refusal };
  if (isAhead(state, generation)) return 'waiting';
  const trial = openTrial(recording);
  const isOver = recording.name === 'stopping' || recording.name === 'closing';
  if (trial?.generation !== generation || isOver) return stopped;
  const unproven = requiredModules(state).filter((module) => !isProven(module));
  if (unproven.length === 0) return done;
  return trial.proof.monoMs > now.monoMs ? 'waiting' : unprovenYet(unproven);
}

/** Whether this start is on its way, or waits for its turn or its time. */
function isAhead({ recording, next, scheduled }: RigState, generation: number): boolean {
  const present = 'start' in recording ? recording.start : null;
  const again = recording.name === 'idle' ? (recording.retry?.start ?? null) : null;
  return [present, again, next, scheduled].some((start) => start?.generation === generation);
}

function unprovenYet(unproven: readonly Module[]): CoreVerdict {
  const names = sayNames(unproven.map((module) => module.name));
  const why = unproven.flatMap(({ problems }) => problems.slice(-1).map(({ message }) => message));
  const verb = unproven.length === 1 ? 'records' : 'record';
  return { ...done, partly: [`no evidence yet that ${names} ${verb}`, ...why].join('; ') };
}

const seeHistory = 'What came between: rigdeck history';

const stopped = {
  ok: false,
  refusal: refusal('called-off', 'The recording was stopped meanwhile.', seeHistory),
} as const;

function isProven({ life }: Module): boolean {
  return life.name === 'up' && 'proven' in life.take && life.take.proven;
}

function stopVerdict(state: RigState, generation: number): Reached {
  if (isUnderWay(state, generation)) return 'waiting';
  return state.stopPartly === null ? done : { ...done, partly: state.stopPartly };
}

/** Whether what was to be stopped, nothing newer, has not come to its end. */
function isUnderWay({ recording }: RigState, generation: number): boolean {
  switch (recording.name) {
    case 'idle':
      return false;
    case 'calling-off':
    case 'stopping':
    case 'closing':
      return true;
    case 'preparing':
      return recording.calledOff !== null || recording.start.generation <= generation;
    case 'arming':
      return recording.start.generation <= generation;
    default:
      return recording.trial.generation <= generation;
  }
}

function pauseVerdict({ recording, modules }: RigState): Reached {
  if (recording.name === 'pausing') return 'waiting';
  if (recording.name !== 'paused') {
    return {
      ok: false,
      refusal: refusal('called-off', 'The recording was not paused.', seeHistory),
    };
  }
  const others = Object.values(modules).filter(
    ({ life }) => life.name === 'up' && ['recording', 'splitting'].includes(life.take.name),
  );
  if (others.length === 0) return done;
  const names = sayNames(others.map((one) => one.name));
  return { ...done, partly: `${names} still ${others.length === 1 ? 'records' : 'record'}` };
}

function resumeVerdict({ recording, modules }: RigState): Reached {
  if (recording.name === 'resuming') return 'waiting';
  if (recording.name !== 'recording') {
    return {
      ok: false,
      refusal: refusal('called-off', 'The recording was not resumed.', seeHistory),
    };
  }
  const others = Object.values(modules).filter(
    ({ life }) => life.name === 'up' && life.take.name === 'paused',
  );
  if (others.length === 0) return done;
  const names = sayNames(others.map((one) => one.name));
  return { ...done, partly: `${names} ${others.length === 1 ? 'is' : 'are'} still paused` };
}

function sessionVerdict({ sessionAsk }: RigState, ask: number): Reached {
  if (sessionAsk === null || sessionAsk.ask !== ask) return done;
  if (sessionAsk.refusal !== null) return { ok: false, refusal: sessionAsk.refusal };
  if (!sessionAsk.over) return 'waiting';
  return sessionAsk.partly === null ? done : { ...done, partly: sessionAsk.partly };
}

/** The deadline has passed: the wish is rolled back where that was promised, and the answer says which. */
function timedOut(turn: Turn, { goal, rollback }: Pending): CoreVerdict {
  if (goal.of === 'start' && !isAhead(turn.state, goal.generation)) {
    // It records: what is missing is only the proof.
    return unprovenYet(requiredModules(turn.state).filter((module) => !isProven(module)));
  }
  switch (rollback.to) {
    case 'nothing':
      return late(`It is still under way${waitedFor(turn.state, goal)}.`, 'See: rigdeck status');
    case 'desired':
      patchModule(turn, rollback.module, { desired: rollback.desired });
      return late(
        `${rollback.module} was not ${rollback.desired === 'off' ? 'ready' : 'off'} in time; the wish is ${rollback.desired} again.`,
        `See: rigdeck logs ${rollback.module}`,
      );
    case 'call-off':
      callOffStart(turn, rollback.generation);
      return late(
        `The start took too long${waitedFor(turn.state, goal)}; it was called off.`,
        null,
      );
    default:
      return assertNever(rollback);
  }
}

function callOffStart(turn: Turn, generation: number): void {
  if (!isAhead(turn.state, generation)) return;
  const { next } = turn.state;
  if (next !== null && next.generation !== generation) return; // it ends already, and a newer wish follows it
  if (turn.state.scheduled?.generation === generation) {
    turn.state = { ...turn.state, scheduled: null };
    return;
  }
  turn.state = { ...turn.state, desired: 'idle' };
  stepRecording(turn, { type: 'stop' });
}

function late(message: string, remedy: string | null): CoreVerdict {
  return { ok: false, refusal: refusal('deadline', message, remedy) };
}

function waitedFor(state: RigState, goal: Goal): string {
  if (goal.of === 'module') return `, waiting for ${goal.module}`;
  if (goal.of === 'config') return `, waiting for ${sayNames(underWay(state, goal))}`;
  const busy = Object.values(state.modules).filter(
    ({ life }) => life.name === 'up' && 'deadline' in life.take,
  );
  return busy.length === 0 ? '' : `, waiting for ${sayNames(busy.map((one) => one.name))}`;
}
