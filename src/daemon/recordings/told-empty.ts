import type {
  Manifest,
  ManifestFile,
  ManifestSegment,
  ManifestTrial,
  ModuleInSegment,
} from '../../protocol/manifest.ts';
import type { ManifestEvent } from '../../protocol/manifest-schema.ts';
import { segmentByName } from './file-list.ts';
import { trialOf } from './manifest-notes.ts';
import { isGoneOrLess } from './verdicts.ts';

/**
 * A module that is killed at its go leaves a file with a header and nothing else. It holds what was recorded, which is nothing,
 * and cannot be mended; that it is so stands in the manifest as a gap from where its recording was to begin. Where something was
 * recorded, or a power cut may have taken it, the gap says that it is lost, and the file is not as it should be.
 */

type GapEvent = Extract<ManifestEvent, { is: 'gap' }>;

/** What a module left of a segment that it did not finish, and of which nothing is in its files. Times in ms. */
type Blank = {
  readonly module: string;
  readonly files: readonly ManifestFile[];
  /** When it was to record from, and when it was seen to end or to record elsewhere; Infinity: never in this trial. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly left: Left;
};

/** What a blank leaves to be asked: nothing; a first sample that it told and had in its memory; what a power cut may have taken. */
type Left = 'nothing' | 'told' | 'cut';

const causes: Readonly<Record<Left, string>> = {
  nothing: 'it ended before anything was in its file',
  told: 'it told its first sample, and ended before anything was in its file',
  cut: 'what it recorded is not in its file',
};
const wordsFor: Readonly<Record<Left, string>> = {
  nothing: 'its module ended before its first sample, and the gap says so',
  told: 'its module told its first sample and ended before that was in the file: what it recorded until then is lost, and the gap says so',
  cut: 'what was recorded into it is lost, as a power cut may have taken it, and the gap says so',
};

/** Gaps of a trial that is over, and whose files have their verdicts, of which nobody knew before those: an event each. */
export function gapsOfBlanks(manifest: Manifest, trialNumber: number): GapEvent[] {
  const trial = trialOf(manifest, trialNumber);
  if (trial?.stoppedAt == null) return [];
  const stoppedMs = Date.parse(trial.stoppedAt);
  return blanksOf(trial).flatMap((blank): GapEvent[] => {
    const { module, fromMs } = blank;
    const toMs = Math.min(blank.toMs, stoppedMs);
    if (isTold(manifest, trial, blank) || toMs <= fromMs) return [];
    const cause = causes[blank.left];
    const [from, to] = [fromMs, toMs].map((ms) => new Date(ms).toISOString());
    return from === undefined || to === undefined ? [] : [{ is: 'gap', module, from, to, cause }];
  });
}

/** Why a file is empty, in words. `isInOrder`: nothing was recorded into it, it is as it should be. */
export type ToldEmpty = { readonly isInOrder: boolean; readonly words: string };

/** Empty files of which a gap tells, by their paths. */
export function toldEmpty(manifest: Manifest): ReadonlyMap<string, ToldEmpty> {
  const told = manifest.trials.flatMap((trial) =>
    blanksOf(trial).filter((blank) => isTold(manifest, trial, blank)),
  );
  return new Map(
    told.flatMap(({ files, left }) => {
      const why = { isInOrder: left === 'nothing', words: wordsFor[left] };
      return files.map(({ path }) => [path, why] as const);
    }),
  );
}

function blanksOf(trial: ManifestTrial): Blank[] {
  return trial.segments.flatMap((segment) =>
    Object.keys(segment.modules).flatMap((module) => [
      ...ownBlank(trial, segment, module),
      ...strayBlanks(trial, segment, module),
    ]),
  );
}

/** Files of a segment that its module did not finish, none of which holds anything. */
function ownBlank(trial: ManifestTrial, segment: ManifestSegment, module: string): Blank[] {
  const entry = segment.modules[module];
  const files = entry?.files.filter((file) => strayFrom(trial, segment, module, file) === null);
  if (entry === undefined || !files?.length || !files.every(holdsNothing)) return [];
  const isCut = mayBeCut(trial, segment.number, module, entry.joinedAt !== undefined);
  if (!hasFailed(entry, isCut)) return [];
  const { joinedAt, left, firstSampleMonoNs } = entry;
  const begin = joinedAt ?? (segment.reason === 'start' ? trial.startedAt : segment.startedAt);
  const fromMs = Math.max(Date.parse(trial.startedAt), Date.parse(begin));
  const toMs = firstOf(left?.at, nextOf(trial, segment.number, module)?.at);
  const told = firstSampleMonoNs === null ? 'nothing' : 'told';
  return [{ module, files, fromMs, toMs, left: isCut ? 'cut' : told }];
}

/** Empty files named for a segment that their module never came into: they stand with another that it was in. */
function strayBlanks(trial: ManifestTrial, segment: ManifestSegment, module: string): Blank[] {
  const empty = segment.modules[module]?.files.filter(holdsNothing) ?? [];
  return empty.flatMap((file): Blank[] => {
    const number = strayFrom(trial, segment, module, file);
    if (number === null) return [];
    const before = trial.segments.findLast((one) => one.number < number && one.modules[module]);
    const begin = before === undefined ? trial.startedAt : before.modules[module]?.left?.at;
    if (begin === undefined) return [];
    const toMs = firstOf(nextOf(trial, number, module)?.at);
    const isCut = mayBeCut(trial, number, module, false);
    const fromMs = Date.parse(begin);
    return [{ module, files: [file], fromMs, toMs, left: isCut ? 'cut' : 'nothing' }];
  });
}

/** The segment that a file is named for, where it stands with another; null where it stands with its own. */
function strayFrom(
  { number: trial }: ManifestTrial,
  { number }: ManifestSegment,
  module: string,
  { path }: ManifestFile,
): number | null {
  const named = segmentByName(module, trial, path);
  return named === number ? null : named;
}

/** The next segment that the module came into. */
function nextOf({ segments }: ManifestTrial, number: number, module: string) {
  const next = segments.find((one) => one.number > number && one.modules[module] !== undefined);
  return next && { reason: next.reason, at: next.modules[module]?.joinedAt ?? next.startedAt };
}

function firstOf(...times: readonly (string | undefined)[]): number {
  return Math.min(...times.flatMap((at) => (at === undefined ? [] : [Date.parse(at)])));
}

/**
 * Whether a power cut may have taken what was in the files of a segment. Of one that was confirmed any later cut may: what was
 * written last need not have been on the disk by then. One that was not, before the module came into another, holds nothing.
 */
function mayBeCut(
  trial: ManifestTrial,
  number: number,
  module: string,
  isConfirmed: boolean,
): boolean {
  const next = nextOf(trial, number, module);
  if (next !== undefined && !isConfirmed) return next.reason === 'power-loss';
  const isLater = (one: ManifestSegment) => one.number > number && one.reason === 'power-loss';
  return trial.outcome === 'interrupted' || trial.segments.some(isLater);
}

/** It ended badly, or never confirmed: it is in the manifest by its folder only. What a power cut may have taken is another thing. */
function hasFailed({ joinedAt, left }: ModuleInSegment, isCut: boolean): boolean {
  return left === undefined ? joinedAt === undefined && !isCut : left.how !== 'finished';
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
