import type { Manifest, ManifestTrial } from '../../protocol/manifest.ts';
import { withOwner } from '../../protocol/rig-words.ts';
import { sanitize } from '../../protocol/sanitize.ts';
import type { FileDetail, SessionDetail, TrialDetail } from '../../protocol/sessions.ts';
import { expectedMs } from './expected-time.ts';
import type { FoundSession } from './sessions.ts';
import { filesOf, isMendable, type Judged } from './verdicts.ts';

/** What one answer holds at most: a session may have a hundred thousand files. */
const mostTrials = 200;
const mostFiles = 400;
const mostNotes = 100;
/** Of one text, in characters: what is longer is no name or sentence for people. */
const textLength = 200;

/**
 * A session for somebody who looks at it from afar, in an answer of bounded size: the newest trials with their files. Of those
 * that do not fit, files that are not in order come before others.
 *
 * @param landed bytes of files that are still open, by path
 */
export function sessionDetail(
  { manifest, folder, path, damaged, later }: FoundSession,
  landed: ReadonlyMap<string, number>,
): SessionDetail {
  const { id, name, startedAt, endedAt } = manifest.session;
  const newest = manifest.trials.toReversed();
  const shown = newest.slice(0, mostTrials);
  const chosen = chooseFiles(shown);
  const trials = shown.map((trial) => trialDetail(manifest, trial, chosen, landed));
  const kept = trials.reduce((sum, { files }) => sum + files.length, 0);
  const all = newest.reduce((sum, trial) => sum + filesOf(trial).length, 0);
  return {
    version: 1,
    id,
    name: sanitize(name, textLength),
    folder,
    path,
    startedAt,
    endedAt,
    damaged: damaged === null ? null : sanitize(damaged, textLength),
    ...(later === undefined ? {} : { later }),
    remedy: later === undefined ? remedyOf(manifest, damaged) : withItsOwn,
    trials,
    gaps: newestOf(manifest.gaps).map((gap) => ({
      ...gap,
      cause: sanitize(gap.cause, textLength),
    })),
    markers: newestOf(manifest.markers).map(({ at, text, actor, trial }) => {
      const words = text === null ? null : sanitize(text, textLength);
      return { at, text: words, actor: sanitize(actor, textLength), trial };
    }),
    problems: newestOf(manifest.problems).map(({ at, module, message }) => {
      return { at, module, message: sanitize(withOwner(module ?? 'rig', message), 2 * textLength) };
    }),
    leftOut: {
      trials: newest.length - shown.length,
      files: all - kept,
      gaps: Math.max(0, manifest.gaps.length - mostNotes),
      markers: Math.max(0, manifest.markers.length - mostNotes),
      problems: Math.max(0, manifest.problems.length - mostNotes),
    },
  };
}

function newestOf<T>(all: readonly T[]): T[] {
  return all.slice(-mostNotes).reverse();
}

/** A few of many: those that are not in order first, then the newest. */
function chooseFiles(trials: readonly ManifestTrial[]): ReadonlySet<Judged['file']> {
  const files = trials.flatMap((trial) => filesOf(trial).map(({ file }) => file));
  const isOdd = ({ verdict }: Judged['file']) => verdict !== 'ok';
  return new Set([...new Set([...files.filter(isOdd), ...files])].slice(0, mostFiles));
}

function trialDetail(
  manifest: Manifest,
  trial: ManifestTrial,
  chosen: ReadonlySet<Judged['file']>,
  landed: ReadonlyMap<string, number>,
): TrialDetail {
  const { number, label, startedAt, stoppedAt, startSkewMs, outcome } = trial;
  const all = filesOf(trial);
  const bytesOf = ({ path, bytes }: Judged['file']) => landed.get(path) ?? bytes;
  const files = all
    .filter(({ file }) => chosen.has(file))
    .map(({ file, module, segment }): FileDetail => {
      const { path, verdict, note = null, sha256 } = file;
      return {
        path: sanitize(path, 2 * textLength),
        module,
        segment,
        bytes: bytesOf(file),
        verdict,
        note: note === null ? null : sanitize(note, textLength),
        recordedMs: recordedMs(manifest, trial, segment, module),
        summed: sha256 !== null,
      };
    });
  return {
    number,
    label: label === null ? null : sanitize(label, textLength),
    startedAt,
    stoppedAt,
    startSkewMs,
    outcome,
    ...(trial.recovered && { recovered: true }),
    bytes: all.reduce((sum, { file }) => sum + bytesOf(file), 0),
    fileCount: all.length,
    files,
  };
}

/** By the manifest alone: the times of the file itself may be those of a copy. */
function recordedMs(
  manifest: Manifest,
  trial: ManifestTrial,
  segment: number,
  module: string,
): number | null {
  const unknown = { bornMs: null, mtimeMs: Number.POSITIVE_INFINITY };
  const ms = expectedMs(manifest, trial, segment, module, unknown);
  return ms === null || !Number.isFinite(ms) ? null : Math.round(ms);
}

/** What a later version wrote, is changed by that version only. */
const withItsOwn = 'It can be read here; end and mend it with the version that wrote it.';

/** What to do about a manifest that is damaged, or files that can be made whole. */
function remedyOf({ session, trials }: Manifest, damaged: string | null): string | null {
  const isTorn = trials.some((trial) => filesOf(trial).some(({ file }) => isMendable(file)));
  if (damaged === null && !isTorn) return null;
  const end = session.endedAt === null && damaged === null ? 'rigdeck session end && ' : '';
  return `Mend it: ${end}rigdeck sessions recover ${session.id}`;
}
