import { stat } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import type { Fault } from '../../core/input.ts';
import { sayVerdict } from '../../protocol/file-words.ts';
import type {
  FileVerdict,
  Manifest,
  ManifestFile,
  ManifestTrial,
  ModuleInSegment,
} from '../../protocol/manifest.ts';
import { sayCount, sayDuration } from '../../protocol/units.ts';
import { wordsOf } from '../../protocol/words-of.ts';
import { isErrno } from '../errno.ts';
import { checkContainer, isOfLines } from './containers/check-container.ts';
import type { ContainerLook } from './containers/container.ts';
import { expectedMs, type FileTimes, isShort } from './expected-time.ts';
import { expectedOf, type Lacking } from './lacking.ts';
import { trialOf } from './manifest-notes.ts';
import { claimFiles, modulesOnDisk } from './recorded-files.ts';

/** Files that a problem names; the manifest names all. */
const maxFilesNamed = 5;
/** A stop is not held up longer than this: files that are left over then are judged by their size. */
const longestLookMs = 10_000;

/** A verdict, and why where it is not simply `ok`. */
export type Judgement = { readonly verdict: FileVerdict; readonly note: string | null };

/** A file with what became of it. */
export type Judged = { readonly module: string; readonly file: ManifestFile };

/** Where in the manifest a file is. */
export type Place = {
  readonly trial: ManifestTrial;
  readonly segment: number;
  readonly module: string;
};

/**
 * Gives every file of a trial its size and verdict, those included that no module named.
 *
 * @param tell is told how many files have been looked at, of how many
 * @returns the files that are not in order
 * @throws what the disk says
 */
export async function giveVerdicts(
  sessionPath: string,
  manifest: Manifest,
  trialNumber: number,
  tell?: (done: number, of: number) => void,
): Promise<Judged[]> {
  for (const module of await modulesOnDisk(sessionPath, trialNumber)) {
    await claimFiles(sessionPath, manifest, trialNumber, module);
  }
  const trial = trialOf(manifest, trialNumber);
  const untilMs = performance.now() + longestLookMs;
  const faulty: Judged[] = [];
  const all = trial === undefined ? [] : filesOf(trial);
  for (const [done, { segment, module, file }] of all.entries()) {
    if (trial === undefined) continue;
    tell?.(done, all.length);
    const isInside = performance.now() < untilMs;
    await giveVerdict(sessionPath, manifest, { trial, segment, module }, file, isInside);
    if (file.verdict !== 'ok' && file.verdict !== 'repaired') faulty.push({ module, file });
  }
  return faulty;
}

/**
 * Gives one file its size, and a verdict if it has none.
 *
 * @param isInside whether to look into it
 * @throws what the disk says
 */
export async function giveVerdict(
  sessionPath: string,
  manifest: Manifest,
  place: Place,
  file: ManifestFile,
  isInside = true,
): Promise<void> {
  const facts = await timesOf(resolve(sessionPath, file.path));
  const before = file.bytes;
  file.bytes = facts?.bytes ?? 0;
  if (file.verdict !== 'open' && !isAnother(file, before, facts)) return;
  const look =
    facts !== null && facts.bytes > 0 && isInside
      ? await lookInside(resolve(sessionPath, file.path), isFinished(place))
      : null;
  const { verdict, note } = judgeFile(manifest, place, file, facts, look);
  file.verdict = verdict;
  if (note === null) delete file.note;
  else file.note = note;
}

/**
 * Whether a file that has its verdict, as those of past segments have while the trial goes on, is another now. One that is less
 * than it was keeps its checksum, which tells so for ever; one that has grown is summed again.
 */
function isAnother(file: ManifestFile, before: number, facts: Facts | null): boolean {
  if (file.bytes === before) return false;
  if (file.bytes > before) {
    file.sha256 = null;
    return true;
  }
  file.verdict = file.bytes === 0 ? 'empty' : 'bad';
  const had = `it had ${before} bytes when it was finished`;
  file.note = facts === null ? `${goneNote}; ${had}` : had;
  file.taken ??= facts === null ? 'was deleted' : `shrank from ${before} bytes to ${file.bytes}`;
  return false;
}

/** How the note of a torn file ends. What mends it stands in the remedy. */
const mendable = 'it can be mended';

/** What is wrong with a torn file, in words. */
export function sayMendable(note: string | null): string {
  return note === null ? mendable : `${note}; ${mendable}`;
}

/** Whether `rigdeck sessions recover` makes a file whole that was not in order. */
export function isMendable({ note }: { readonly note?: string | null }): boolean {
  return note?.includes(mendable) === true;
}

const goneNote = 'it is gone';

/** Whether a file that has its verdict is not there, or lost what had been recorded into it. */
export function isGoneOrLess({ note, taken }: ManifestFile): boolean {
  return taken !== undefined || note?.startsWith(goneNote) === true;
}

/** What a look into a file and its times say of it, and what was seen to be done to it. */
export function judgeFile(
  manifest: Manifest,
  place: Place,
  file: ManifestFile,
  facts: FileTimes | null,
  look: ContainerLook | null,
): Judgement {
  const seen = judgeAsItIs(manifest, place, file, facts, look);
  if (file.taken === undefined) return seen;
  const taken = `it ${file.taken} while it was recorded`;
  const note = seen.note === null ? taken : `${seen.note}; ${taken}`;
  return { verdict: seen.verdict === 'ok' ? 'short' : seen.verdict, note };
}

function judgeAsItIs(
  manifest: Manifest,
  place: Place,
  file: ManifestFile,
  facts: FileTimes | null,
  look: ContainerLook | null,
): Judgement {
  if (facts === null) return { verdict: 'empty', note: goneNote };
  if (file.bytes === 0) return { verdict: 'empty', note: null };
  if (look === null) return { verdict: 'ok', note: null };
  const { state, note } = look;
  if (state === 'empty' || state === 'bad') return { verdict: state, note };
  if (state === 'torn') return { verdict: 'bad', note: sayMendable(note) };
  const short = sayShort(manifest, place, file, facts, look);
  return short === null ? { verdict: 'ok', note } : { verdict: 'short', note: short };
}

/** What is wrong with a file that cannot be read is that. */
async function lookInside(path: string, finished: boolean): Promise<ContainerLook | null> {
  try {
    return await checkContainer(path, finished);
  } catch (error) {
    return { state: 'bad', durationMs: null, note: `it cannot be read: ${wordsOf(error)}` };
  }
}

function sayShort(
  manifest: Manifest,
  place: Place,
  file: ManifestFile,
  facts: FileTimes,
  { durationMs, tellsUpToMs = Number.POSITIVE_INFINITY }: ContainerLook,
): string | null {
  const entry = entryIn(place);
  if (durationMs === null || entry === undefined || !tellsTime(manifest, place, entry, file)) {
    return null;
  }
  const { trial, segment, module } = place;
  const wantedMs = expectedMs(manifest, trial, segment, module, facts);
  if (wantedMs === null || wantedMs > tellsUpToMs || !isShort(durationMs, wantedMs)) return null;
  return `it holds ${sayDuration(durationMs)} of the ${sayDuration(wantedMs)} that were recorded`;
}

/**
 * Whether a file must reach over the whole segment. One of several of its kind need not; and of rows only those of a module
 * that writes nothing else, and is to write all the time, come all the time.
 */
function tellsTime(
  manifest: Manifest,
  { trial, module }: Place,
  { files }: ModuleInSegment,
  { path }: ManifestFile,
): boolean {
  const alike = files.filter((one) => extname(one.path) === extname(path));
  if (!isOfLines(path)) return alike.length === 1;
  const { evidence, evidenceTimeout } = expectedOf(manifest, trial, module);
  return files.length === 1 && evidence === 'files' && (evidenceTimeout ?? 0) <= 10_000;
}

/** It was told to stop and did, or it went on in another file. */
export function isFinished(place: Place): boolean {
  const left = entryIn(place)?.left;
  if (left !== undefined) return left.how === 'finished';
  const { trial, segment, module } = place;
  return trial.segments.some((one) => one.number > segment && one.modules[module] !== undefined);
}

function entryIn({ trial, segment, module }: Place): ModuleInSegment | undefined {
  return trial.segments.find((one) => one.number === segment)?.modules[module];
}

/** The problem `verdict`: which files are not in order, and who left none. */
export function verdictFault(
  trial: number,
  faulty: readonly Judged[],
  none: readonly Lacking[],
): Fault {
  const sentences = [
    ...none.map(({ module }) => `${module} left no file`),
    ...faulty.map(({ file }) => `${file.path} is ${sayVerdict(file)}`),
  ];
  const more = sentences.length - maxFilesNamed;
  const rest = more > 0 ? `; ${sayCount(more, 'more file')}` : '';
  const module = [...none, ...faulty][0]?.module ?? '';
  const isTorn = faulty.some(({ file }) => isMendable(file));
  const look = `Look at the log of ${module} (rigdeck logs ${module}) before you record again.`;
  const mend = `Mend it: rigdeck session end && rigdeck sessions recover. Why it happened: rigdeck logs ${module}`;
  return {
    code: 'verdict',
    message: `trial ${trial}: ${sentences.slice(0, maxFilesNamed).join('; ')}${rest}`,
    remedy: isTorn ? mend : look,
  };
}

/** Every file of a trial with its place. */
export function filesOf(trial: ManifestTrial): (Judged & { readonly segment: number })[] {
  return trial.segments.flatMap(({ number: segment, modules }) =>
    Object.entries(modules).flatMap(([module, { files }]) =>
      files.map((file) => ({ segment, module, file })),
    ),
  );
}

type Facts = FileTimes & { readonly bytes: number };

/** Size and times of a file. Null when there is none. @throws what the disk says */
export async function timesOf(path: string): Promise<Facts | null> {
  try {
    const facts = await stat(path);
    if (!facts.isFile()) return null;
    const { size: bytes, mtimeMs, birthtimeMs } = facts;
    // File systems that keep no time of birth say 0, or the time of a change.
    const isBirth = birthtimeMs > 0 && birthtimeMs <= mtimeMs;
    return { bytes, mtimeMs, bornMs: isBirth ? birthtimeMs : null };
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES')) return null;
    throw error;
  }
}
