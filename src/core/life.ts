import type { Exit } from '../protocol/problem.ts';
import { invariant } from './assert.ts';
import type { Cell } from './cell.ts';
import { inherit } from './inherit.ts';
import type { Fault, Said } from './input.ts';
import { beginStop, escalate, isWanted } from './ladder.ts';
import { own } from './own.ts';
import { endingOf, report } from './reported.ts';
import { configurationExit, forgivenAfterMs, retryAfter } from './restart.ts';
import type { Life, Module } from './state.ts';
import { deadlineIn, iso } from './time.ts';
import { leaveTrial } from './trial.ts';
import {
  clear,
  clearReported,
  moduleOf,
  notFitting,
  patchModule,
  raise,
  setLife,
  type Turn,
} from './turn.ts';
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
  | {
      readonly type: 'spawnFailed';
      readonly message: string;
      readonly remedy: string;
      readonly transient: boolean;
    }
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
  off:      { start: begin,    stop: 'ignore', restart: 'impossible', retry: 'impossible', spawned: 'refuse', spawnFailed: 'refuse', ready: 'refuse', reported: 'refuse', exited: 'refuse', deadline: 'impossible' },
  waiting:  { start: begin,    stop: leave,    restart: 'ignore', retry: 'impossible', spawned: 'refuse', spawnFailed: 'refuse', ready: 'refuse', reported: 'refuse', exited: 'refuse', deadline: rest },
  starting: { start: 'impossible', stop: quit,     restart: quitForNew, retry: 'impossible', spawned: learnPid, spawnFailed: fail,   ready: arrive,   reported: report,   exited: crash,    deadline: giveUpStart },
  up:       { start: 'impossible', stop: windUp,   restart: windUpForNew,    retry: 'impossible', spawned: learnPid, spawnFailed: 'impossible',     ready: repeat,   reported: report,   exited: crash,    deadline: forgive },
  stopping: { start: 'impossible', stop: 'ignore', restart: 'ignore', retry: 'impossible', spawned: learnPid, spawnFailed: neverBegan, ready: 'ignore', reported: 'ignore', exited: end,      deadline: escalate },
  error:    { start: 'impossible', stop: quit,     restart: quitForNew, retry: quitForNew, spawned: learnPid, spawnFailed: 'impossible', ready: arrive, reported: report, exited: crash,    deadline: 'impossible' },
  failed:   { start: 'impossible', stop: rest,     restart: spawnAgain, retry: spawnAgain, spawned: 'refuse', spawnFailed: 'refuse', ready: 'refuse', reported: 'refuse', exited: 'refuse', deadline: 'impossible' },
  crashed:  { start: 'impossible', stop: rest,     restart: spawnAgain, retry: spawnAgain, spawned: 'refuse', spawnFailed: 'refuse', ready: 'refuse', reported: 'refuse', exited: 'refuse', deadline: tryAgain },
};

/** Moves the life of one module by one event. */
export function stepLife(turn: Turn, name: string, event: LifeEvent): void {
  const module = moduleOf(turn, name);
  const cell = lifeTable[module.life.name][event.type] as Cell<Do<LifeName, LifeEvent['type']>>;
  if (cell === 'ignore') return;
  if (cell === 'refuse') {
    return notFitting(turn, module, `${event.type} while ${module.life.name}`);
  }
  invariant(cell !== 'impossible', `${name}: ${event.type} while ${module.life.name}`);
  cell(turn, module, event as never);
}

/** Whether every module that this one comes after is ready or has failed, or is not wanted. */
function prerequisitesMet(turn: Turn, module: Module): boolean {
  return module.spec.after.every((name) => {
    const other = own(turn.state.modules, name);
    if (other === undefined || other.desired === 'off' || other.closed) return true;
    return hasArrivedOrFailed(other);
  });
}

/** Ready, or failed for now: nobody need wait for it any longer. */
export function hasArrivedOrFailed({ life }: Module): boolean {
  if (life.name === 'stopping') return life.rung === 'immortal';
  return ['up', 'error', 'failed', 'crashed'].includes(life.name);
}

function begin(turn: Turn, module: Module): void {
  const { life } = module;
  if (prerequisitesMet(turn, module)) spawn(turn, module, module.restarts);
  else if (life.name !== 'waiting' || life.leaving !== null) {
    setLife(turn, module.name, { name: 'waiting', leaving: null });
  }
}

/** It has no process that could be ended, and yet nobody sees it skip `stopping`: it is off as soon as the alarm rings. */
function leave(turn: Turn, module: In<'waiting'>): void {
  if (module.life.leaving !== null) return;
  setLife(turn, module.name, { name: 'waiting', leaving: deadlineIn(turn.now, 0) });
}

function spawnAgain(turn: Turn, module: Module): void {
  spawn(turn, module, module.restarts + 1);
}

/** The controlled stop may hold a crashed module down until its turn comes. */
function tryAgain(turn: Turn, module: Module): void {
  if (isWanted(module)) spawnAgain(turn, module);
  else rest(turn, module);
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
    unresponsive: 'no',
  });
  clear(turn, module.name, ['options-old']);
  turn.effects.push({ type: 'spawn', module: module.name, run, restarts });
}

function rest(turn: Turn, module: Module): void {
  patchModule(turn, module.name, { life: { name: 'off' }, problems: [] });
}

function learnPid(
  turn: Turn,
  module: In<'starting' | 'up' | 'stopping' | 'error'>,
  event: On<'spawned'>,
) {
  setLife(turn, module.name, { ...module.life, pid: event.pid });
}

/** Trying again cures what passes by itself: no memory, a full run dir. A program that does not exist it does not. */
function fail(turn: Turn, module: In<'starting'>, event: On<'spawnFailed'>): void {
  const { message, remedy, transient } = event;
  const fault = { code: 'cannot-start', message, remedy } as const;
  if (transient && module.spec.restart.policy !== 'never') {
    return setCrashed(turn, module, neverBegun, fault);
  }
  raise(turn, module.name, fault);
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
    ending: null,
  } as const;
  patchModule(turn, module.name, { life, can: event.can, version: event.version });
  clear(turn, module.name, [
    'exited',
    'start-timeout',
    'bad-configuration',
    'cannot-start',
    'reported',
    'not-armed',
    'no-record',
    'not-split',
    'taken',
    'stalled',
    'unflushed',
    'unresponsive',
  ]);
}

/** It says again that it is ready. That is no evidence for anything it may be recording. */
function repeat(turn: Turn, module: Module): void {
  clearReported(turn, module);
}

function crash(turn: Turn, module: In<'starting' | 'up' | 'error'>, event: On<'exited'>): void {
  const { exit, lastWords, at } = event;
  const fault =
    exit.code === configurationExit
      ? words.badConfiguration(module, exit, lastWords)
      : words.exitedFault(module, exit, lastWords);
  const ending = module.life.name === 'up' ? endingOf(module.life) : null;
  leaveTrial(turn, module.name, 'crashed', fault.message, at);
  if (ending !== null && !isWanted(module)) return rest(turn, module);
  if (ending !== null) {
    raise(turn, module.name, fault); // it was to be ended, but not like this
    return spawn(
      turn,
      inherit(turn, module),
      ending === 'wish' ? module.restarts : module.restarts + 1,
    );
  }
  setCrashed(turn, module, { exit, lastWords }, fault);
}

type Ended = Pick<On<'exited'>, 'exit' | 'lastWords'>;
const neverBegun: Ended = { exit: { code: null, signal: null }, lastWords: [] };

/** It is down, and when it is tried again is known. `fault` is raised unless nobody will try it again: then that is said. */
function setCrashed(
  turn: Turn,
  module: In<'starting' | 'up' | 'error' | 'stopping'>,
  { exit, lastWords }: Ended,
  fault: Fault | null,
): void {
  if (fault?.code === 'bad-configuration') {
    raise(turn, module.name, fault);
    return setLife(turn, module.name, { name: 'failed' });
  }
  const { readyMonoMs } = module.life;
  const ranMs = readyMonoMs === null ? 0 : turn.now.monoMs - readyMonoMs;
  const seed = `${module.name} ${module.runs}`;
  // An end that we forced is a failure whatever the code: a module that stalled has not done its work.
  const counted = fault === null ? { code: null, signal: exit.signal } : exit;
  const next = retryAfter(module.spec.restart, module.failures, counted, ranMs, seed);
  const delayMs = isWanted(module) ? next.delayMs : null;
  if (delayMs === null && isWanted(module)) {
    raise(turn, module.name, words.notRetried(module, exit, lastWords));
  } else if (fault !== null) raise(turn, module.name, fault);
  const retry = delayMs === null ? null : deadlineIn(turn.now, delayMs);
  patchModule(turn, module.name, {
    failures: next.failures,
    life: { name: 'crashed', retry, exit },
  });
}

/** A process that was told to end has ended. What follows hangs on why, and on what is wanted by now. */
function end(turn: Turn, module: In<'stopping'>, event: Ended): void {
  const { why } = module.life;
  if (!isWanted(module)) return rest(turn, module);
  if (why === 'lost' || module.next !== null) return begin(turn, inherit(turn, module));
  if (why === 'start-timeout' || why === 'stalled') return setCrashed(turn, module, event, null);
  spawn(turn, module, why === 'wish' ? module.restarts : module.restarts + 1);
}

/** It was told to end before it had begun, and it never began. */
function neverBegan(turn: Turn, module: In<'stopping'>): void {
  end(turn, module, neverBegun);
}

function quit(turn: Turn, module: In<'starting' | 'error'>): void {
  beginStop(turn, module, 'wish');
}

function quitForNew(turn: Turn, module: In<'starting' | 'error'>): void {
  beginStop(turn, module, 'restart');
}

/** First it finishes what it has open; reconcile.ts ends it then. */
function windUp(turn: Turn, module: In<'up'>): void {
  setLife(turn, module.name, { ...module.life, ending: endingOf(module.life) ?? 'wish' });
}

function windUpForNew(turn: Turn, module: In<'up'>): void {
  setLife(turn, module.name, { ...module.life, ending: endingOf(module.life) ?? 'restart' });
}

function giveUpStart(turn: Turn, module: In<'starting'>): void {
  raise(turn, module.name, words.startTimeout(module));
  beginStop(turn, module, 'start-timeout');
}

function forgive(turn: Turn, module: In<'up'>): void {
  patchModule(turn, module.name, { failures: 0, life: { ...module.life, forgive: null } });
}
