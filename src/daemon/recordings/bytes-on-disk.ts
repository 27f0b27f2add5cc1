import { resolve } from 'node:path';
import type { Manifest } from '../../protocol/manifest.ts';
import { claimedFiles, type FileFacts, factsOf, newestMs } from './recorded-files.ts';

/** What a module has on disk in its present segment and those after it. `missing`: files it named that are not there. */
export type BytesOnDisk = {
  readonly bytes: number;
  readonly files: number;
  readonly newestMtimeMs: number | null;
  readonly missing: readonly string[];
};

/** Up to so many files are looked at each time. */
const lookAtAll = 256;
/** Beyond that, a file that was left alone for this long, measured by its newest neighbour, is not looked at again. */
const leftAloneMs = 60_000;

/** Looks at the files of modules that record, again and again, without asking for thousands of old ones each time. */
export class DiskEye {
  readonly #known = new Map<string, { key: string; files: Map<string, FileFacts> }>();

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
    const known = this.#filesOf(module, `${sessionPath} ${trial.number} ${from}`);
    await refresh(sessionPath, paths, known);
    const facts = [...known.values()];
    return {
      bytes: [...facts, ...past].reduce((sum, one) => sum + one.bytes, 0),
      files: facts.length + past.length,
      newestMtimeMs: newestMs(facts.map((one) => one.mtimeMs)),
      missing: open.filter((path) => !known.has(path)),
    };
  }

  #filesOf(module: string, key: string): Map<string, FileFacts> {
    const known = this.#known.get(module);
    if (known?.key === key) return known.files;
    const files = new Map<string, FileFacts>();
    this.#known.set(module, { key, files });
    return files;
  }
}

/** Nothing yet. */
export const nothingOnDisk: BytesOnDisk = { bytes: 0, files: 0, newestMtimeMs: null, missing: [] };

async function refresh(
  sessionPath: string,
  paths: ReadonlySet<string>,
  known: Map<string, FileFacts>,
): Promise<void> {
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
    if (facts === null) known.delete(path);
    else known.set(path, facts);
  }
}
