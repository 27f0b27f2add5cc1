import { lstat, readdir, stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type { Manifest, ManifestSegment, ManifestTrial } from '../../protocol/manifest.ts';
import { isErrno } from '../errno.ts';
import { foldersIn } from '../store/names-in.ts';
import { entryOf, trialOf } from './manifest-notes.ts';
import { isTornRest } from './mend-file.ts';
import { segmentInName, trialName } from './session-folder.ts';

/** A module that fills its folder without end must not take the daemon's memory with it. */
const maxFiles = 100_000;
const maxDepth = 6;

/** What is on disk of a file; null when it is not there. */
export type FileFacts = {
  readonly bytes: number;
  readonly mtimeMs: number;
  /** What tells one file from another of the same name. */
  readonly inode: number;
  /** What the disk holds of it: less than `bytes` where it has holes. */
  readonly heldBytes: number;
};

/** Facts of one regular file, links followed. Null when there is none. */
export async function factsOf(path: string): Promise<FileFacts | null> {
  try {
    const facts = await stat(path);
    if (!facts.isFile()) return null;
    const { size: bytes, mtimeMs, ino: inode, blocks } = facts;
    return { bytes, mtimeMs, inode, heldBytes: blocks * 512 };
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES')) return null;
    throw error;
  }
}

/** Every file below a folder as absolute paths, links to folders not followed. At most 100,000, six folders deep. */
export async function filesBelow(folder: string): Promise<string[]> {
  const found: string[] = [];
  await collect(folder, maxDepth, found);
  return found.sort();
}

async function collect(folder: string, depth: number, found: string[]): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'EACCES')) return [];
    throw error;
  });
  for (const entry of entries) {
    if (found.length >= maxFiles) return;
    const path = join(folder, entry.name);
    if (entry.isFile()) found.push(path);
    else if (entry.isDirectory() && depth > 1) await collect(path, depth - 1, found);
  }
}

/** Modules that have a folder for this trial. */
export async function modulesOnDisk(sessionPath: string, trial: number): Promise<string[]> {
  const modules: string[] = [];
  for (const module of await foldersIn(sessionPath)) {
    const folder = join(sessionPath, module, trialName(trial));
    const facts = await lstat(folder).catch(() => null);
    if (facts?.isDirectory() === true) modules.push(module);
  }
  return modules;
}

/**
 * The segment that a file in a module's trial folder belongs to: the one that names it, else the one whose prefix it has,
 * else the module's newest. The last is for programs that choose their own names.
 *
 * @param path relative to the session folder
 * @param inFolder the same, relative to the module's trial folder
 */
function segmentFor(
  trial: ManifestTrial,
  module: string,
  path: string,
  inFolder: string,
  named: ReadonlyMap<string, ManifestSegment>,
): ManifestSegment | undefined {
  const naming = named.get(path);
  if (naming !== undefined) return naming;
  const spoken = segmentInName(module, inFolder);
  const prefixed = trial.segments.find((segment) => segment.number === spoken);
  if (prefixed !== undefined) return prefixed;
  const own = trial.segments.findLast((segment) => segment.modules[module] !== undefined);
  return own ?? trial.segments.at(-1);
}

/** A file on disk and the segment that it belongs to. */
type Claimed = { readonly path: string; readonly segment: number };

/** Files in a module's trial folder, each with its segment; paths relative to the session folder. */
export async function claimedFiles(
  sessionPath: string,
  trial: ManifestTrial,
  module: string,
): Promise<Claimed[]> {
  const folder = join(sessionPath, module, trialName(trial.number));
  const named = new Map<string, ManifestSegment>();
  for (const segment of trial.segments) {
    for (const file of segment.modules[module]?.files ?? []) named.set(file.path, segment);
  }
  return (await filesBelow(folder)).flatMap((file) => {
    if (isTornRest(file)) return [];
    const path = relative(sessionPath, file);
    const segment = segmentFor(trial, module, path, relative(folder, file), named);
    return segment === undefined ? [] : [{ path, segment: segment.number }];
  });
}

/** Takes files that no module named, but that lie in its folder, into the manifest. */
export async function claimFiles(
  sessionPath: string,
  manifest: Manifest,
  trialNumber: number,
  module: string,
): Promise<void> {
  const trial = trialOf(manifest, trialNumber);
  if (trial === undefined) return;
  const known = new Set<string>();
  for (const segment of trial.segments) {
    for (const file of segment.modules[module]?.files ?? []) known.add(file.path);
  }
  for (const { path, segment } of await claimedFiles(sessionPath, trial, module)) {
    if (known.has(path)) continue;
    const { files } = entryOf(trial, segment, module);
    files.push({ path, bytes: 0, sha256: null, verdict: 'open' });
  }
}

/**
 * When files of a trial were last written, in ms of the wall clock; null when there are none.
 *
 * @param of `everything`, or what one module wrote; `beforeNewest`: without its newest segment, where it has several
 */
export async function lastWrittenMs(
  sessionPath: string,
  trial: ManifestTrial,
  of: 'everything' | { readonly module: string; readonly beforeNewest: boolean },
): Promise<number | null> {
  const modules =
    of === 'everything' ? await modulesOnDisk(sessionPath, trial.number) : [of.module];
  const times: number[] = [];
  for (const module of modules) {
    const isLess = of !== 'everything' && of.beforeNewest;
    const newest = isLess ? newestOfSeveral(trial, module) : null;
    const claimed = await claimedFiles(sessionPath, trial, module);
    for (const { path } of claimed.filter(({ segment }) => segment !== newest)) {
      const facts = await factsOf(resolve(sessionPath, path));
      if (facts !== null) times.push(facts.mtimeMs);
    }
  }
  return newestMs(times);
}

function newestOfSeveral(trial: ManifestTrial, module: string): number | null {
  const own = trial.segments.filter((segment) => segment.modules[module] !== undefined);
  return own.length < 2 ? null : (own.at(-1)?.number ?? null);
}

/** The highest of some times; null of none. */
export function newestMs(times: readonly number[]): number | null {
  return times.reduce<number | null>(
    (most, one) => (most === null ? one : Math.max(most, one)),
    null,
  );
}
