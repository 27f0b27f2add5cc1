import { resolve } from 'node:path';
import type { Manifest } from '../../protocol/manifest.ts';
import { claimedFiles, type FileFacts, factsOf, newestMs } from './recorded-files.ts';

/** What a module has on disk in its present segment. `missing`: files it named that are not there. */
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
   * Size of the files of a module's newest segment of the trial that is going on: those it named and those in its folder.
   *
   * @throws what the disk says, other than that a file is not there
   */
  async look(sessionPath: string, manifest: Manifest, module: string): Promise<BytesOnDisk> {
    const trial = manifest.trials.findLast((one) => one.stoppedAt === null);
    const segment = trial?.segments.findLast((one) => one.modules[module] !== undefined);
    if (trial === undefined || segment === undefined) return nothingOnDisk;
    const named = (segment.modules[module]?.files ?? []).map((file) => file.path);
    const claimed = (await claimedFiles(sessionPath, trial, module))
      .filter((file) => file.segment === segment.number)
      .map((file) => file.path);
    const paths = new Set([...named, ...claimed]);
    const known = this.#filesOf(module, `${sessionPath} ${trial.number} ${segment.number}`);
    await refresh(sessionPath, paths, known);
    const facts = [...known.values()];
    return {
      bytes: facts.reduce((sum, one) => sum + one.bytes, 0),
      files: facts.length,
      newestMtimeMs: newestMs(facts.map((one) => one.mtimeMs)),
      missing: named.filter((path) => !known.has(path)),
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
