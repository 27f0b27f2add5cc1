import { stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { foldersIn, namesIn } from '../store/names-in.ts';
import { filesWithData } from './discard.ts';
import { trialOf } from './manifest-notes.ts';
import { modulesOnDisk } from './recorded-files.ts';
import { trialInName } from './session-folder.ts';
import type { SessionStore } from './session-store.ts';

/** Files that an event names; the manifest names all. */
const maxFilesNamed = 256;

/**
 * Takes trials into the manifest of which only files tell: the daemon was killed before the first word of them was on disk.
 * They are open then; files no larger than a header make no trial.
 *
 * @returns their numbers, the lowest first
 * @throws what the disk says
 */
export async function takeUpUnlisted(
  store: Pick<SessionStore, 'path' | 'manifest' | 'add'>,
): Promise<number[]> {
  const taken: number[] = [];
  for (const trial of await trialsOnDisk(store.path)) {
    if (trialOf(store.manifest, trial) !== undefined) continue;
    const files = await filesWithData(store.path, trial);
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
  store: Pick<SessionStore, 'path' | 'manifest' | 'add'>,
  trial: number,
  files: readonly string[],
  at: string,
): void {
  const named = files.slice(0, maxFilesNamed).map((file) => relative(store.path, file));
  store.add({ is: 'trial-kept', trial, files: named, at });
}

async function trialsOnDisk(sessionPath: string): Promise<number[]> {
  const found = new Set<number>();
  for (const module of await foldersIn(sessionPath)) {
    for (const name of await namesIn(join(sessionPath, module))) {
      const trial = trialInName(name);
      if (trial !== null) found.add(trial);
    }
  }
  return [...found].sort((a, b) => a - b);
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
