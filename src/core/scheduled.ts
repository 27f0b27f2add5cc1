import type { RigRecord } from '../protocol/snapshot.ts';
import type { RigDesired } from '../protocol/vocabulary.ts';
import type { StartWish } from './spec.ts';
import type { Due, Recording, RigState, Scheduled, StartAsk } from './state.ts';
import { instantOf, iso, type Now } from './time.ts';
import { journal, longestArm, refusal, type Turn } from './turn.ts';

/**
 * Starts that are set for later. `at` is wall time: when the wall clock is set right, the start moves with it. `+10s` is not: it
 * stays so far from when it was said.
 */

/** Devices are not held open for hours: a start begins this much before it may have to wait for modules. */
const earlyMs = 5_000;

/** No two clocks are read at the same instant: less than this between them is no step of one of them. In ms. */
export const clockJitterMs = 100;

/** When a set start begins to arm, so that everybody is armed by its time. CLOCK_MONOTONIC in ms. */
export function wakeMonoMs(turn: Pick<Turn, 'state'>, { due }: Scheduled): number {
  return due.monoMs - longestArm(turn) - earlyMs;
}

/** So long from now, on the monotonic clock. */
export function dueIn(ms: number, now: Now): Due {
  const monoMs = now.monoMs + ms;
  return { by: 'mono', at: onWall(monoMs, now), monoMs };
}

/** The instant of a wish: a time of day, or what an earlier daemon counted on the monotonic clock. */
export function dueOf({ at, monoMs }: NonNullable<StartWish['due']>, now: Now): Due {
  if (monoMs === null) return { by: 'wall', at, monoMs: onMono(at, now) };
  return keptDue({ by: 'mono', at, monoMs }, now);
}

/** The same instant as the clocks are now: the very same object as long as nobody set one of them. */
export function keptDue(due: Due, now: Now): Due {
  const monoMs = onMono(due.at, now);
  if (Math.abs(monoMs - due.monoMs) < clockJitterMs) return due;
  return due.by === 'wall' ? { ...due, monoMs } : { ...due, at: onWall(due.monoMs, now) };
}

function onMono(at: string, now: Now): number {
  return now.monoMs + instantOf(at) - now.wallMs;
}

function onWall(monoMs: number, now: Now): string {
  return iso(Math.round(now.wallMs + monoMs - now.monoMs));
}

/** Its time has come while a trial is being recorded: that one it is. Whatever else keeps it, it goes right after that. */
export function passScheduled(turn: Turn): void {
  const { scheduled, recording } = turn.state;
  if (scheduled === null || scheduled.due.monoMs > turn.now.monoMs) return;
  if (!recordsInstead(recording)) return;
  const words = `Trial ${recording.trial.number} was being recorded when the time of this start came.`;
  const lastRefusal = {
    generation: scheduled.generation,
    refusal: refusal('recording', words, null),
  };
  turn.state = { ...turn.state, scheduled: null, lastRefusal };
  journal(turn, 'start-missed', null, words);
}

type Records = Extract<Recording, { name: 'recording' | 'pausing' | 'paused' | 'resuming' }>;

function recordsInstead(recording: Recording): recording is Records {
  return ['recording', 'pausing', 'paused', 'resuming'].includes(recording.name);
}

/** Nobody but who asked for it takes such a start back: it is tried again. */
export function isTriedAgain(start: StartAsk, reason: string): boolean {
  return start.unattended && reason !== 'called-off';
}

/** The start that is on its way, or will be, and has not come to a trial yet. */
function startUnderWay({ recording, next }: RigState): StartAsk | null {
  if (next !== null) return next;
  switch (recording.name) {
    case 'idle':
      return recording.retry?.start ?? null;
    case 'preparing':
      return recording.calledOff === null ? recording.start : null;
    case 'arming':
      return recording.start;
    case 'calling-off':
      return isTriedAgain(recording.start, recording.refusal.reason) ? recording.start : null;
    default:
      return null;
  }
}

/** What people wish of the recording, as the next daemon must know it. */
export type StandingWish = {
  readonly recording: RigDesired;
  /** It has not come to a trial yet. A trial that is open beside it is to be ended first. */
  readonly start: StartAsk | null;
  readonly scheduled: Scheduled | null;
};

/** A start that is set for later is no wish to record before it goes, though it arms ahead of its time. */
export function standingWish(state: RigState): StandingWish {
  const start = startUnderWay(state);
  if (isScheduled(start)) return { recording: 'idle', start: null, scheduled: start };
  return { recording: state.desired, start, scheduled: state.scheduled };
}

export function isScheduled(start: StartAsk | null): start is Scheduled {
  return start !== null && start.due !== null;
}

/** The start that is shown as set for later, until it goes. */
export function scheduledRecord({ recording, scheduled }: RigState): RigRecord['scheduled'] {
  const isComing = recording.name === 'preparing' || recording.name === 'arming';
  const start = isComing && isScheduled(recording.start) ? recording.start : scheduled;
  return start === null ? null : { at: start.due.at, label: start.label };
}
