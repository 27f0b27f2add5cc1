import { basename, relative } from 'node:path';
import type { TrialRecord } from '../../protocol/snapshot.ts';
import type { LogLevel } from '../../protocol/vocabulary.ts';
import { filesWithData } from './discard.ts';
import { type FoundModule, findModules } from './found-trial.ts';
import { trialOf } from './manifest-notes.ts';
import { findNeverGone, holdsNothing, takeBack, trialFiles, trialsOnDisk } from './never-gone.ts';
import { modulesOnDisk } from './recorded-files.ts';
import type { SessionStore } from './session-store.ts';

/** Files that an event names; the manifest names all. */
const maxFilesNamed = 256;

/** A session that is looked through: a store of the daemon, or a bench of who recovers it. */
type Session = Pick<SessionStore, 'path' | 'manifest' | 'add'>;

type Begun = Pick<TrialRecord, 'number' | 'label' | 'startedAt' | 'startedMonoMs'>;

/** What the state dir still knows of trials: the newest that had begun, and the label of a start that was on its way. */
export type SavedTrials = {
  /** `folder`: of its session. */
  readonly begun: (Begun & { readonly folder: string }) | null;
  readonly starting: { readonly label: string | null } | null;
};

/** Who looks through a session: what he knows of its trials, and his log. */
type Known = {
  log(level: LogLevel, message: string): void;
  readonly savedTrials?: SavedTrials;
};

const nothingSaved: SavedTrials = { begun: null, starting: null };

/**
 * Takes trials into the manifest of which only files tell: the daemon was killed, or the power went, before the first word of them
 * was on disk. They are open then, and called `recovered`.
 *
 * @param tell which files make a trial: `data`, those larger than a header, as long as somebody may be armed; else `anything`.
 *   One that is saved as begun is made by anything
 * @returns their numbers, the lowest first
 * @throws what the disk says
 */
export async function takeUpUnlisted(
  store: Session,
  tell: 'data' | 'anything',
  saved: SavedTrials = nothingSaved,
): Promise<number[]> {
  const taken: number[] = [];
  const onDisk = await trialsOnDisk(store.path);
  for (const trial of onDisk) {
    if (trialOf(store.manifest, trial) !== undefined) continue;
    const begun = begunOf(store, trial, saved);
    const files = await filesThat(begun === null ? tell : 'anything', store.path, trial);
    if (files.length === 0) continue;
    const isNewest = trial === onDisk.at(-1);
    await takeUp(store, trial, files, begun ?? (isNewest ? saved.starting : null));
    taken.push(trial);
  }
  return taken;
}

function begunOf({ path }: Session, trial: number, { begun }: SavedTrials): Begun | null {
  return begun?.number === trial && begun.folder === basename(path) ? begun : null;
}

async function takeUp(
  store: Session,
  trial: number,
  files: readonly string[],
  known: Begun | SavedTrials['starting'],
): Promise<void> {
  const found = await findModules(store.path, trial, files);
  const begun = known !== null && 'number' in known ? known : null;
  const firstMs = Math.min(Date.now(), ...found.map(({ beganMs }) => beganMs));
  const at = begun?.startedAt ?? iso(firstMs);
  store.add({
    is: 'trial-began',
    trial,
    label: known?.label ?? null,
    startedAt: at,
    goMonoNs: begun === null ? goOf(firstMs, found) : `${begun.startedMonoMs}000000`,
    modules: await modulesOnDisk(store.path, trial),
    without: [],
    recovered: true,
  });
  if (found.length > 0) store.add({ is: 'segment', trial, segment: 1, reason: 'start', at });
  for (const { module, files: named, beganMs, firstSampleMonoNs } of found) {
    const paths = named.slice(0, maxFilesNamed).map((file) => relative(store.path, file));
    const about = { trial, segment: 1, module, firstSampleMonoNs, late: false };
    store.add({ is: 'joined', ...about, files: paths, at: iso(beganMs) });
  }
  keepTrial(store, trial, files, at);
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** Notes that a trial is kept that did not begin in order. @param files absolute */
export function keepTrial(
  store: Session,
  trial: number,
  files: readonly string[],
  at: string,
): void {
  const named = files.slice(0, maxFilesNamed).map((file) => relative(store.path, file));
  store.add({ is: 'trial-kept', trial, files: named, at });
}

async function filesThat(
  tell: 'data' | 'anything',
  path: string,
  trial: number,
): Promise<string[]> {
  if (tell === 'data') return filesWithData(path, trial);
  const files = await trialFiles(path, trial);
  const empty = await Promise.all(files.map(holdsNothing));
  return files.filter((_, index) => empty[index] === false);
}

/**
 * Takes back starts that were armed and never went, and takes up what holds something all the same. Nobody may be armed.
 *
 * @returns numbers of trials that were taken up, and are to be closed
 * @throws what the disk says
 */
export async function tidyUnlisted(store: Session, { log, savedTrials }: Known): Promise<number[]> {
  for (const one of await findNeverGone(store.path, store.manifest)) {
    await takeBack(store.path, one);
    log('info', `trial ${one.trial} was armed and never went: its empty files are removed`);
  }
  const taken = await takeUpUnlisted(store, 'anything', savedTrials);
  if (taken.length > 0) log('warn', sayTaken(taken));
  return taken;
}

/** The same while somebody may be armed: nothing is removed. */
export async function takeUpData(store: Session, { log, savedTrials }: Known): Promise<number[]> {
  const taken = await takeUpUnlisted(store, 'data', savedTrials);
  if (taken.length > 0) log('warn', sayTaken(taken));
  return taken;
}

function sayTaken(trials: readonly number[]): string {
  return `trials of which no word was on disk are taken up: ${trials.join(', ')}`;
}

/** The instant on CLOCK_MONOTONIC: the earliest sample, or by the clock of this boot; 0 for one before this machine was switched on. */
function goOf(wallMs: number, found: readonly FoundModule[]): string {
  const samples = found.flatMap(({ firstSampleMonoNs: ns }) => (ns === null ? [] : [BigInt(ns)]));
  const first = samples.sort((a, b) => (a < b ? -1 : 1))[0];
  if (first !== undefined) return String(first);
  const go = process.hrtime.bigint() - BigInt(Math.round(Date.now() - wallMs)) * 1_000_000n;
  return String(go > 0n ? go : 0n);
}
