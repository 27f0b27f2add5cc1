import { withoutOwner } from './rig-words.ts';
import type { ModuleRecord, ModuleTelemetry } from './snapshot.ts';
import { clean } from './text.ts';
import { sayDuration } from './units.ts';
import type { ModulePhase } from './vocabulary.ts';

const phases: Readonly<Record<ModulePhase, string>> = {
  waiting: 'waiting for the modules before it',
  spawning: 'starting its program',
  probing: 'waiting until it is ready',
  terminating: 'its start took too long',
  arming: 'opening its devices and files',
  armed: 'armed',
  going: 'going',
  proving: 'waiting for the first data',
  splitting: 'going on in a new file',
  pausing: 'pausing',
  resuming: 'going on',
  finalizing: 'finishing its files',
  quitting: 'asked to end',
  SIGINT: 'sent SIGINT to end it',
  SIGTERM: 'sent SIGTERM to end it',
  SIGKILL: 'sent SIGKILL to end it',
  backoff: 'waiting to be tried again',
};

// By any word: a daemon of a later version may have more of them.
const saidPhases: ReadonlyMap<string, string> = new Map(Object.entries(phases));

/** What a module does inside its state, for people: `opening its devices and files`. */
export function sayPhase(phase: ModulePhase): string {
  return saidPhases.get(phase) ?? clean(phase, 40);
}

/**
 * What a module is doing, or what is wrong with it and when it is tried again; the nearest thing first.
 *
 * @param nowMs wall clock in ms; null when what is shown is not the present, which has no countdowns
 */
export function activityOf(
  nowMs: number | null,
  name: string,
  record: ModuleRecord,
  live: ModuleTelemetry | undefined,
): string {
  const countdown = nowMs === null ? null : countdownOf(record, nowMs, 'full');
  const dropped = live?.dropped ?? record.evidence.dropped;
  const lost = record.state === 'recording' && dropped > 0 ? `${dropped} dropped` : null;
  const words = sayProblemOf(name, record) ?? sayDoing(record, live);
  return [countdown, words, lost].filter((part) => part !== null).join(' · ');
}

// Its name stands in the same row already.
function sayProblemOf(name: string, { problem }: ModuleRecord): string | null {
  if (problem === null) return null;
  return withoutOwner(name, clean(problem.message));
}

// What it said while it recorded says nothing of the time after.
function sayDoing(record: ModuleRecord, live: ModuleTelemetry | undefined): string | null {
  const { state, phase } = record;
  if (state === 'crashed' || state === 'error' || state === 'disabled') return null;
  if (state === 'paused') return phase === null ? 'nothing is recorded' : sayPhase(phase);
  const known = state === 'recording' ? record.detail : null;
  const detail = live === undefined ? known : live.detail;
  return cleaned(detail) ?? (phase === null ? null : sayPhase(phase));
}

/**
 * When it goes on by itself: the next try of what failed, or the end of what is under way.
 *
 * @param nowMs wall clock in ms
 */
export function countdownOf(
  record: ModuleRecord,
  nowMs: number,
  form: 'full' | 'brief',
): string | null {
  if (record.retryAt !== null) return `again in ${leftUntil(record.retryAt, nowMs)}`;
  if (record.state === 'crashed') return form === 'full' ? 'not tried again by itself' : 'no retry';
  if (record.phase === null || record.phaseUntil === null) return null;
  if (record.phase === 'proving' || record.phase === 'splitting') return null;
  const isTimed = record.state === 'starting' || record.phase === 'arming';
  return isTimed
    ? startCountdown(record, nowMs, form)
    : endCountdown(record.phaseEta, record.phaseUntil, nowMs, form);
}

/** By the module's own word as long as that holds, else until its deadline. The word is absent in a state of an earlier version. */
function endCountdown(
  eta: string | null | undefined,
  until: string,
  nowMs: number,
  form: 'full' | 'brief',
): string {
  const isSaid = eta != null && Date.parse(eta) > nowMs;
  const left = leftUntil(isSaid ? eta : until, nowMs);
  if (form === 'brief') return left;
  return isSaid ? `about ${left} left` : `at most ${left}`;
}

// As `12 s of 60 s`, once the whole is known.
function startCountdown(record: ModuleRecord, nowMs: number, form: 'full' | 'brief'): string {
  const since = Date.parse(record.phaseSince ?? record.stateSince);
  const whole = Math.max(0, Date.parse(record.phaseUntil ?? record.stateSince) - since);
  const spent = Math.max(0, Math.min(whole, nowMs - since));
  const [done, all] = [Math.floor(spent / 1_000), Math.round(whole / 1_000)];
  return form === 'full' ? `${done} s of ${all} s` : `${done}/${all} s`;
}

function leftUntil(at: string, nowMs: number): string {
  const ms = Date.parse(at) - nowMs;
  return ms <= 0 ? '0 s' : sayDuration(Math.ceil(ms / 1_000) * 1_000);
}

function cleaned(text: string | null): string | null {
  return text === null || text === '' ? null : clean(text);
}
