import { resolve } from 'node:path';
import type { Manifest, ManifestFile, ManifestTrial } from '../../protocol/manifest.ts';
import type { Storage } from '../host/storage.ts';
import { segmentByName } from './file-list.ts';
import { claimedFiles, type FileFacts, factsOf, newestMs } from './recorded-files.ts';
import type { SeenSizes } from './seen-sizes.ts';
import { trialName } from './session-folder.ts';
import { isSuspicious, type Sighting, sayLoss, sayTaken, type Taken } from './taken-away.ts';

/** What a module has on disk in its present segment and those after it. */
export type BytesOnDisk = {
  readonly bytes: number;
  readonly files: number;
  readonly newestMtimeMs: number | null;
  /** Files that it named and that are not there; where none is left, also those that it had. */
  readonly missing: readonly string[];
  /** Files that were replaced by others of their name, and files that are smaller than they were, since they were seen first. */
  readonly replaced: readonly string[];
  readonly shrunk: readonly string[];
  /** What this look has found to be taken from files that it had seen whole. */
  readonly taken: readonly Taken[];
  /** All that was taken in these segments, also under the eyes of an earlier daemon; null: nothing. */
  readonly loss: string | null;
  /** The file that was written last. */
  readonly newest: { readonly path: string; readonly bytes: number } | null;
};

/** What was seen of the files of a take. */
type Sight = {
  readonly key: string;
  readonly files: Map<string, FileFacts>;
  readonly replaced: Set<string>;
  readonly shrunk: Set<string>;
  readonly had: Set<string>;
  /** Those that were found to have lost something. */
  readonly told: Set<string>;
};

/** Up to so many files are looked at each time. */
const lookAtAll = 256;
/** Beyond that, a file that was left alone for this long, measured by its newest neighbour, is not looked at again. */
const leftAloneMs = 60_000;
/** Of so many files of a take it is told that something was taken; the verdicts at the end name all. */
const maxTold = 16;

/** Looks at the files of modules that record, again and again, without asking for thousands of old ones each time. */
export class DiskEye {
  readonly #sights = new Map<string, Sight>();
  readonly #disk: Storage;
  readonly #sizes: SeenSizes;

  /** @param disk the one that is recorded to: of one that is not there nothing was taken */
  constructor(disk: Storage, sizes: SeenSizes) {
    this.#disk = disk;
    this.#sizes = sizes;
  }

  /**
   * Size of a module's files in the trial that is going on, from one segment on: those it named and those in its folder.
   *
   * @param from the segment it is known to be in; one that it was told to go on in may have files, too
   * @throws what the disk says, other than that a file is not there
   */
  async look(
    sessionPath: string,
    manifest: Manifest,
    module: string,
    from: number,
  ): Promise<BytesOnDisk> {
    const trial = manifest.trials.findLast((one) => one.stoppedAt === null);
    if (trial === undefined) return nothingOnDisk;
    const segments = trial.segments.filter((one) => one.number >= from);
    const files = segments.flatMap((one) => one.modules[module]?.files ?? []);
    // What has a verdict is finished: its size is known.
    const past = files.filter((file) => file.verdict !== 'open');
    const open = files.filter((file) => file.verdict === 'open').map((file) => file.path);
    const claimed = (await claimedFiles(sessionPath, trial, module))
      .filter((file) => file.segment >= from)
      .map((file) => file.path);
    const paths = new Set([...open, ...claimed]);
    for (const file of past) paths.delete(file.path);
    const sight = this.#sightOf(module, `${sessionPath} ${trial.number} ${from}`);
    const take = `${sessionPath} ${trial.number} ${trial.startedAt}`;
    for (const [path, facts] of this.#sizes.ofBefore(module, take)) {
      if (paths.has(path)) sight.files.set(path, facts);
    }
    for (const file of past) sight.files.delete(file.path);
    const odd = await refresh(sessionPath, paths, sight, new Set(open));
    odd.push(...(await gone(sessionPath, `${module}/${trialName(trial.number)}/`, past, claimed)));
    this.#sizes.keep(module, take, sight.files);
    const taken = await this.#taken(sessionPath, sight, odd);
    const placed = taken.map((one) => {
      return { ...one, trial: trial.number, segment: segmentOf(trial, module, one.path) };
    });
    return { ...summary(sight, open, past), taken: placed, loss: sayLoss(files, placed) };
  }

  async #taken(sessionPath: string, sight: Sight, odd: readonly Sighting[]) {
    const news = odd
      .filter(({ path }) => !sight.told.has(path))
      .slice(0, maxTold - sight.told.size);
    if (news.length === 0) return [];
    const isThere = await this.#disk.demand(sessionPath).then(
      () => true,
      () => false,
    );
    const taken: { path: string; words: string }[] = [];
    for (const one of isThere ? news : []) {
      const words = await sayTaken(one, resolve(sessionPath, one.path)).catch((): null => null);
      if (words === null) continue;
      sight.told.add(one.path);
      taken.push({ path: one.path, words });
    }
    return taken;
  }

  #sightOf(module: string, key: string): Sight {
    const known = this.#sights.get(module);
    if (known?.key === key) return known;
    const none = () => new Set<string>();
    const [replaced, shrunk, had, told] = [none(), none(), none(), none()];
    const sight = { key, files: new Map<string, FileFacts>(), replaced, shrunk, had, told };
    this.#sights.set(module, sight);
    return sight;
  }
}

/** Nothing yet. */
export const nothingOnDisk: BytesOnDisk = {
  bytes: 0,
  files: 0,
  newestMtimeMs: null,
  missing: [],
  replaced: [],
  shrunk: [],
  taken: [],
  loss: null,
  newest: null,
};

function summary(
  { files, replaced, shrunk, had }: Sight,
  open: readonly string[],
  past: readonly ManifestFile[],
): Omit<BytesOnDisk, 'taken' | 'loss'> {
  const facts = [...files.values()];
  const newestAtMs = newestMs(facts.map((one) => one.mtimeMs));
  const newest = [...files].find(([, { mtimeMs }]) => mtimeMs === newestAtMs);
  const awaited = files.size === 0 && past.length === 0 ? [...open, ...had] : open;
  return {
    bytes: [...facts, ...past].reduce((sum, one) => sum + one.bytes, 0),
    files: facts.length + past.length,
    newestMtimeMs: newestAtMs,
    missing: [...new Set(awaited)].filter((path) => !files.has(path)),
    replaced: [...replaced],
    shrunk: [...shrunk],
    newest: newest === undefined ? null : { path: newest[0], bytes: newest[1].bytes },
  };
}

/** @returns those of which something may have been taken */
async function refresh(
  sessionPath: string,
  paths: ReadonlySet<string>,
  sight: Sight,
  named: ReadonlySet<string>,
): Promise<Sighting[]> {
  const known = sight.files;
  const odd: Sighting[] = [];
  const mostBytes = [...known.values()].reduce((most, { bytes }) => Math.max(most, bytes), 0);
  const see = (path: string, now: FileFacts | null) => {
    const before = known.get(path);
    if (before === undefined || !isSuspicious(before, now)) return;
    if (named.has(path) || isMainLoss(before, now, mostBytes)) odd.push({ path, before, now });
  };
  for (const path of known.keys()) {
    if (paths.has(path)) continue;
    see(path, null);
    known.delete(path);
  }
  const restingBeforeMs =
    paths.size <= lookAtAll
      ? 0
      : (newestMs([...known.values()].map((one) => one.mtimeMs)) ?? 0) - leftAloneMs;
  const isResting = (facts: FileFacts | undefined) =>
    facts !== undefined && facts.mtimeMs < restingBeforeMs;
  for (const path of paths) {
    if (isResting(known.get(path))) continue;
    const facts = await factsOf(resolve(sessionPath, path));
    see(path, facts);
    compare(sight, path, facts);
    if (facts === null) known.delete(path);
    else known.set(path, facts);
  }
  // What it renames is not gone. One that was named is not renamed, and a new file may get the inode of one that was removed.
  const inodes = new Set([...known.values()].map(({ inode }) => inode));
  const isGone = ({ path, before }: Sighting) => named.has(path) || !inodes.has(before.inode);
  return odd.filter((one) => one.now !== null || isGone(one));
}

/**
 * Programs that name no files rewrite and remove some of theirs: indexes, journals, parts. The largest is what they record, and no
 * program takes half of it back.
 */
function isMainLoss(before: FileFacts, now: FileFacts | null, mostBytes: number): boolean {
  const heldBytes = now === null ? 0 : Math.min(now.heldBytes, now.bytes);
  return before.bytes === mostBytes && heldBytes < before.bytes / 2;
}

/** Finished files that are not in their folder any more. */
async function gone(
  sessionPath: string,
  folder: string,
  past: readonly ManifestFile[],
  claimed: readonly string[],
): Promise<Sighting[]> {
  const there = new Set(claimed);
  const missing = past.filter(({ path, bytes }) => {
    return bytes > 0 && path.startsWith(folder) && !there.has(path);
  });
  const odd: Sighting[] = [];
  for (const { path, bytes } of missing.slice(0, maxTold)) {
    if ((await factsOf(resolve(sessionPath, path))) !== null) continue;
    const before = { bytes, heldBytes: bytes, mtimeMs: 0, inode: 0 };
    odd.push({ path, before, now: null });
  }
  return odd;
}

/** The segment of one of a module's files, whether it was named or not. */
function segmentOf({ number, segments }: ManifestTrial, module: string, path: string): number {
  const spoken = segmentByName(module, number, path);
  const own = segments.filter(({ modules }) => modules[module] !== undefined);
  const naming = own.find(({ modules }) => modules[module]?.files.some((one) => one.path === path));
  const prefixed = segments.find((one) => one.number === spoken);
  return (naming ?? prefixed ?? own.at(-1))?.number ?? 1;
}

function compare({ files, replaced, shrunk, had }: Sight, path: string, now: FileFacts | null) {
  const before = files.get(path);
  if (now === null) return;
  had.add(path);
  if (before !== undefined && before.inode !== now.inode) replaced.add(path);
  else if (before !== undefined && now.bytes < before.bytes) shrunk.add(path);
}
