import { goAgain, noteAdopted, noteFinished, notePause } from './adopted.ts';
import { assertNever, invariant } from './assert.ts';
import { followClock } from './clock-step.ts';
import type { Effect } from './effect.ts';
import { stateOf } from './facts.ts';
import { heardAnswer, lookAtEvidence, lookAtHeart, queueFull } from './health.ts';
import type { CloseStep, HealthLook, Input, RunInput, Said, StoreInput } from './input.ts';
import { takeIntent } from './intents.ts';
import { isLegalMove } from './invariants.ts';
import { stepLife } from './life.ts';
import { settle } from './reconcile.ts';
import { startUnattended } from './record-intents.ts';
import { type RecordingEvent, stepRecording } from './recording.ts';
import { pauseStragglers } from './running.ts';
import type { Life, Module, Recording, RigState, Transition } from './state.ts';
import { stepTake } from './take.ts';
import type { TakeEvent } from './take-state.ts';
import { type Deadline, iso, type Now } from './time.ts';
import { noteLost } from './trial.ts';
import { clear, moduleOf, patchModule, raise, type Turn } from './turn.ts';

/** Transitions that are remembered of each module. More are in the journal. */
const maxTransitions = 100;

export type Step = readonly [RigState, readonly Effect[]];

/**
 * Moves the whole rig by one input: applies it, then brings what is and what is wanted together. Pure: the same state,
 * input and instant give the same state and effects.
 *
 * @param actor who, for people; @param cause what, for the record
 */
export function step(state: RigState, input: Input, now: Now, actor: string, cause: string): Step {
  const turn: Turn = { state, now, effects: [], actor, cause };
  followClock(turn);
  apply(turn, input);
  settle(turn);
  rememberMoves(turn, state);
  return [turn.state, turn.effects];
}

function apply(turn: Turn, input: Input): void {
  switch (input.type) {
    case 'intent':
      return takeIntent(turn, input);
    case 'deadline':
      return passDeadlines(turn);
    case 'health':
      return lookAtHearts(turn, input.seen);
    case 'problem':
      if (isKnown(turn, input.module)) raise(turn, input.module, input.fault);
      return;
    case 'problem-over':
      if (isKnown(turn, input.module)) clear(turn, input.module, [input.code]);
      return;
    case 'clients':
      turn.state = { ...turn.state, clients: input.clients };
      return;
    case 'gpio':
      turn.state = { ...turn.state, gpio: input.gpio };
      return;
    case 'clock-stepped':
      return;
    case 'close':
      return close(turn, input.step);
    case 'boot':
      return beginEpoch(turn, input);
    default:
      return 'run' in input ? applyRun(turn, input) : applyStore(turn, input);
  }
}

/** The first step of a daemon: it goes on where the one before was interrupted. */
function beginEpoch(turn: Turn, input: Extract<Input, { type: 'boot' }>): void {
  const { record, heard = {}, finished = {}, isPauseNoted = false } = input;
  noteAdopted(turn, heard);
  noteFinished(turn, finished);
  noteLost(turn);
  notePause(turn, isPauseNoted);
  goAgain(turn);
  pauseStragglers(turn);
  if (record !== null) startUnattended(turn, record);
}

function lookAtHearts(turn: Turn, seen: readonly HealthLook[]): void {
  for (const look of seen) {
    if (isKnown(turn, look.module)) lookAtHeart(turn, look);
  }
}

/** The rig itself, or a module of this configuration. Runs of modules that it does not name any more are ended, not shown. */
function isKnown({ state }: Turn, module: string | null): boolean {
  return module === null || Object.hasOwn(state.modules, module);
}

/** What a run did. Of an earlier run than the newest it is history, and is dropped here, once for every phase. */
function applyRun(turn: Turn, input: RunInput): void {
  const { module } = input;
  if (!Object.hasOwn(turn.state.modules, module)) return;
  if (input.run !== moduleOf(turn, module).runs) return;
  switch (input.type) {
    case 'spawned':
      return stepLife(turn, module, { type: 'spawned', pid: input.pid });
    case 'spawn-failed': {
      const { message, remedy, transient } = input;
      return stepLife(turn, module, { type: 'spawnFailed', message, remedy, transient });
    }
    case 'exited': {
      const { exit, lastWords, at } = input;
      return stepLife(turn, module, { type: 'exited', exit, lastWords, at });
    }
    case 'said':
      return hear(turn, module, input.said);
    case 'queue-full':
      return queueFull(turn, module);
    case 'queue-drained':
      return heardAnswer(turn, module);
    case 'look':
      return lookAtEvidence(turn, module, input.look);
    default:
      return assertNever(input);
  }
}

function hear(turn: Turn, name: string, said: Said): void {
  switch (said.is) {
    case 'ready':
      return stepLife(turn, name, { type: 'ready', version: said.version, can: said.can });
    case 'error':
      return stepLife(turn, name, { type: 'reported', said });
    default:
      return hearOfTake(turn, name, said);
  }
}

function hearOfTake(
  turn: Turn,
  name: string,
  said: Exclude<Said, { readonly is: 'ready' | 'error' }>,
): void {
  const { life } = moduleOf(turn, name);
  // A module that had reported an error and says that it is idle can work again.
  if (life.name === 'error' && said.is === 'idle') {
    const { can, version } = moduleOf(turn, name);
    return stepLife(turn, name, { type: 'ready', version, can });
  }
  heardAnswer(turn, name);
  stepTake(turn, name, takeEvent(said));
}

function takeEvent(said: Exclude<Said, { readonly is: 'ready' | 'error' }>): TakeEvent {
  switch (said.is) {
    case 'armed':
    case 'idle':
      return { type: said.is, files: said.files };
    case 'recording':
      if (said.segment !== null) return { type: 'moved', segment: said.segment, said };
      return { type: 'recording', said };
    case 'paused':
      return { type: 'paused' };
    case 'finalizing':
      return { type: 'finalizing', etaMs: said.etaMs };
    default:
      return assertNever(said);
  }
}

/** An answer of the recordings folder. One to a question that nobody asks any more is dropped. */
function applyStore(turn: Turn, input: StoreInput): void {
  const { recording, sessionAsk } = turn.state;
  switch (input.type) {
    case 'session-opened':
    case 'session-ended':
    case 'session-failed':
      if (sessionAsk?.ask === input.ask) settleSession(turn, input);
      return;
    case 'trial-prepared':
      if (recording.name !== 'preparing' || recording.ask !== input.ask) {
        return discardUnwanted(turn, input.trial);
      }
      return stepRecording(turn, { ...input, type: 'prepared' });
    case 'trial-secured':
    case 'trial-failed':
      if (startAsk(recording) === input.ask) stepRecording(turn, startEvent(input));
      return;
    case 'trial-closed':
      if (recording.name !== 'closing' || recording.ask !== input.ask) return;
      return stepRecording(turn, { type: 'closed', partly: input.partly });
    default:
      return assertNever(input);
  }
}

/** What the recordings folder was asked for the start that is under way; null when it owes no answer. */
function startAsk(recording: Recording): number | null {
  if (recording.name === 'preparing') return recording.ask;
  if (recording.name !== 'arming' || typeof recording.disk !== 'object') return null;
  return recording.disk.ask;
}

function startEvent(
  input: Extract<StoreInput, { readonly type: 'trial-secured' | 'trial-failed' }>,
): RecordingEvent {
  if (input.type === 'trial-secured') return { type: 'secured' };
  return { type: 'failed', refusal: input.refusal };
}

/** Prepared too late, for a start that was given up. While another start is under way the number is that one's. */
function discardUnwanted(turn: Turn, trial: number): void {
  if (turn.state.recording.name !== 'idle') return;
  turn.effects.push({ type: 'discard-trial', trial, files: [] });
}

function settleSession(
  turn: Turn,
  input: Extract<StoreInput, { readonly type: `session-${string}` }>,
): void {
  const refusal = input.type === 'session-failed' ? input.refusal : null;
  const partly = input.type === 'session-ended' ? input.partly : null;
  if (turn.state.sessionAsk === null) return;
  const sessionAsk = { ...turn.state.sessionAsk, refusal, partly, over: true };
  turn.state = { ...turn.state, sessionAsk };
  if (input.type === 'session-opened') turn.state = { ...turn.state, session: input.session };
  if (input.type === 'session-ended') turn.state = { ...turn.state, session: null };
}

/** The alarm rang: whatever is due gets its deadline. An alarm that rings for nothing does nothing. */
function passDeadlines(turn: Turn): void {
  for (const name of Object.keys(turn.state.modules)) {
    const { life } = moduleOf(turn, name);
    if (isDue(turn.now, lifeDeadline(life))) stepLife(turn, name, { type: 'deadline' });
    const { life: after } = moduleOf(turn, name);
    if (after.name !== 'up' || !('deadline' in after.take)) continue;
    if (isDue(turn.now, after.take.deadline)) stepTake(turn, name, { type: 'deadline' });
  }
}

function lifeDeadline(life: Life): Deadline | null {
  if (life.name === 'up') return life.forgive;
  if (life.name === 'crashed') return life.retry;
  if (life.name === 'waiting') return life.leaving;
  return 'deadline' in life ? life.deadline : null;
}

function isDue(now: Now, deadline: Deadline | null): boolean {
  return deadline !== null && deadline.monoMs <= now.monoMs;
}

function close(turn: Turn, what: CloseStep): void {
  switch (what) {
    case 'refuse-intents':
      turn.state = { ...turn.state, closing: what };
      return;
    case 'stop-recording':
      turn.state = { ...turn.state, closing: what, desired: 'idle', next: null, scheduled: null };
      return stepRecording(turn, { type: 'stop' });
    case 'stop-modules':
      turn.state = { ...turn.state, closing: what };
      for (const name of Object.keys(turn.state.modules)) patchModule(turn, name, { closed: true });
      return;
    default:
      return assertNever(what);
  }
}

/** Notes every move between published states, and holds it against the table of legal moves. */
function rememberMoves(turn: Turn, before: RigState): void {
  for (const module of Object.values(turn.state.modules)) {
    if (module === before.modules[module.name]) continue;
    const to = stateOf(module);
    if (to !== module.state) remember(turn, module, to);
  }
}

function remember(turn: Turn, module: Module, to: Module['state']): void {
  invariant(isLegalMove(module.state, to), `${module.name}: ${module.state} -> ${to}`);
  const at = iso(turn.now.wallMs);
  const { actor, cause } = turn;
  const move: Transition = { at, from: module.state, to, cause, actor };
  const transitions = [...module.transitions, move].slice(-maxTransitions);
  patchModule(turn, module.name, { state: to, stateSince: at, transitions });
}
