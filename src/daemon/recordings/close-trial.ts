import type { Fault } from '../../core/input.ts';
import type { Manifest, ManifestTrial } from '../../protocol/manifest.ts';
import { isErrno } from '../errno.ts';
import { sayDisk } from '../host/room.ts';
import { type Checksums, waitingFiles } from './checksums.ts';
import { lackingIn, noteLacking } from './lacking.ts';
import { filesIn, trialOf } from './manifest-notes.ts';
import { readManifest } from './read-manifest.ts';
import { claimFiles, lastWrittenMs } from './recorded-files.ts';
import { SessionStore, type StoreOutlet } from './session-store.ts';
import { gapsOfBlanks } from './told-empty.ts';
import type { TrialEnd } from './trial-end.ts';
import { sayUnwritten } from './unsaved-sessions.ts';
import { giveVerdicts, isGoneOrLess, verdictFault } from './verdicts.ts';

/** Sessions that are looked through for missing checksums when a daemon begins. */
const maxSessionsTakenUp = 50;

/** What became of a trial's files. */
export type Closed = {
  /** Every file is good and everybody left one; if not, the problem `verdict` was raised. */
  readonly isGood: boolean;
  /** In words, where the stop is done in part only: something is gone, nothing good is left, or the disk takes no manifest. */
  readonly partly: string | null;
};

/**
 * Ends a trial: sizes and verdicts of its files, its end in the manifest and on disk, the README.
 *
 * @param how what the core knows; `complete` becomes `partial` when a required module left no good file or lost some of it, when
 *   the files cannot be looked at, or when the rig ended the trial itself
 */
export async function closeTrial(
  store: SessionStore,
  outlet: StoreOutlet,
  trial: number,
  { outcome, end }: TrialEnd,
): Promise<Closed> {
  const { manifest } = store;
  const at = await endOf(store, trial, end);
  const looked = await lookAtFiles(store, outlet, trial, at);
  const isEarly = trialOf(manifest, trial)?.endedBy !== undefined;
  const isLess = outcome === 'complete' && (looked.isLacking || isEarly);
  store.add({ is: 'trial-closed', trial, outcome: isLess ? 'partial' : outcome, at });
  for (const gap of gapsOfBlanks(manifest, trial)) store.add(gap);
  await store.settle();
  await store.writeReadme();
  const { held } = store;
  if (held === null || looked.partly !== null) return looked;
  return { ...looked, partly: sayUnwritten(held) };
}

/** Gives the verdicts and tells what is not in order. `isLacking`: the trial is not complete for it. */
async function lookAtFiles(
  store: SessionStore,
  outlet: StoreOutlet,
  trial: number,
  at: string,
): Promise<Closed & { readonly isLacking: boolean }> {
  const { manifest } = store;
  try {
    await outlet.disk.demand(store.path); // files on a disk that is gone are not empty
    const faulty = await giveVerdicts(store.path, manifest, trial, lookingAt(store, outlet));
    store.judged.add(trial);
    const isLacking = noteLacking(manifest, trial, at);
    const none = lackingIn(manifest, trial).filter((one) => one.files.length === 0);
    if (faulty.length === 0 && none.length === 0) return { isGood: true, partly: null, isLacking };
    const fault = verdictFault(trial, faulty, none);
    outlet.fault(fault);
    const isLess = isLacking || faulty.some(({ file }) => isGoneOrLess(file));
    return { isGood: false, partly: isLess ? fault.message : null, isLacking };
  } catch (error) {
    const fault = unseenFault(store.path, trial, error);
    outlet.fault(fault);
    return { isGood: false, partly: fault.message, isLacking: true };
  }
}

function lookingAt({ manifest }: SessionStore, outlet: StoreOutlet) {
  return (done: number, of: number) => outlet.looking?.(manifest.session.id, done, of);
}

function unseenFault(path: string, trial: number, error: unknown): Fault {
  const [words, remedy] = sayDisk(error);
  const message = isErrno(error, 'ENOENT')
    ? `the files of trial ${trial} are gone: there is no folder ${path} any more`
    : `the files of trial ${trial} could not be looked at: ${words}`;
  return { code: 'verdict', message, remedy };
}

// A trial that nobody watched end was over with its last byte, not when somebody came to write that down.
async function endOf(store: SessionStore, trial: number, end: TrialEnd['end']): Promise<string> {
  const nowMs = Date.now();
  if (end === 'now') return new Date(nowMs).toISOString();
  const known = trialOf(store.manifest, trial);
  const lastMs = known && (await lastWrittenMs(store.path, known, 'everything').catch(() => null));
  return new Date(lastMs ?? nowMs).toISOString();
}

/**
 * Gives verdicts in trials whose end reached the disk without them: events are there a little earlier than the manifest.
 *
 * @throws what the disk says
 */
export async function giveLateVerdicts(store: SessionStore, outlet: StoreOutlet): Promise<void> {
  for (const trial of store.manifest.trials) {
    if (!isLate(store, trial)) continue;
    await outlet.disk.demand(store.path);
    await giveVerdicts(store.path, store.manifest, trial.number, lookingAt(store, outlet));
    store.judged.add(trial.number);
    for (const gap of gapsOfBlanks(store.manifest, trial.number)) store.add(gap);
    store.changed();
  }
}

/** Over, with files that have no verdict or, as far as nobody has looked, none at all. */
function isLate({ judged }: SessionStore, { number, stoppedAt, segments }: ManifestTrial): boolean {
  if (stoppedAt === null) return false;
  const files = segments.flatMap((one) => Object.values(one.modules).map((module) => module.files));
  return files.some(
    (those) =>
      (those.length === 0 && !judged.has(number)) || those.some((one) => one.verdict === 'open'),
  );
}

/** Numbers of trials that began and have no end. */
export function openTrials(manifest: Manifest): number[] {
  return manifest.trials.filter((one) => one.stoppedAt === null).map((one) => one.number);
}

/** Gives files of a module's earlier segments to those segments, before a new one begins and adds to the same folder. */
export async function claimBeforeSegment(
  store: SessionStore,
  module: string,
  trial: number,
): Promise<void> {
  const before = filesIn(store.manifest.trials).length;
  await claimFiles(store.path, store.manifest, trial, module);
  if (filesIn(store.manifest.trials).length !== before) store.changed();
}

/** Hands sessions on disk that miss checksums to be worked on. @param paths of their folders, the newest first */
export function takeUpChecksums(
  paths: readonly string[],
  outlet: StoreOutlet,
  checksums: Checksums,
): void {
  lookThrough(paths.slice(0, maxSessionsTakenUp), outlet, checksums).catch((error: unknown) =>
    outlet.log('warn', `earlier sessions could not be looked through: ${String(error)}`),
  );
}

async function lookThrough(
  paths: readonly string[],
  outlet: StoreOutlet,
  checksums: Checksums,
): Promise<void> {
  for (const path of paths) {
    const read = await readManifest(path).catch(() => null);
    const isOurs = read !== null && read.damaged === null && read.later === undefined;
    if (!isOurs || waitingFiles(read.manifest).length === 0) continue;
    checksums.add(new SessionStore(path, read.manifest, outlet, false));
  }
}
