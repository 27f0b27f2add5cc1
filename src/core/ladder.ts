import { assertNever } from './assert.ts';
import type { Life, Module, Rung, StopReason } from './state.ts';
import { type Deadline, deadlineIn } from './time.ts';
import { moduleOf, raise, setLife, type Turn } from './turn.ts';
import * as words from './words.ts';

/** The stop ladder: quit, SIGINT, SIGTERM, SIGKILL, each to the whole process group, each with its budget. */

/** A module with nothing open gets this long to quit by itself, at most. */
const quitMs = 5_000;
/** Between one signal and the next, at most. */
const signalMs = 3_000;
/** How often a process that survives SIGKILL is tried again. */
const immortalMs = 5_000;

/** Whether the module should have a process: it is wanted, and nothing holds it down. */
export function isWanted(module: Module): boolean {
  return module.desired === 'on' && !module.closed;
}

/** Begins to end the process: with words where it listens, with a signal where it does not. */
export function beginStop(turn: Turn, module: Module, why: StopReason): void {
  const { life } = module;
  if (life.name !== 'starting' && life.name !== 'up' && life.name !== 'error') return;
  const deaf = life.name === 'starting' || why === 'not-stopped' || why === 'stalled';
  climb(turn, module, life, deaf ? 'SIGINT' : 'quit', why);
}

/** The rung's budget is spent: the next one. */
export function escalate(
  turn: Turn,
  module: Module & { readonly life: Extract<Life, { readonly name: 'stopping' }> },
): void {
  const { life } = module;
  if (nextRung(life.rung) === 'immortal') raise(turn, module.name, words.immortal(module));
  climb(turn, moduleOf(turn, module.name), life, nextRung(life.rung), life.why);
}

type Living = Extract<Life, { readonly name: 'starting' | 'up' | 'error' | 'stopping' }>;

function climb(turn: Turn, module: Module, life: Living, rung: Rung, why: StopReason): void {
  const { run, pid, startedAt, readyMonoMs } = life;
  const deadline = budget(turn, module, rung);
  const next = { name: 'stopping', run, pid, startedAt, readyMonoMs, rung, deadline, why } as const;
  setLife(turn, module.name, next);
  if (rung === 'quit') {
    turn.effects.push({ type: 'tell', module: module.name, run, command: { do: 'quit' } });
  } else {
    const signal = rung === 'immortal' ? 'SIGKILL' : rung;
    turn.effects.push({ type: 'signal', module: module.name, run, signal });
  }
}

function nextRung(rung: Rung): Rung {
  switch (rung) {
    case 'quit':
      return 'SIGINT';
    case 'SIGINT':
      return 'SIGTERM';
    case 'SIGTERM':
      return 'SIGKILL';
    case 'SIGKILL':
    case 'immortal':
      return 'immortal';
    default:
      return assertNever(rung);
  }
}

function budget(turn: Turn, module: Module, rung: Rung): Deadline {
  const { stopMs } = module.spec;
  if (rung === 'SIGKILL' || rung === 'immortal') return deadlineIn(turn.now, immortalMs);
  return deadlineIn(turn.now, Math.min(stopMs, rung === 'quit' ? quitMs : signalMs));
}
