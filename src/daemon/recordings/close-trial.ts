import type { Manifest } from '../../protocol/manifest.ts';
import { sayDisk } from '../host/room.ts';
import { type Checksums, waitingFiles } from './checksums.ts';
import { lackingIn, noteLacking } from './lacking.ts';
import { filesIn, trialOf } from './manifest-notes.ts';
import { readManifest } from './read-manifest.ts';
import { claimFiles, lastWrittenMs } from './recorded-files.ts';
import { SessionStore, type StoreOutlet } from './session-store.ts';
import type { TrialEnd } from './trial-end.ts';
import { giveVerdicts, verdictFault } from './verdicts.ts';

/** Sessions that are looked through for missing checksums when a daemon begins. */
const maxSessionsTakenUp = 50;

/**
 * Ends a trial: sizes and verdicts of its files, its end in the manifest and on disk, the README.
 *
 * @param how what the core knows; `complete` becomes `partial` when a required module left no good file, or the rig ended the
 *   trial itself
 * @returns whether every file is good and everybody left one; if not, the problem `verdict` was raised
 */
export async function closeTrial(
  store: SessionStore,
  outlet: StoreOutlet,
  trial: number,
  { outcome, end }: TrialEnd,
): Promise<boolean> {
  const { manifest } = store;
  let isGood = false;
  const at = await endOf(store, trial, end);
  let ended = outcome;
  try {
    await outlet.disk.demand(store.path); // files on a disk that is gone are not empty
    const faulty = await giveVerdicts(store.path, manifest, trial);
    const isLacking = noteLacking(manifest, trial, at);
    if (outcome === 'complete' && isLacking) ended = 'partial';
    const none = lackingIn(manifest, trial).filter((one) => one.files.length === 0);
    isGood = faulty.length === 0 && none.length === 0;
    if (!isGood) outlet.fault(verdictFault(trial, faulty, none));
  } catch (error) {
    const [words, remedy] = sayDisk(error);
    const message = `the files of trial ${trial} could not be looked at: ${words}`;
    outlet.fault({ code: 'verdict', message, remedy });
  }
  if (ended === 'complete' && trialOf(manifest, trial)?.endedBy !== undefined) ended = 'partial';
  store.add({ is: 'trial-closed', trial, outcome: ended, at });
  await store.settle();
  await store.writeReadme();
  return isGood;
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
export async function giveLateVerdicts(store: SessionStore): Promise<void> {
  for (const trial of store.manifest.trials) {
    const isWaiting = trial.segments.some((segment) =>
      Object.values(segment.modules).some(
        ({ files }) => files.length === 0 || files.some((file) => file.verdict === 'open'),
      ),
    );
    if (trial.stoppedAt === null || !isWaiting) continue;
    await giveVerdicts(store.path, store.manifest, trial.number);
    store.changed();
  }
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
export async function takeUpChecksums(
  paths: readonly string[],
  outlet: StoreOutlet,
  checksums: Checksums,
): Promise<void> {
  for (const path of paths.slice(0, maxSessionsTakenUp)) {
    const read = await readManifest(path).catch(() => null);
    if (read === null || read.damaged !== null || waitingFiles(read.manifest).length === 0)
      continue;
    checksums.add(new SessionStore(path, read.manifest, outlet, false));
  }
}
