import { resolve } from 'node:path';
import { isPause } from './manifest-gaps.ts';
import { trialOf } from './manifest-notes.ts';
import { claimedFiles, factsOf, newestMs } from './recorded-files.ts';
import type { SessionStore } from './session-store.ts';

/** What the recordings folder tells of a pause. */
export type PauseLeft = {
  /** Whether the manifest says that everybody is paused. */
  readonly isNoted: boolean;
  /** Since when, in ms of the wall clock; null: nothing tells. */
  readonly sinceMs: number | null;
};

export const nothingPaused: PauseLeft = { isNoted: false, sinceMs: null };

/**
 * Finds what is known of the pause that a trial is in: from the manifest, or where it has not heard of one from the last byte of
 * these modules, which say that they are paused. A disk that cannot be read tells nothing.
 */
export async function pauseLeft(
  { manifest, path }: SessionStore,
  trial: number,
  modules: readonly string[],
): Promise<PauseLeft> {
  const open = manifest.gaps.findLast((gap) => isPause(gap) && gap.to === null);
  if (open !== undefined) return { isNoted: true, sinceMs: Date.parse(open.from) };
  const known = trialOf(manifest, trial);
  if (known === undefined) return nothingPaused;
  const times: number[] = [];
  for (const module of modules) {
    for (const file of await claimedFiles(path, known, module).catch(() => [])) {
      const facts = await factsOf(resolve(path, file.path)).catch(() => null);
      if (facts !== null) times.push(facts.mtimeMs);
    }
  }
  return { isNoted: false, sinceMs: newestMs(times) };
}
