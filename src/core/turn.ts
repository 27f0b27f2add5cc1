import type { Exit, Problem, ProblemCode, Refusal, RefusalReason } from '../protocol/problem.ts';
import { invariant } from './assert.ts';
import type { Effect, PlainCommand } from './effect.ts';
import type { Fault } from './input.ts';
import type { Life, Module, RigState } from './state.ts';
import type { Take } from './take-state.ts';
import { iso, type Now } from './time.ts';

/** One step in the making: the state so far and what is to be done. Lives for one input and never leaves the core. */
export type Turn = {
  state: RigState;
  readonly now: Now;
  readonly effects: Effect[];
  readonly actor: string;
  readonly cause: string;
};

export function moduleOf(turn: Turn, name: string): Module {
  const module = turn.state.modules[name];
  invariant(module !== undefined, `module ${name} exists`);
  return module;
}

export function setModule(turn: Turn, module: Module): void {
  turn.state = { ...turn.state, modules: { ...turn.state.modules, [module.name]: module } };
}

export function patchModule(turn: Turn, name: string, patch: Partial<Module>): Module {
  const module = { ...moduleOf(turn, name), ...patch };
  setModule(turn, module);
  return module;
}

export function setLife(turn: Turn, name: string, life: Life): void {
  patchModule(turn, name, { life });
}

/** Changes what an `up` module is doing for the recording. */
export function setTake(turn: Turn, name: string, take: Take): void {
  const { life } = moduleOf(turn, name);
  invariant(life.name === 'up', `${name} is up`);
  setLife(turn, name, { ...life, take });
}

/** Gives a module that is up a command. */
export function tell(turn: Turn, { name, life }: Module, command: PlainCommand): void {
  invariant(life.name === 'up', `${name} is up`);
  turn.effects.push({ type: 'tell', module: name, run: life.run, command });
}

export function nextAsk(turn: Turn): number {
  turn.state = { ...turn.state, asks: turn.state.asks + 1 };
  return turn.state.asks;
}

export function journal(turn: Turn, name: string, module: string | null, message: string): void {
  turn.effects.push({ type: 'journal', name, module, message });
}

/** After so many oddities of a module only every thousandth is written down: no module fills a disk by talking nonsense. */
const journalledOddities = 100;

/** The world said something that does not fit: counted and journalled, nothing else. */
export function notFitting(turn: Turn, module: Module, message: string): void {
  const oddities = module.oddities + 1;
  patchModule(turn, module.name, { oddities });
  if (oddities > journalledOddities && oddities % 1_000 !== 0) return;
  journal(turn, 'refused-move', module.name, message);
}

/** Begins or repeats a problem. A new text under the same code counts up and is the one that is shown. */
export function raise(turn: Turn, name: string | null, fault: Fault): void {
  const at = iso(turn.now.wallMs);
  if (name === null) {
    const problems = withProblem(turn.state.problems, fault, at);
    turn.state = { ...turn.state, problems };
    return;
  }
  const module = moduleOf(turn, name);
  const problems = withProblem(module.problems, fault, at);
  patchModule(turn, name, { problems, lastProblem: problems.at(-1) ?? null });
}

/** Warnings that are shown only while nothing worse is wrong: they hide no problem. */
const mild: readonly ProblemCode[] = ['gauge'];

// One problem a code; the newest is the last. Codes are a closed union, so the list is short.
function withProblem(problems: readonly Problem[], fault: Fault, at: string): Problem[] {
  const before = problems.find((problem) => problem.code === fault.code);
  const rest = problems.filter((problem) => problem !== before);
  const count = (before?.count ?? 0) + 1;
  const problem = Object.freeze({ ...fault, count, firstAt: before?.firstAt ?? at, lastAt: at });
  return mild.includes(fault.code) ? [problem, ...rest] : [...rest, problem];
}

/** Ends problems. `lastProblem` stays. */
export function clear(turn: Turn, name: string | null, codes: readonly ProblemCode[]): void {
  const keep = (problem: Problem) => !codes.includes(problem.code);
  if (name === null) {
    if (!turn.state.problems.every(keep)) {
      turn.state = { ...turn.state, problems: turn.state.problems.filter(keep) };
    }
    return;
  }
  const { problems } = moduleOf(turn, name);
  if (!problems.every(keep)) patchModule(turn, name, { problems: problems.filter(keep) });
}

/** It works on: what it reported is over. One that cannot go on keeps its reason, whatever it says while it finishes. */
export function clearReported(turn: Turn, { name, life }: Module): void {
  const isEnding = life.name === 'up' && life.ending === 'error';
  if (!isEnding) clear(turn, name, ['reported']);
}

export function refusal(reason: RefusalReason, message: string, remedy: string | null): Refusal {
  return { reason, message, remedy };
}

/** Modules that people want and that nothing holds down. */
export function wantedModules(state: RigState): Module[] {
  return Object.values(state.modules).filter((module) => module.desired === 'on' && !module.closed);
}

/** The wanted modules without which a recording is not complete; if none is required, all of them. */
export function requiredModules(state: RigState): Module[] {
  const wanted = wantedModules(state);
  const required = wanted.filter((module) => module.spec.required);
  return required.length > 0 ? required : wanted;
}

/** How long the slowest wanted module may take to arm, in ms. */
export function longestArm(turn: Pick<Turn, 'state'>): number {
  return Math.max(0, ...wantedModules(turn.state).map((module) => module.spec.armMs));
}

export function sayExit(exit: Exit): string {
  if (exit.signal !== null) return `was ended by ${exit.signal}`;
  if (exit.code !== null) return `ended by itself with exit code ${exit.code}`;
  return 'ended, and nobody could tell how';
}
