import { existsSync, lstatSync, readdirSync, renameSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { namePattern } from '../../protocol/vocabulary.ts';
import { wordsOf } from '../../protocol/words-of.ts';
import { isErrno, isSystemError } from '../errno.ts';
import type { AsideKind } from '../store/set-aside.ts';
import { lastSaid } from './last-said.ts';
import { LogFile, readLastWords } from './log-file.ts';
import { beFile } from './mend-run.ts';
import { bootId, ProcessEye } from './process-eye.ts';
import { readRunRecord } from './read-run-record.ts';
import {
  lastSignOfLife,
  type RunPaths,
  type RunRecord,
  readExit,
  readPid,
  runPaths,
} from './run-folder.ts';
import type { FoundRun } from './run-port.ts';
import { readSaid, writeSaid } from './said-file.ts';

const pollMs = 20;
/** A keeper that was started a moment before its daemon was killed gets so long to begin. */
const beginMs = 1_000;
/** And so long to write down an end that has just happened. */
const recordMs = 500;
/** So many damaged folders of one module are kept. */
const maxAside = 3;

/** A run's folder, as an earlier daemon left it. */
export type Found = { readonly record: RunRecord; readonly paths: RunPaths };

/**
 * A folder that is no run any more, though it has the name of one, and why; `kind` `later`: a later Rigdeck made it, and this one
 * cannot read it.
 */
export type Damaged = {
  readonly name: string;
  readonly why: string;
  readonly kind: AsideKind;
};

/**
 * All run folders of a run dir, each settled: its process has begun, or never will. One that is damaged keeps nobody from
 * finding the others.
 */
export async function findRuns(runDir: string): Promise<{ found: Found[]; damaged: Damaged[] }> {
  const found: Found[] = [];
  const damaged: Damaged[] = [];
  const attempt = (name: string, work: () => void) => {
    try {
      work();
    } catch (error) {
      if (!isSystemError(error)) throw error;
      damaged.push({ name, why: wordsOf(error), kind: 'damaged' });
    }
  };
  for (const name of foldersIn(runDir)) attempt(name, () => undoSwap(runDir, name));
  for (const name of foldersIn(runDir).filter((name) => namePattern.test(name))) {
    attempt(name, () => {
      const run = look(runDir, name);
      if (run === null) return;
      if ('why' in run) damaged.push(run);
      else found.push(run);
    });
  }
  await Promise.all(found.map(settle));
  return { found, damaged };
}

/** Null: there is no run in this folder. */
function look(runDir: string, name: string): Found | Damaged | null {
  const paths = runPaths(join(runDir, name));
  const isRun = lstatSync(paths.record, { throwIfNoEntry: false }) !== undefined;
  const record = readRunRecord(name, paths);
  if (typeof record === 'string') return { name, why: record, kind: 'later' };
  if (record === null) {
    return isRun ? { name, why: 'its run.json cannot be read', kind: 'damaged' } : null;
  }
  for (const path of [paths.status, paths.log, paths.exit]) beFile(path);
  return { record, paths };
}

/** Puts a folder out of the way, for whoever wants to know. @returns its new name, or why it stands there still */
export function setAside(runDir: string, { name }: Damaged): string {
  const aside = Array.from({ length: maxAside }, (_, n) => `${name}.damaged-${n + 1}`);
  const free = aside.find((path) => !existsSync(join(runDir, path))) ?? `${name}.damaged-1`;
  try {
    rmSync(join(runDir, free), { recursive: true, force: true });
    renameSync(join(runDir, name), join(runDir, free));
    return `it was set aside as ${free}`;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return `it could not be set aside: ${wordsOf(error)}`;
  }
}

/** What else lies in a run dir (sockets, what somebody left there) is no run. */
function foldersIn(runDir: string): string[] {
  const entries = readdirSync(runDir, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

/** How a run ended that lives no more. Null: it never began, it was told before, or the power went with it. */
export function readEnd({ record, paths }: Found): FoundRun['ended'] {
  const said = readSaid(paths);
  if (said.told || record.bootId !== bootId()) return null;
  const end = readExit(paths, record.bootId);
  if (end === null && readPid(paths) === null) return null;
  return {
    exit: end?.exit ?? { code: null, signal: null },
    at: end?.at ?? lastSignOfLife(paths),
    lastWords: readLastWords(paths),
    take: lastSaid(paths).take,
  };
}

/** Its end was told: no later daemon tells it again, and what it said is needed no more. */
export function settleEnd(paths: RunPaths): void {
  truncateSync(paths.status, 0);
  writeSaid(paths, { ...readSaid(paths), offset: 0, told: true });
}

/** Cuts the log of a run that lives no more, where nobody was there to do it. */
export function capLog(paths: RunPaths, maxBytes: number): void {
  const log = new LogFile(paths);
  if (log.sizeBytes() > maxBytes) log.cut();
  log.close();
}

/** A daemon was killed while it put a new folder into the place of the old one: nothing was started from it yet. */
function undoSwap(runDir: string, name: string): void {
  const [module = '', kind, more] = name.split('.');
  if (more !== undefined) return;
  if (kind === 'old') {
    try {
      renameSync(join(runDir, name), join(runDir, module));
    } catch (error) {
      // The new folder stands there already: then the old one is only not removed yet.
      if (!isErrno(error, 'ENOTEMPTY', 'EEXIST')) throw error;
      rmSync(join(runDir, name), { recursive: true, force: true });
    }
  } else if (kind === 'next') rmSync(join(runDir, name), { recursive: true, force: true });
}

async function settle({ record, paths }: Found): Promise<void> {
  if (record.bootId !== bootId() || readSaid(paths).told) return;
  const hasBegun = () => readPid(paths) !== null || readExit(paths, record.bootId) !== null;
  await holds(hasBegun, beginMs); // one that has not begun by then is ended with the lost ones
  await holds(() => isAlive(paths) || readExit(paths, record.bootId) !== null, recordMs);
}

function isAlive(paths: RunPaths): boolean {
  const identity = readPid(paths);
  const eye = identity === null ? null : ProcessEye.open(identity);
  const alive = eye?.alive() ?? false;
  eye?.close();
  return alive;
}

async function holds(condition: () => boolean, withinMs: number): Promise<boolean> {
  for (let waited = 0; !condition(); waited += pollMs) {
    if (waited >= withinMs) return false;
    await delay(pollMs);
  }
  return true;
}
