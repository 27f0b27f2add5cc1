import type { Now } from '../../core/time.ts';
import type { Manifest, ModuleInSegment } from '../../protocol/manifest.ts';

/** Less than this between the clocks is no step. */
const smallestStepMs = 500;
/** The kernel slews by at most 500 ppm (adjtimex(2)); twice that over the time between two readings is no step either. */
const slewPerMs = 0.001;
const maxSteps = 1_000;

/**
 * Notes in the manifest whether the clock is synchronised, and every step of it that lies between two readings.
 *
 * When a clock that was not to be trusted becomes right, the times that this session was given by the wrong one are set right.
 *
 * @param gaveTimes whether all times in this manifest come from the clock as it was before the step
 * @returns whether the manifest changed
 */
export function seeClock(
  manifest: Manifest,
  before: Now,
  now: Now,
  synchronized: boolean | null,
  gaveTimes: boolean,
): boolean {
  const { clock } = manifest;
  const wasRight = clock.synchronized;
  const monoMs = now.monoMs - before.monoMs;
  const byMs = Math.round(now.wallMs - before.wallMs - monoMs);
  const isStep = Math.abs(byMs) > Math.max(smallestStepMs, monoMs * slewPerMs);
  clock.synchronized = synchronized;
  if (isStep) {
    const at = new Date(now.wallMs).toISOString();
    clock.steps.push({ at, monoMs: Math.round(now.monoMs), byMs });
    clock.steps.splice(0, clock.steps.length - maxSteps);
    if (gaveTimes && wasRight === false) shiftTimes(manifest, byMs);
  }
  return isStep || wasRight !== synchronized;
}

function shiftTimes(manifest: Manifest, byMs: number): void {
  manifest.session.startedAt = shifted(manifest.session.startedAt, byMs);
  for (const trial of manifest.trials) {
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
