import { stat } from 'node:fs/promises';
import { relative } from 'node:path';
import { checkContainer } from './containers/check-container.ts';
import { segmentByName } from './file-list.ts';

/** What the first files of a module tell of a trial. Absolute paths; times of the wall clock in ms. */
export type FoundModule = {
  readonly module: string;
  readonly files: readonly string[];
  readonly beganMs: number;
  /** CLOCK_MONOTONIC of the first row, in ns; null where no file of it says. */
  readonly firstSampleMonoNs: string | null;
};

/**
 * Reads from the files of a trial who recorded in its first segment and since when: a file that says how long it is began that long before its
 * last byte, any other when it was made.
 *
 * @param files absolute paths below the session folder
 */
export async function findModules(
  sessionPath: string,
  trial: number,
  files: readonly string[],
): Promise<FoundModule[]> {
  const found = new Map<string, FoundModule>();
  for (const file of files) {
    const path = relative(sessionPath, file);
    const module = path.split('/')[0] ?? '';
    if ((segmentByName(module, trial, path) ?? 1) > 1) continue;
    const told = await beginOf(file);
    const before = found.get(module);
    found.set(module, {
      module,
      files: [...(before?.files ?? []), file],
      beganMs: Math.min(told.beganMs, before?.beganMs ?? Number.POSITIVE_INFINITY),
      firstSampleMonoNs: before?.firstSampleMonoNs ?? told.firstMonoNs,
    });
  }
  return [...found.values()];
}

async function beginOf(file: string): Promise<{ beganMs: number; firstMonoNs: string | null }> {
  const facts = await stat(file).catch(() => null);
  if (facts === null) return { beganMs: Date.now(), firstMonoNs: null };
  const { mtimeMs, birthtimeMs } = facts;
  // File systems that keep no time of birth say 0, or the time of a change.
  const madeMs = birthtimeMs > 0 ? Math.min(birthtimeMs, mtimeMs) : null;
  const look = await checkContainer(file, false).catch(() => null);
  const { durationMs = null, firstMonoNs = null } = look ?? {};
  if (durationMs === null) return { beganMs: madeMs ?? mtimeMs, firstMonoNs };
  return { beganMs: Math.max(mtimeMs - durationMs, madeMs ?? 0), firstMonoNs };
}
