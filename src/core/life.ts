import type { Exit } from '../protocol/problem.ts';
import { invariant } from './assert.ts';
import type { Cell } from './cell.ts';
import type { Said } from './input.ts';
import { beginStop, escalate, isWanted } from './ladder.ts';
import { configurationExit, forgivenAfterMs, retryAfter } from './restart.ts';
import type { Life, Module } from './state.ts';
import { deadlineIn, iso } from './time.ts';
import { leaveTrial, rearmMs } from './trial.ts';
import { clear, journal, moduleOf, patchModule, raise, setLife, type Turn } from './turn.ts';
import * as words from './words.ts';

/**
 * The life of a module's process.
 *
 * Events from people and rules: `start` and `stop` come from reconcile.ts, where the wish is compared with what is; `restart`
 * and `retry` from people. Events from the world: `spawned` `ready` `reported` `exited`, and `deadline` when a wait is over.
 * Who interrupts what: a stop interrupts everything but another stop; a start waits until a process that is ending is gone, and
 * an enable during stopping therefore ends with a new process, never with two.
 */
export type LifeEvent =
  | { readonly type: 'start' | 'stop' | 'restart' | 'retry' | 'deadline' }
  | { readonly type: 'spawned'; readonly pid: number | null }
  | { readonly type: 'spawnFailed'; readonly message: string; readonly remedy: string }
  | { readonly type: 'ready'; readonly version: string | null; readonly can: readonly string[] }
  | { readonly type: 'reported'; readonly said: Extract<Said, { is: 'error' }> }
  | {
      readonly type: 'exited';
      readonly exit: Exit;
      readonly lastWords: readonly string[];
      readonly at: string;
    };

type LifeName = Life['name'];
type On<E extends LifeEvent['type']> = Extract<LifeEvent, { readonly type: E }>;
type In<P extends LifeName> = Module & { readonly life: Extract<Life, { readonly name: P }> };
type Do<P extends LifeName, E extends LifeEvent['type']> = (
  turn: Turn,
  module: In<P>,
  event: On<E>,
) => void;
type Table = {
  readonly [P in LifeName]: { readonly [E in LifeEvent['type']]: Cell<Do<P, E>> };
};

// biome-ignore format: read as a table
export const lifeTable: Table = {
  //          start            stop          restart          retry            spawned       spawnFailed       ready           reported          exited         deadline
  off:      { start: begin,    stop: 'ignore', restart: 'ignore', retry: 'ignore', spawned: 'refuse', spawnFailed: 'refuse', ready: 'refuse', reported: 'refuse', exited: 'refuse', deadline: 'impossible' },
  waiting:  { start: begin,    stop: rest,     restart: 'ignore', retry: 'ignore', spawned: 'refuse', spawnFailed: 'refuse', ready: 'refuse', reported: 'refuse', exited: 'refuse', deadline: 'impossible' },
  starting: { start: 'ignore', stop: quit,     restart: quitForNew, retry: 'ignore', spawned: learnPid, spawnFailed: fail,   ready: arrive,   reported: report,   exited: crash,    deadline: giveUpStart },
  up:       { start: 'ignore', stop: quit,     restart: ask,      retry: 'ignore', spawned: learnPid, spawnFailed: fail,     ready: renew,    reported: report,   exited: crash,    deadline: forgive },
  stopping: { start: 'ignore', stop: 'ignore', restart: 'ignore', retry: 'ignore', spawned: learnPid, spawnFailed: 'refuse', ready: 'ignore', reported: 'ignore', exited: end,      deadline: escalate },
  error:    { start: 'ignore', stop: quit,     restart: quitForNew, retry: quitForNew, spawned: learnPid, spawnFailed: 'refuse', ready: arrive, reported: report, exited: crash,    deadline: 'impossible' },
  failed:   { start: 'ignore', stop: rest,     restart: spawnAgain, retry: spawnAgain, spawned: 'refuse', spawnFailed: 'refuse', ready: 'refuse', reported: 'refuse', exited: 'refuse', deadline: 'impossible' },
  crashed:  { start: 'ignore', stop: rest,     restart: spawnAgain, retry: spawnAgain, spawned: 'refuse', spawnFailed: 'refuse', ready: 'refuse', reported: 'refuse', exited: 'refuse', deadline: spawnAgain },
};

/** Moves the life of one module by one event. */
export function stepLife(turn: Turn, name: string, event: LifeEvent): void {
  const module = moduleOf(turn, name);
  const cell = lifeTable[module.life.name][event.type] as Cell<Do<LifeName, LifeEvent['type']>>;
  if (cell === 'ignore') return;
  if (cell === 'refuse') {
    patchModule(turn, name, { oddities: module.oddities + 1 });
    journal(turn, 'refused-move', name, `${event.type} while ${module.life.name}`);
    return;
  }
  invariant(cell !== 'impossible', `${name}: ${event.type} while ${module.life.name}`);
  cell(turn, module, event as never);
}

/** Whether every module that this one comes after is ready or has failed, or is not wanted. */
function prerequisitesMet(turn: Turn, module: Module): boolean {
  return module.spec.after.every((name) => {
    const other = turn.state.modules[name];
    if (other === undefined || other.desired === 'off' || other.closed) return true;
    if (other.failures > 0) return true;
    return ['up', 'error', 'failed', 'crashed'].includes(other.life.name);
  });
}

function begin(turn: Turn, module: Module): void {
  if (prerequisitesMet(turn, module)) spawn(turn, module, module.restarts);
  else if (module.life.name !== 'waiting') setLife(turn, module.name, { name: 'waiting' });
}

function spawnAgain(turn: Turn, module: Module): void {
  spawn(turn, module, module.restarts + 1);
}

function spawn(turn: Turn, module: Module, restarts: number): void {
  const run = module.runs + 1;
  const startedAt = iso(turn.now.wallMs);
  const deadline = deadlineIn(turn.now, module.spec.startMs);
  patchModule(turn, module.name, {
    runs: run,
    restarts,
    life: { name: 'starting', run, pid: null, startedAt, readyMonoMs: null, deadline },
    can: [],
    version: null,
    pings: 0,
    unresponsive: false,
  });
  turn.effects.push({ type: 'spawn', module: module.name, run, restarts });
}

function rest(turn: Turn, module: Module): void {
  patchModule(turn, module.name, { life: { name: 'off' }, problems: [], restartAsked: false });
}

function learnPid(
  turn: Turn,
  module: In<'starting' | 'up' | 'stopping' | 'error'>,
  event: On<'spawned'>,
) {
  setLife(turn, module.name, { ...module.life, pid: event.pid });
}

function fail(turn: Turn, module: In<'starting' | 'up'>, event: On<'spawnFailed'>): void {
  leaveTrial(turn, module.name, 'crashed', 'its program could not be started');
  raise(turn, module.name, { code: 'cannot-start', message: event.message, remedy: event.remedy });
  setLife(turn, module.name, { name: 'failed' });
}

/** It can be told to record: what was wrong with earlier runs is over. */
function arrive(turn: Turn, module: In<'starting' | 'error'>, event: On<'ready'>): void {
  const { run, pid, startedAt } = module.life;
  const readyMonoMs = module.life.readyMonoMs ?? turn.now.monoMs;
  const forgive = module.failures > 0 ? deadlineIn(turn.now, forgivenAfterMs) : null;
  const life = {
    name: 'up',
    run,
    pid,
    startedAt,
    readyMonoMs,
    take: { name: 'idle' },
    forgive,
  } as const;
  patchModule(turn, module.name, { life, can: event.can, version: event.version });
  renew(turn, module);
}

function renew(turn: Turn, module: Module): void {
  clear(turn, module.name, [
    'exited',
    'start-timeout',
    'bad-configuration',
    'cannot-start',
    'reported',
    'not-armed',
    'no-record',
    'stalled',
  ]);
}

/** It said `error`. One that records on is believed as long as its evidence rises. */
function report(turn: Turn, module: In<'starting' | 'up' | 'error'>, event: On<'reported'>): void {
  const { message, remedy, recoverable } = event.said;
  raise(turn, module.name, { code: 'reported', message: `${module.name}: ${message}`, remedy });
  const { life } = moduleOf(turn, module.name) as typeof module;
  if (life.name === 'up') {
    const { take } = life;
    if (take.name === 'finishing' || ('proven' in take && recoverable)) return;
    leaveTrial(turn, module.name, 'ended', `it reported: ${message}`);
    // It could not arm this time; its device may be there the next time it is asked.
    if (take.name !== 'idle' && recoverable) {
      patchModule(turn, module.name, { rearmMonoMs: turn.now.monoMs + rearmMs });
      return;
    }
  }
  const { run, pid, startedAt, readyMonoMs } = life;
  setLife(turn, module.name, { name: 'error', run, pid, startedAt, readyMonoMs, recoverable });
}

function crash(turn: Turn, module: In<'starting' | 'up' | 'error'>, event: On<'exited'>): void {
  const problem =
    event.exit.code === configurationExit
      ? words.badConfiguration(module, event.exit, event.lastWords)
      : words.exitedFault(module, event.exit, event.lastWords);
  leaveTrial(turn, module.name, 'crashed', `${module.name} ${problem.message}`, event.at);
  if (!isWanted(module)) return rest(turn, module);
  raise(turn, module.name, problem);
  setCrashed(turn, module, event.exit, module.life.readyMonoMs);
}

function setCrashed(turn: Turn, module: Module, exit: Exit, readyMonoMs: number | null): void {
  if (exit.code === configurationExit) return setLife(turn, module.name, { name: 'failed' });
  const ranMs = readyMonoMs === null ? 0 : turn.now.monoMs - readyMonoMs;
  const seed = `${module.name} ${module.runs}`;
  const retry = retryAfter(module.spec.restart, module.failures, exit, ranMs, seed);
  if (retry.delayMs === null) raise(turn, module.name, words.notRetried(module, exit));
  patchModule(turn, module.name, {
    failures: retry.failures,
    life: {
      name: 'crashed',
      retry: retry.delayMs === null ? null : deadlineIn(turn.now, retry.delayMs),
      exit,
    },
  });
}

/** A process that was told to end has ended. What follows hangs on why, and on what is wanted by now. */
function end(turn: Turn, module: In<'stopping'>, event: On<'exited'>): void {
  const { why, readyMonoMs } = module.life;
  if (!isWanted(module)) return rest(turn, module);
  if (why === 'start-timeout' || why === 'stalled') {
    return setCrashed(turn, module, { ...event.exit, code: null }, readyMonoMs);
  }
  spawn(turn, module, why === 'wish' ? module.restarts : module.restarts + 1);
}

function quit(turn: Turn, module: In<'starting' | 'up' | 'error'>): void {
  beginStop(turn, module, 'wish');
}

function quitForNew(turn: Turn, module: In<'starting' | 'error'>): void {
  beginStop(turn, module, 'restart');
}

function ask(turn: Turn, module: Module): void {
  patchModule(turn, module.name, { restartAsked: true });
}

function giveUpStart(turn: Turn, module: In<'starting'>): void {
  raise(turn, module.name, words.startTimeout(module));
  beginStop(turn, module, 'start-timeout');
}

function forgive(turn: Turn, module: In<'up'>): void {
  patchModule(turn, module.name, { failures: 0, life: { ...module.life, forgive: null } });
}
