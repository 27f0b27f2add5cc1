import type { Manifest, ManifestTrial, ModuleInSegment } from '../../protocol/manifest.ts';
import { isPauseOf } from './manifest-gaps.ts';

/** Of less than this nobody can say that it is short. */
const shortestMs = 5_000;
/** Encoders need a moment, cameras count frames by their nominal rate: so much may be missing without a word. */
const toleranceMs = 5_000;
const toleranceShare = 0.05;

/** What is known of a file beside the manifest. Times of the wall clock in ms. */
export type FileTimes = {
  /** Null where the file system does not keep it. */
  readonly bornMs: number | null;
  readonly mtimeMs: number;
};

/**
 * How long a module recorded in a segment by the wall clock, its pauses left out: from its first sample, or from when it had
 * confirmed and its file was there, until it was told to stop, moved on, or was gone.
 *
 * @returns ms; null where that cannot be said, as when the clock stepped in between
 */
export function expectedMs(
  manifest: Manifest,
  trial: ManifestTrial,
  segmentNumber: number,
  module: string,
  file: FileTimes,
): number | null {
  const index = trial.segments.findIndex((segment) => segment.number === segmentNumber);
  const entry = trial.segments[index]?.modules[module];
  if (entry === undefined) return null;
  const fromMs = beganMs(trial, entry, file);
  const next = trial.segments.slice(index + 1).find((one) => one.modules[module] !== undefined);
  const nextAt = next?.modules[module]?.joinedAt ?? next?.startedAt;
  const toMs = endedMs(trial, entry, nextAt, file);
  if (fromMs === null || toMs === null || toMs <= fromMs) return null;
  const isStepped = manifest.clock.steps.some(({ at, byMs }) => {
    const stepMs = Date.parse(at);
    return stepMs >= fromMs - Math.abs(byMs) && stepMs <= toMs + Math.abs(byMs);
  });
  return isStepped ? null : toMs - fromMs - pausedMs(manifest, module, fromMs, toMs);
}

/** Whether a file that holds so much is clearly shorter than what was to be recorded. */
export function isShort(durationMs: number, wantedMs: number): boolean {
  if (wantedMs < shortestMs) return false;
  return durationMs < wantedMs - Math.max(toleranceMs, wantedMs * toleranceShare);
}

function beganMs(
  trial: ManifestTrial,
  entry: ModuleInSegment,
  { bornMs }: FileTimes,
): number | null {
  if (entry.firstSampleMonoNs !== null && trial.goMonoNs !== '0') {
    const sinceGoMs = Number(BigInt(entry.firstSampleMonoNs) - BigInt(trial.goMonoNs)) / 1e6;
    return Date.parse(trial.startedAt) + sinceGoMs;
  }
  if (entry.joinedAt === undefined) return null;
  return Math.max(Date.parse(entry.joinedAt), bornMs ?? 0);
}

/** A file that was not ended in order reaches as far as it was written to. */
function endedMs(
  trial: ManifestTrial,
  { left }: ModuleInSegment,
  nextAt: string | undefined,
  { mtimeMs }: FileTimes,
): number | null {
  if (left?.how === 'finished') return Date.parse(left.at);
  const ends = [left?.at, nextAt, trial.stoppedAt].flatMap((at) =>
    typeof at === 'string' ? [Date.parse(at)] : [],
  );
  return Math.min(mtimeMs, ...ends);
}

function pausedMs({ gaps }: Manifest, module: string, fromMs: number, toMs: number): number {
  const pauses = gaps.filter((gap) => isPauseOf(gap, module));
  return pauses.reduce((sum, { from, to }) => {
    const begin = Math.max(fromMs, Date.parse(from));
    const end = Math.min(toMs, to === null ? toMs : Date.parse(to));
    return sum + Math.max(0, end - begin);
  }, 0);
}
