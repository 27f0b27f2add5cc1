import type {
  Manifest,
  ManifestFile,
  ManifestSegment,
  ManifestTrial,
} from '../../protocol/manifest.ts';
import type { ManifestEvent } from '../../protocol/manifest-schema.ts';
import { segmentByName } from './file-list.ts';
import { trialOf } from './manifest-notes.ts';
import { isGoneOrLess } from './verdicts.ts';

/**
 * A module that is killed at its go leaves a file with a header and nothing else. It holds what was recorded, which is nothing,
 * and cannot be mended; that it is so stands in the manifest as a gap from where its recording was to begin.
 */

type GapEvent = Extract<ManifestEvent, { is: 'gap' }>;

/** What a module left of a segment that it did not finish, and in which it has recorded nothing. Times in ms. */
type Blank = {
  readonly module: string;
  readonly files: readonly ManifestFile[];
  /** When it was to record from, and when it was seen to end or to record elsewhere; Infinity: never in this trial. */
  readonly fromMs: number;
  readonly toMs: number;
};

const cause = 'it ended before anything was in its file';

/** Gaps of a trial that is over, and whose files have their verdicts, of which nobody knew before those: an event each. */
export function gapsOfBlanks(manifest: Manifest, trialNumber: number): GapEvent[] {
  const trial = trialOf(manifest, trialNumber);
  if (trial?.stoppedAt == null) return [];
  const stoppedMs = Date.parse(trial.stoppedAt);
  return blanksOf(trial).flatMap((blank): GapEvent[] => {
    const { module, fromMs } = blank;
    const toMs = Math.min(blank.toMs, stoppedMs);
    if (isTold(manifest, trial, blank) || toMs <= fromMs) return [];
    const [from, to] = [fromMs, toMs].map((ms) => new Date(ms).toISOString());
    return from === undefined || to === undefined ? [] : [{ is: 'gap', module, from, to, cause }];
  });
}

/** Paths of empty files of which a gap tells that nothing was recorded into them: they are as they should be. */
export function toldEmpty(manifest: Manifest): ReadonlySet<string> {
  const told = manifest.trials.flatMap((trial) =>
    blanksOf(trial).filter((blank) => isTold(manifest, trial, blank)),
  );
  return new Set(told.flatMap(({ files }) => files.map(({ path }) => path)));
}

function blanksOf(trial: ManifestTrial): Blank[] {
  return trial.segments.flatMap((segment) =>
    Object.keys(segment.modules).flatMap((module) => [
      ...ownBlank(trial, segment, module),
      ...strayBlank(trial, segment, module),
    ]),
  );
}

/** Files of a segment that its module did not finish, none of which holds anything. */
function ownBlank(trial: ManifestTrial, segment: ManifestSegment, module: string): Blank[] {
  const entry = segment.modules[module];
  const files = filesOf(trial, segment, module, 'own');
  if (entry === undefined || files.length === 0 || !files.every(holdsNothing)) return [];
  if (!hasFailed(trial, segment, module)) return [];
  const { joinedAt, left } = entry;
  const begin = joinedAt ?? (segment.reason === 'start' ? trial.startedAt : segment.startedAt);
  const fromMs = Math.max(Date.parse(trial.startedAt), Date.parse(begin));
  return [{ module, files, fromMs, toMs: firstOf(left?.at, nextOf(trial, segment, module)?.at) }];
}

/** Empty files of a later segment, which its module armed for and never came into: they stand with the segment before. */
function strayBlank(trial: ManifestTrial, segment: ManifestSegment, module: string): Blank[] {
  const files = filesOf(trial, segment, module, 'later').filter(holdsNothing);
  const begin = segment.modules[module]?.left?.at;
  if (files.length === 0 || begin === undefined) return [];
  const toMs = firstOf(nextOf(trial, segment, module)?.at);
  return [{ module, files, fromMs: Date.parse(begin), toMs }];
}

function filesOf(
  { number: trial }: ManifestTrial,
  { number, modules }: ManifestSegment,
  module: string,
  which: 'own' | 'later',
): ManifestFile[] {
  const files = modules[module]?.files ?? [];
  const isLater = (file: ManifestFile) => (segmentByName(module, trial, file.path) ?? 0) > number;
  return files.filter((file) => isLater(file) === (which === 'later'));
}

/** The next segment that the module came into. */
function nextOf({ segments }: ManifestTrial, { number }: ManifestSegment, module: string) {
  const next = segments.find((one) => one.number > number && one.modules[module] !== undefined);
  return next && { reason: next.reason, at: next.modules[module]?.joinedAt ?? next.startedAt };
}

function firstOf(...times: readonly (string | undefined)[]): number {
  return Math.min(...times.flatMap((at) => (at === undefined ? [] : [Date.parse(at)])));
}

/** It ended badly, or never confirmed: it is in the manifest by its folder only. What a power cut may have taken is another thing. */
function hasFailed(trial: ManifestTrial, segment: ManifestSegment, module: string): boolean {
  const entry = segment.modules[module];
  if (entry?.left !== undefined) return entry.left.how !== 'finished';
  const isCut =
    trial.outcome === 'interrupted' || nextOf(trial, segment, module)?.reason === 'power-loss';
  return entry?.joinedAt === undefined && !isCut;
}

function holdsNothing(file: ManifestFile): boolean {
  return file.verdict === 'empty' && !isGoneOrLess(file);
}

/** Whether a gap lies over the instant from which it was to record, or the trial was over by then. */
function isTold({ gaps }: Manifest, trial: ManifestTrial, { module, fromMs }: Blank): boolean {
  if (trial.stoppedAt !== null && Date.parse(trial.stoppedAt) <= fromMs) return true;
  return gaps.some(
    (gap) =>
      gap.module === module &&
      Date.parse(gap.from) <= fromMs &&
      (gap.to === null || Date.parse(gap.to) > fromMs),
  );
}
