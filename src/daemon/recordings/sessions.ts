import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import type { FileVerdict, Manifest } from '../../protocol/manifest.ts';
import { sanitize } from '../../protocol/sanitize.ts';
import type { ListedSession, SessionSummary } from '../../protocol/sessions.ts';
import { wordsOf } from '../../protocol/words-of.ts';
import { filesIn } from './manifest-notes.ts';
import { isTornRest } from './mend-file.ts';
import { readManifest } from './read-manifest.ts';
import { factsOf, filesBelow } from './recorded-files.ts';
import { isCalled, parseFolderName, sessionFolders } from './session-folder.ts';

/** Recordings on disk, read without a daemon. */

/** A session that was found, and where. */
export type FoundSession = {
  readonly manifest: Manifest;
  readonly folder: string;
  /** Absolute path of its folder. */
  readonly path: string;
  readonly damaged: string | null;
  readonly later?: string;
};

/**
 * Every session in the recordings folder, oldest first. None when there is no such folder. One that cannot be read says why, and
 * takes no other away.
 *
 * @throws what the disk says of the folder
 */
export async function listSessions(folder: string): Promise<ListedSession[]> {
  const sessions: ListedSession[] = [];
  for (const name of (await sessionFolders(folder)).reverse()) {
    const session = await summaryOf(folder, name).catch((error: unknown) =>
      unreadSession(name, sayUnreadable(error)),
    );
    if (session !== null) sessions.push(session);
  }
  return sessions;
}

/** A session of which nothing is known but its folder. @param unread why, in words */
export function unreadSession(folder: string, unread: string): ListedSession {
  const { id = folder, name = folder, startedAt = null } = parseFolderName(folder) ?? {};
  return { id, name: sanitize(name, 200), folder, startedAt, unread };
}

/** Why a session cannot be read, in the words of the disk. */
export function sayUnreadable(error: unknown): string {
  return `it cannot be read: ${sanitize(wordsOf(error), 400)}`;
}

/** What to do about it. @param path of its folder */
export function remedyUnreadable(path: string): string {
  return `Look at its files, on the rig: ls -la ${sanitize(path)}`;
}

/** One session in short; null for a folder that is none. @throws what the disk says */
export async function summaryOf(folder: string, name: string): Promise<SessionSummary | null> {
  const read = await readManifest(join(folder, name));
  if (read === null) return null;
  const { manifest, damaged, later } = read;
  const { id, name: title, startedAt, endedAt } = manifest.session;
  return {
    id,
    name: title,
    folder: name,
    startedAt,
    endedAt,
    trials: manifest.trials.length,
    bytes: await bytesIn(join(folder, name), manifest, damaged !== null),
    state: stateOf(manifest),
    worst: worstOf(manifest),
    damaged,
    ...(later === undefined ? {} : { later }),
  };
}

/**
 * Finds one session.
 *
 * @param which its id (`0042`), number (`42`), or the name of its folder; or a path, of a session anywhere
 * @returns null when there is none
 * @throws what the disk says
 */
export async function showSession(folder: string, which: string): Promise<FoundSession | null> {
  if (which.includes('/')) return found(resolve(which));
  const name = (await sessionFolders(folder)).find((one) => isCalled(one, which));
  if (name === undefined) return null;
  return found(resolve(folder, name));
}

async function found(path: string): Promise<FoundSession | null> {
  const read = await readManifest(path);
  return read === null ? null : { ...read, folder: basename(path), path };
}

/** How much of the files that are still open has landed by now, by their paths as the manifest has them. */
export async function landedBytes({ path, manifest }: FoundSession): Promise<Map<string, number>> {
  const landed = new Map<string, number>();
  for (const file of filesIn(manifest.trials)) {
    const facts = file.verdict === 'open' ? await factsOf(resolve(path, file.path)) : null;
    if (facts !== null) landed.set(file.path, facts.bytes);
  }
  return landed;
}

/** The worst that is true of a session. */
function stateOf({ session, trials }: Manifest): SessionSummary['state'] {
  if (session.endedAt === null) return 'open';
  if (trials.some((one) => one.outcome === 'interrupted')) return 'interrupted';
  return trials.some((one) => one.outcome === 'partial') ? 'partial' : 'complete';
}

const worstFirst: readonly FileVerdict[] = ['bad', 'empty', 'short', 'open', 'repaired', 'ok'];

function worstOf({ trials }: Manifest): FileVerdict | null {
  const seen = new Set(filesIn(trials).map(({ verdict }) => verdict));
  return worstFirst.find((verdict) => seen.has(verdict)) ?? null;
}

// Sizes come into the manifest when a trial is closed; until then the disk knows.
async function bytesIn(path: string, manifest: Manifest, isDamaged: boolean): Promise<number> {
  const isClosed = manifest.trials.every((trial) => trial.stoppedAt !== null);
  const inside = filesIn(manifest.trials);
  if (isClosed && !isDamaged) return inside.reduce((sum, file) => sum + file.bytes, 0);
  const outside = inside.map((file) => file.path).filter(isAbsolute);
  let bytes = 0;
  // What was recorded lies in folders; beside them are the rig's own files, which a closed trial does not count either.
  const recorded = (await filesBelow(path)).filter(
    (file) => dirname(file) !== path && !isTornRest(file),
  );
  for (const file of [...recorded, ...outside]) {
    bytes += (await factsOf(file))?.bytes ?? 0;
  }
  return bytes;
}
