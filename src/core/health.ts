import type { EvidenceLook, HealthLook } from './input.ts';
import { beginStop } from './ladder.ts';
import type { Module } from './state.ts';
import type { TakeIn, Watch } from './take-state.ts';
import { leaveTrial, noteStall, noteStallOver, openTrial } from './trial.ts';
import { clear, moduleOf, patchModule, raise, setTake, type Turn } from './turn.ts';
import * as words from './words.ts';

/** A module that has said nothing for this long is asked whether it is there. */
const silenceMs = 10_000;
/** Pings without an answer that make a module unresponsive. */
const lostPings = 2;

/**
 * One look of the health loop at one module. Any line of a module is a heartbeat; a module that is arming or finishing is not
 * judged, because its own deadline watches it.
 */
export function lookAtHeart(turn: Turn, look: HealthLook): void {
  const module = moduleOf(turn, look.module);
  const { life } = module;
  if (look.silentMs === null || look.run !== module.runs) return;
  if (life.name !== 'up' && life.name !== 'error') return;
  if (life.name === 'up' && (life.take.name === 'arming' || life.take.name === 'finishing')) return;
  if (look.silentMs < silenceMs) return answer(turn, module);
  if (module.pings >= lostPings && module.unresponsive === 'no') {
    raise(turn, module.name, words.unresponsive(module, look.frozenPid ?? null));
    patchModule(turn, module.name, { unresponsive: 'silent' });
  }
  patchPings(turn, moduleOf(turn, module.name), Math.min(module.pings + 1, lostPings));
  turn.effects.push({ type: 'tell', module: module.name, run: life.run, command: { do: 'ping' } });
}

/** It has said something. Whether it reads its commands shows only in an answer to one. */
function answer(turn: Turn, module: Module): void {
  if (module.pings === 0 && module.unresponsive !== 'silent') return;
  if (module.unresponsive === 'deaf') return patchPings(turn, module, 0);
  patchModule(turn, module.name, { pings: 0, unresponsive: 'no' });
  clear(turn, module.name, ['unresponsive']);
}

/** It answered a command, or took all that had waited: it reads them. */
export function heardAnswer(turn: Turn, name: string): void {
  if (moduleOf(turn, name).unresponsive !== 'deaf') return;
  patchModule(turn, name, { pings: 0, unresponsive: 'no' });
  clear(turn, name, ['unresponsive']);
}

function patchPings(turn: Turn, module: Module, pings: number): void {
  if (module.pings !== pings) patchModule(turn, module.name, { pings });
}

/** A module does not read its commands at all. */
export function queueFull(turn: Turn, name: string): void {
  const module = moduleOf(turn, name);
  const hasEars = module.life.name === 'up' || module.life.name === 'error';
  if (!hasEars || module.unresponsive === 'deaf') return;
  raise(turn, name, words.deaf(module));
  patchModule(turn, name, { unresponsive: 'deaf' });
}

type Watched = TakeIn<'recording' | 'splitting'>;

/** One look at a module's evidence, judged by the module's own rule. Two bad looks raise, two good ones clear. */
export function lookAtEvidence(turn: Turn, name: string, look: EvidenceLook): void {
  const module = moduleOf(turn, name);
  if (module.life.name !== 'up' || module.life.take.name === 'idle') return;
  const { bytes, samples, dropped, files, lastProgressAt, detail } = look;
  patchModule(turn, name, { counters: { bytes, samples, dropped, files, lastProgressAt }, detail });
  const { take, ending } = module.life;
  if (ending !== null) return;
  if (take.name === 'paused') return tellTaken(turn, name, look.taken ?? null);
  if (take.name !== 'recording' && take.name !== 'splitting') return;
  tellTaken(turn, name, look.taken ?? null);
  judgeLook(turn, moduleOf(turn, name), take, look);
}

function judgeLook(turn: Turn, module: Module, take: Watched, look: EvidenceLook): void {
  const { name } = module;
  const { lastProgressAt } = look;
  const young = turn.now.monoMs - take.since < module.spec.evidenceMs;
  if (!take.proven && young && look.moved !== 'yes') return; // its first bytes are not due yet
  const watch = judge(module.watch, look.moved);
  patchModule(turn, name, { watch });
  if (watch.verdict !== module.watch.verdict) turnedOver(turn, module, watch, look);
  const proves = !take.proven && look.moved === 'yes' && lastProgressAt !== null;
  if (!proves || moduleOf(turn, name).life.name !== 'up') return;
  setTake(turn, name, { ...take, proven: true });
  // A daemon before may have seen it stall.
  if (openTrial(turn.state.recording)?.resumed === true) noteStallOver(turn, name);
}

/** Bytes may land again: what was taken is missing all the same, and that is said until the take is over. */
function tellTaken(turn: Turn, name: string, taken: string | null): void {
  if (taken === null) return;
  const fault = words.taken(name, taken);
  const { problems } = moduleOf(turn, name);
  if (!problems.some(({ message }) => message === fault.message)) raise(turn, name, fault);
}

/** Nothing has been seen of it yet. */
export const unwatched: Watch = { verdict: 'unknown', bad: 0, good: 0, last: 'yes' };

function judge(before: Watch, moved: EvidenceLook['moved']): Watch {
  if (moved === 'yes') {
    const good = before.good + 1;
    const clears = before.verdict === 'unknown' || good >= 2;
    return { verdict: clears ? 'ok' : before.verdict, bad: 0, good, last: moved };
  }
  const bad = before.bad + 1;
  const isClear = isIll(before) ? moved === before.last : bad >= 2;
  const verdict = moved === 'no' ? 'stalled' : 'unflushed';
  return { verdict: isClear ? verdict : before.verdict, bad, good: 0, last: moved };
}

function turnedOver(turn: Turn, before: Module, watch: Watch, look: EvidenceLook): void {
  const { name } = before;
  const module = moduleOf(turn, name);
  const { why, cure = null, lastProgressAt } = look;
  clear(turn, name, ['stalled', 'unflushed']);
  if (watch.verdict === 'ok' && isIll(before.watch)) noteStallOver(turn, name);
  if (watch.verdict === 'unflushed') raise(turn, name, words.unflushed(module));
  if (watch.verdict !== 'stalled') return;
  raise(turn, name, words.stalled(module, why, cure));
  noteStall(turn, name, lastProgressAt, why);
  if (module.spec.onStall !== 'restart') return;
  leaveTrial(turn, name, 'ended', `${name} recorded nothing and was restarted (onStall: restart)`);
  beginStop(turn, moduleOf(turn, name), 'stalled');
}

/** Nothing more is expected of its evidence: it pauses or finishes. */
export function endWatch(turn: Turn, { name, watch }: Module): void {
  if (isIll(watch)) noteStallOver(turn, name);
  clear(turn, name, ['stalled', 'unflushed']);
  patchModule(turn, name, { watch: unwatched });
}

function isIll({ verdict }: Watch): boolean {
  return verdict === 'stalled' || verdict === 'unflushed';
}
