import { stat } from 'node:fs/promises';
import { relative } from 'node:path';
import type { LogLevel } from '../../protocol/vocabulary.ts';
import { filesWithData } from './discard.ts';
import { trialOf } from './manifest-notes.ts';
import { findNeverGone, holdsNothing, takeBack, trialFiles, trialsOnDisk } from './never-gone.ts';
import { modulesOnDisk } from './recorded-files.ts';
import type { SessionStore } from './session-store.ts';

/** Files that an event names; the manifest names all. */
const maxFilesNamed = 256;

/** A session that is looked through: a store of the daemon, or a bench of who recovers it. */
type Session = Pick<SessionStore, 'path' | 'manifest' | 'add'>;

/**
 * Takes trials into the manifest of which only files tell: the daemon was killed before the first word of them was on disk.
 * They are open then.
 *
 * @param tell which files make a trial: `data`, those larger than a header, as long as somebody may be armed; else `anything`
 * @returns their numbers, the lowest first
 * @throws what the disk says
 */
export async function takeUpUnlisted(store: Session, tell: 'data' | 'anything'): Promise<number[]> {
  const taken: number[] = [];
  for (const trial of await trialsOnDisk(store.path)) {
    if (trialOf(store.manifest, trial) !== undefined) continue;
    const files = await filesThat(tell, store.path, trial);
    if (files.length === 0) continue;
    const beganMs = await firstMs(files);
    const at = new Date(beganMs).toISOString();
    const goMonoNs = goOf(beganMs);
    const modules = await modulesOnDisk(store.path, trial);
    const about = { trial, label: null, startedAt: at, goMonoNs, modules, without: [] };
    store.add({ is: 'trial-began', ...about });
    keepTrial(store, trial, files, at);
    taken.push(trial);
  }
  return taken;
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
export async function tidyUnlisted(
  store: Session,
  log: (level: LogLevel, message: string) => void,
): Promise<number[]> {
  for (const one of await findNeverGone(store.path, store.manifest)) {
    await takeBack(store.path, one);
    log('info', `trial ${one.trial} was armed and never went: its empty files are removed`);
  }
  const taken = await takeUpUnlisted(store, 'anything');
  if (taken.length > 0) log('warn', sayTaken(taken));
  return taken;
}

/** The same while somebody may be armed: nothing is removed. */
export async function takeUpData(
  store: Session,
  log: (level: LogLevel, message: string) => void,
): Promise<number[]> {
  const taken = await takeUpUnlisted(store, 'data');
  if (taken.length > 0) log('warn', sayTaken(taken));
  return taken;
}

function sayTaken(trials: readonly number[]): string {
  return `trials of which no word was on disk are taken up: ${trials.join(', ')}`;
}

async function firstMs(files: readonly string[]): Promise<number> {
  let firstMs = Date.now();
  for (const file of files) {
    const facts = await stat(file).catch(() => null);
    if (facts === null) continue;
    // File systems that keep no time of birth say 0.
    firstMs = Math.min(firstMs, facts.mtimeMs, facts.birthtimeMs || facts.mtimeMs);
  }
  return firstMs;
}

/** The instant on CLOCK_MONOTONIC; 0 for one before this machine was switched on. */
function goOf(wallMs: number): string {
  const go = process.hrtime.bigint() - BigInt(Math.round(Date.now() - wallMs)) * 1_000_000n;
  return String(go > 0n ? go : 0n);
}
