import type { Now } from '../../core/time.ts';
import type { Manifest, ModuleInSegment } from '../../protocol/manifest.ts';
import type { ClockFacts } from './clock-source.ts';

/** Less than this between the clocks is no step. */
const smallestStepMs = 500;
/** The kernel slews by at most 500 ppm (adjtimex(2)); twice that over the time between two readings is no step either. */
const slewPerMs = 0.001;
const maxSteps = 1_000;
/** A year before which no rig of this version can have been switched on. */
const firstYear = 2026;

/** Which times in a manifest come from the clock as it runs now, so that a step moves them too. */
export type GivenTimes = { readonly session: boolean; readonly trials: ReadonlySet<number> };

/**
 * What a look at the clocks has changed in a manifest. `stepMs` is null when there was no step; `wasTrusted`: the clock was taken
 * to be right until then, so that a step does not just mean that time arrived.
 */
export type ClockSeen = {
  readonly isChanged: boolean;
  readonly stepMs: number | null;
  readonly wasTrusted: boolean;
};

/** Whether a time may stand in the name of a folder: the clock is not known to be wrong, and says a year that can be. */
export function isTrusted(at: Date, synchronized: boolean | null): boolean {
  return synchronized !== false && at.getUTCFullYear() >= firstYear;
}

/**
 * Notes in the manifest whether the clock is synchronised, with whom and how well, and a step of it between two readings.
 *
 * When a clock that was not to be trusted becomes right, the times that the wrong one gave are set right.
 */
export function seeClock(
  manifest: Manifest,
  before: Now,
  now: Now,
  facts: ClockFacts,
  given: GivenTimes,
): ClockSeen {
  const { clock } = manifest;
  const wasTrusted = isTrusted(new Date(before.wallMs), clock.synchronized);
  const isChanged = clock.synchronized !== facts.synchronized;
  Object.assign(clock, facts);
  const stepMs = stepBetween(before, now);
  if (stepMs === null) return { isChanged, stepMs, wasTrusted };
  const at = new Date(now.wallMs).toISOString();
  clock.steps.push({ at, monoMs: Math.round(now.monoMs), byMs: stepMs });
  clock.steps.splice(0, clock.steps.length - maxSteps);
  if (!wasTrusted) shiftTimes(manifest, stepMs, given);
  return { isChanged: true, stepMs, wasTrusted };
}

/**
 * The newest reading of both clocks that a manifest keeps, where it was opened in this boot, and what was dated by the clock as it
 * ran then: a step between two daemons is seen by the second.
 */
export function earlierReading(
  manifest: Manifest,
  bootId: string,
): { readonly reading: Now; readonly given: GivenTimes } | null {
  if (manifest.host['bootId'] !== bootId) return null;
  const trials = manifest.trials
    .filter(({ goMonoNs }) => goMonoNs !== '0')
    .map(({ number, startedAt, goMonoNs }) => ({
      number,
      ...at(startedAt, Number(goMonoNs) / 1e6),
    }));
  const steps = manifest.clock.steps.map((step) => at(step.at, step.monoMs));
  const [reading] = [...steps, ...trials].sort((a, b) => b.monoMs - a.monoMs);
  if (reading === undefined) return null;
  const same = trials.filter((trial) => stepBetween(trial, reading) === null);
  const [first] = trials;
  const session = first !== undefined && same.includes(first);
  return { reading, given: { session, trials: new Set(same.map(({ number }) => number)) } };
}

function at(wall: string, monoMs: number): Now {
  return { wallMs: Date.parse(wall), monoMs };
}

/** By how much the clock stepped between two readings, in ms; null where it only ran, or was slewed. */
function stepBetween(before: Now, now: Now): number | null {
  const monoMs = now.monoMs - before.monoMs;
  const byMs = Math.round(now.wallMs - before.wallMs - monoMs);
  return Math.abs(byMs) > Math.max(smallestStepMs, monoMs * slewPerMs) ? byMs : null;
}

function shiftTimes(manifest: Manifest, byMs: number, given: GivenTimes): void {
  if (given.session) manifest.session.startedAt = shifted(manifest.session.startedAt, byMs);
  for (const trial of manifest.trials) {
    if (!given.trials.has(trial.number)) continue;
    trial.startedAt = shifted(trial.startedAt, byMs);
    if (trial.stoppedAt !== null) trial.stoppedAt = shifted(trial.stoppedAt, byMs);
    for (const segment of trial.segments) {
      segment.startedAt = shifted(segment.startedAt, byMs);
      for (const entry of Object.values(segment.modules)) shiftEntry(entry, byMs);
    }
  }
}

function shiftEntry(entry: ModuleInSegment, byMs: number): void {
  if (entry.joinedAt !== undefined) entry.joinedAt = shifted(entry.joinedAt, byMs);
  if (entry.left !== undefined) entry.left.at = shifted(entry.left.at, byMs);
}

function shifted(at: string, byMs: number): string {
  return new Date(Date.parse(at) + byMs).toISOString();
}
