import { statfs } from 'node:fs/promises';
import { basename } from 'node:path';
import type { ManifestFile } from '../../protocol/manifest.ts';
import { sayCount, saySize } from '../../protocol/units.ts';
import { withSource } from './containers/container.ts';
import { trialOf } from './manifest-notes.ts';
import type { FileFacts } from './recorded-files.ts';
import type { SessionStore } from './session-store.ts';

/** A file that lost what was recorded into it: `words` are what was done to it, behind its name. */
export type Taken = {
  readonly trial: number;
  readonly segment: number;
  readonly path: string;
  readonly words: string;
};

/** A file that is not as it should be, while it is being recorded. `now` is null where it is gone. */
export type Sighting = {
  readonly path: string;
  readonly before: FileFacts;
  readonly now: FileFacts | null;
};

/** File systems that compress (btrfs, zfs, bcachefs) hold less than a file has bytes, whatever nobody did to it: statfs(2). */
const compressing: readonly number[] = [0x9123683e, 0x2fc12fc1, 0xca451a4e];
/** No file system counts finer. */
const blockBytes = 4_096;
/** A module may put its last words better: nobody else takes so little. */
const ownWordsBytes = 512;

/**
 * What was taken from a file, to be put behind its name: `shrank from 4.2 MB to 0 B`. A writer that goes on at its old place fills the
 * size up again at once; the hole that is left shows in the blocks.
 *
 * @param absolute of the file
 * @returns null where nothing was
 */
export async function sayTaken(
  { before, now }: Sighting,
  absolute: string,
): Promise<string | null> {
  if (now === null) return `was deleted; it had ${saySize(before.bytes)}`;
  if (now.inode !== before.inode) return 'was replaced by another file';
  if (hasShrunk(before, now)) {
    return `shrank from ${saySize(before.bytes)} to ${saySize(now.bytes)}`;
  }
  if (!(await isHollow(before, now, absolute))) return null;
  return `was cut short: ${saySize(now.bytes - now.heldBytes)} of it are a hole`;
}

/** Whether it is worth a closer look. */
export function isSuspicious(before: FileFacts | undefined, now: FileFacts | null): boolean {
  if (before === undefined) return false;
  if (now === null || now.inode !== before.inode) return true;
  return hasShrunk(before, now) || hasNewHole(before, now);
}

function hasShrunk(before: FileFacts, now: FileFacts): boolean {
  return before.bytes - now.bytes > ownWordsBytes || now.bytes < before.bytes / 2;
}

function hasNewHole(before: FileFacts, now: FileFacts): boolean {
  return now.bytes - now.heldBytes - (before.bytes - before.heldBytes) >= blockBytes;
}

// Programs that make their files large ahead of what they write make holes, too, but never in what they have written: whoever cuts a
// file takes at least its last block.
async function isHollow(before: FileFacts, now: FileFacts, path: string): Promise<boolean> {
  const lastBlock = Math.floor(before.bytes / blockBytes) - 1;
  if (!hasNewHole(before, now) || lastBlock < 0) return false;
  if (compressing.includes((await statfs(path)).type)) return false;
  const block = await withSource(path, ({ read }) => read(lastBlock * blockBytes, blockBytes));
  return block.every((byte) => byte === 0);
}

/** What is known to be taken from these files, and what is news: `mic_s001.wav shrank from 4.2 MB to 0 B, and 2 more files`. */
export function sayLoss(files: readonly ManifestFile[], news: readonly Taken[]): string | null {
  const all = new Map<string, string>();
  for (const { path, taken } of files) if (taken !== undefined) all.set(path, taken);
  for (const { path, words } of news) all.set(path, words);
  const [first, ...others] = all;
  if (first === undefined) return null;
  const [path, words] = first;
  const more = others.length === 0 ? '' : `, and ${sayCount(others.length, 'more file')}`;
  return `${basename(path)} ${words}${more}`;
}

/** Somebody's hand was at a file that is being recorded: the manifest keeps it, whatever the file grows to. */
export function noteTaken(store: SessionStore, module: string, taken: Taken): void {
  if (trialOf(store.manifest, taken.trial)?.stoppedAt !== null) return; // it has its verdict
  store.add({ is: 'taken', ...taken, module, at: new Date().toISOString() });
}
