import { resolve } from 'node:path';
import type { Manifest, ManifestFile } from '../../protocol/manifest.ts';
import { claimedFiles, type FileFacts, factsOf, newestMs } from './recorded-files.ts';

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
};

/** Up to so many files are looked at each time. */
const lookAtAll = 256;
/** Beyond that, a file that was left alone for this long, measured by its newest neighbour, is not looked at again. */
const leftAloneMs = 60_000;

/** Looks at the files of modules that record, again and again, without asking for thousands of old ones each time. */
export class DiskEye {
  readonly #sights = new Map<string, Sight>();

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
    await refresh(sessionPath, paths, sight);
    return summary(sight, open, past);
  }

  #sightOf(module: string, key: string): Sight {
    const known = this.#sights.get(module);
    if (known?.key === key) return known;
    const [replaced, shrunk, had] = [new Set<string>(), new Set<string>(), new Set<string>()];
    const sight = { key, files: new Map<string, FileFacts>(), replaced, shrunk, had };
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
  newest: null,
};

function summary(
  { files, replaced, shrunk, had }: Sight,
  open: readonly string[],
  past: readonly ManifestFile[],
): BytesOnDisk {
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

async function refresh(
  sessionPath: string,
  paths: ReadonlySet<string>,
  sight: Sight,
): Promise<void> {
  const known = sight.files;
  for (const path of known.keys()) if (!paths.has(path)) known.delete(path);
  const restingBeforeMs =
    paths.size <= lookAtAll
      ? 0
      : (newestMs([...known.values()].map((one) => one.mtimeMs)) ?? 0) - leftAloneMs;
  const isResting = (facts: FileFacts | undefined) =>
    facts !== undefined && facts.mtimeMs < restingBeforeMs;
  for (const path of paths) {
    if (isResting(known.get(path))) continue;
    const facts = await factsOf(resolve(sessionPath, path));
    compare(sight, path, facts);
    if (facts === null) known.delete(path);
    else known.set(path, facts);
  }
}

function compare({ files, replaced, shrunk, had }: Sight, path: string, now: FileFacts | null) {
  const before = files.get(path);
  if (now === null) return;
  had.add(path);
  if (before !== undefined && before.inode !== now.inode) replaced.add(path);
  else if (before !== undefined && now.bytes < before.bytes) shrunk.add(path);
}
