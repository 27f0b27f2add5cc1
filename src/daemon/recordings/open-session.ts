import { unlink } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Fault } from '../../core/input.ts';
import type { Refusal } from '../../protocol/problem.ts';
import { isTrusted } from '../host/clock-watch.ts';
import { makeRecordingsFolder, refusalOf, removeEmpty } from '../host/room.ts';
import { namesIn } from '../store/names-in.ts';
import { lastEventMs } from './finish-sessions.ts';
import { blankManifest } from './manifest-notes.ts';
import { readManifest, reopenManifest } from './read-manifest.ts';
import { replaceFile } from './replace-file.ts';
import {
  isFolder,
  makeSessionFolder,
  parseFolderName,
  sessionFiles,
  sessionFolders,
  sessionId,
} from './session-folder.ts';
import { manifestText, SessionStore, type StoreOutlet } from './session-store.ts';
import type { SavedTrials } from './unlisted.ts';

/** What a new session needs to know of the rig. */
export type SessionFacts = {
  /** Absolute path of the recordings folder. */
  readonly folder: string;
  readonly rig: string;
  /** Of trials of earlier daemons. */
  readonly savedTrials?: SavedTrials;
  readonly facts: {
    readonly host: () => Promise<Record<string, unknown>>;
    readonly versions: Record<string, string>;
    readonly config: Record<string, unknown>;
  };
};

/** A session that was opened. `takeBack` removes the recordings folder where it was made for it and is empty. */
export type Opened = {
  readonly store: SessionStore;
  readonly number: number;
  readonly takeBack: () => Promise<void>;
};

/**
 * Opens a session: its folder, and `session.json` on disk before anything else happens.
 *
 * @param nextNumber at least this number
 * @param minFreeBytes refused below it
 * @returns the session, or the refusal; then nothing is left behind
 */
export async function openSession(
  rig: SessionFacts,
  outlet: StoreOutlet,
  name: string,
  nextNumber: number,
  minFreeBytes: number,
): Promise<Opened | Refusal> {
  const refusal = await outlet.disk.refusal(minFreeBytes);
  if (refusal !== null) return refusal;
  let takeBack = async () => {};
  try {
    takeBack = await makeRecordingsFolder(rig.folder);
    const { store, number } = await makeSession(rig, outlet, name, nextNumber);
    return { store, number, takeBack };
  } catch (error) {
    await takeBack();
    return refusalOf(rig.folder, error);
  }
}

async function makeSession(
  rig: SessionFacts,
  outlet: StoreOutlet,
  name: string,
  nextNumber: number,
): Promise<{ store: SessionStore; number: number }> {
  const now = new Date();
  const startedAt = now.toISOString();
  void outlet.clock.ask('session');
  const clock = outlet.clock.facts();
  const time = isTrusted(now, clock.synchronized) ? startedAt : null;
  const made = await makeSessionFolder(rig.folder, name, nextNumber, time);
  const id = sessionId(made.number);
  const manifest = {
    ...blankManifest(rig.rig, { id, name, startedAt }),
    versions: rig.facts.versions,
    config: rig.facts.config,
  };
  Object.assign(manifest.clock, clock);
  try {
    // Its mount may have gone in this very moment: then the folder lies on the disk beneath, and goes again.
    await outlet.disk.demand(made.path);
    // Written here rather than by the store, so that a disk that does not take it refuses the start.
    await replaceFile(join(made.path, sessionFiles.manifest), manifestText(manifest));
  } catch (error) {
    await removeSession(made.path);
    throw error;
  }
  const store = new SessionStore(made.path, manifest, outlet, true);
  store.add({ is: 'session-opened', at: startedAt, rig: rig.rig, id, name });
  await store.writeReadme();
  await store.settle();
  rig.facts.host().then(
    (host) => {
      manifest.host = host;
      store.changed();
    },
    (error: unknown) => outlet.log('warn', `no facts of the machine: ${String(error)}`),
  );
  return { store, number: made.number };
}

/** Other options may hold than before: the session says from when on. */
export function noteConfiguration(store: SessionStore, config: Record<string, unknown>): void {
  const { manifest } = store;
  const before = manifest.configs?.at(-1)?.config ?? manifest.config;
  // As it is read back from the disk.
  const now = JSON.parse(JSON.stringify(config)) as Record<string, unknown>;
  if (isDeepStrictEqual(before, now)) return;
  store.add({ is: 'configured', at: new Date().toISOString(), config: now });
}

/** Removes a session folder in which nothing lies but the rig's own files. @returns whether it is gone */
export async function removeSession(path: string): Promise<boolean> {
  const own = Object.values(sessionFiles);
  const names = await namesIn(path);
  if (!names.every((name) => own.some((file) => name === file || name.startsWith(`${file}.`)))) {
    return false;
  }
  for (const name of names) await unlink(join(path, name));
  return removeEmpty(path);
}

/** What `runtime-state.json` keeps. `folder` is the name of the session folder. */
export type SavedRecordings = {
  readonly nextSession: number;
  /** The recordings folder that the session lay in, where that is known. */
  readonly folder?: string | undefined;
  readonly session: {
    readonly id: string;
    readonly name: string;
    readonly folder: string;
    readonly startedAt: string;
    readonly lastTrial: number;
  } | null;
};

/** A session of an earlier daemon that is still open; null where there is none. And what is wrong with it. */
export type Reopened = {
  readonly store: SessionStore | null;
  /** When that daemon last wrote to it, in ms; null where nothing tells. */
  readonly lastMs: number | null;
  readonly fault: Fault | null;
};

const nothingToReopen: Reopened = { store: null, lastMs: null, fault: null };

/**
 * Goes on with a session of an earlier daemon: the saved one, or where that is over or none is saved a newer one of which the
 * saved state had not heard, if it is this rig's.
 */
export async function reopenSession(
  rig: SessionFacts,
  outlet: StoreOutlet,
  saved: SavedRecordings,
): Promise<Reopened> {
  const newest = await newestOfRig(rig, saved.nextSession);
  const folder = newest ?? saved.session?.folder;
  if (folder === undefined) return nothingToReopen;
  const path = resolve(rig.folder, folder);
  if (!(await isFolder(path))) return { ...nothingToReopen, fault: goneFault(saved, rig.folder) };
  // Of one that is over nothing is touched.
  const seen = await readManifest(path);
  if (seen === null || seen.manifest.session.endedAt !== null) return nothingToReopen;
  const read = await reopenManifest(path);
  if (read === null || read.manifest.session.endedAt !== null) return nothingToReopen;
  const lastMs = await lastEventMs(path);
  const store = new SessionStore(path, read.manifest, outlet, false);
  noteConfiguration(store, rig.facts.config);
  const fault = manifestFault(basename(path), read);
  if (fault !== null) store.changed();
  return { store, lastMs, fault };
}

/** What was wrong with the manifest of a session that goes on. */
function manifestFault(
  folder: string,
  { damaged, later, setAside }: NonNullable<Awaited<ReturnType<typeof reopenManifest>>>,
): Fault | null {
  if (damaged === null && later === undefined) return null;
  const what = later === undefined ? `damaged (${damaged})` : later;
  const where = setAside === null ? '' : `; it was set aside as ${setAside}`;
  const remedy =
    damaged === null
      ? 'What this version understands of it is in the new one, and the recording goes on.'
      : 'It was made again from events.jsonl; look at what it says.';
  return {
    code: 'damaged-file',
    message: `session.json of ${folder} was ${what}${where}`,
    remedy,
  };
}

/** The name of a session that was opened by a start, as nobody had named one. */
export const unnamed = 'rec';

/** A start that is refused takes back the session it opened, and the saved state hears of it a little later: nothing is missing then. */
function goneFault({ session, folder }: SavedRecordings, present: string): Fault | null {
  if (session?.name === unnamed && session.lastTrial === 0) return null;
  const path = resolve(folder ?? present, session?.folder ?? '');
  const message = `session ${session?.id ?? ''} is not where it was (${path}); recording into a new one`;
  return { code: 'recordings-folder', message, remedy: 'Is its disk mounted?' };
}

/** The newest session on disk, if it is this rig's, still open, and the saved state does not know its number. */
async function newestOfRig(rig: SessionFacts, nextSession: number): Promise<string | undefined> {
  const newest = (await sessionFolders(rig.folder))[0];
  if (newest === undefined || Number(parseFolderName(newest)?.id) < nextSession) return undefined;
  const read = await readManifest(join(rig.folder, newest));
  const isOurs = read?.manifest.rig === rig.rig && read.manifest.session.endedAt === null;
  return isOurs ? newest : undefined;
}
