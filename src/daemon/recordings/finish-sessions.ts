import { stat, unlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Manifest } from '../../protocol/manifest.ts';
import { removeEmpty } from '../host/room.ts';
import { namesIn } from '../store/names-in.ts';
import { closeTrial, giveLateVerdicts, openTrials } from './close-trial.ts';
import { eventsIn } from './event-log.ts';
import { addProblem } from './manifest-notes.ts';
import { readManifest, reopenManifest } from './read-manifest.ts';
import { nextOf } from './replace-file.ts';
import { parseFolderName, sessionFiles } from './session-folder.ts';
import { SessionStore, type StoreOutlet } from './session-store.ts';
import { interrupted } from './trial-end.ts';
import { tidyUnlisted } from './unlisted.ts';

/** Sessions that are looked at when a daemon begins. */
const maxSessions = 3;

/** How to know a session of this rig that is over, whatever its manifest says. */
export type Over = {
  readonly rig: string;
  /** The number of the rig's next session; those below it are over unless they are the present one. */
  readonly nextSession: number;
};

/**
 * Brings earlier sessions of this rig to their end whose last words the disk did not take: it was full, or the power went. One that
 * was never opened is no session, and goes.
 *
 * @param paths of their folders, the newest first, without the present session's
 * @returns the sessions that were brought to their end
 */
export async function finishSessions(
  paths: readonly string[],
  over: Over,
  outlet: StoreOutlet,
): Promise<SessionStore[]> {
  const finished: SessionStore[] = [];
  for (const path of paths.slice(0, maxSessions)) {
    try {
      if (await removeNeverOpened(path, over)) {
        outlet.log('warn', `${path} is removed: nothing was in it when the daemon before ended`);
        continue;
      }
      if (!(await isUnfinished(path, over))) continue;
      finished.push(await finish(path, outlet));
    } catch (error) {
      outlet.log('warn', `${path} could not be brought to its end: ${String(error)}`);
    }
  }
  return finished;
}

/** The daemon ended, or the power went, before the first file of a session had its name: there never was one. */
async function removeNeverOpened(path: string, { nextSession }: Over): Promise<boolean> {
  const number = Number(parseFolderName(basename(path))?.id);
  if (number < nextSession) return false; // one that was there: somebody has emptied it
  const unnamed = nextOf(sessionFiles.manifest);
  const names = await namesIn(path);
  if (!names.every((name) => name === unnamed)) return false;
  if (names.length > 0) await unlink(join(path, unnamed));
  return removeEmpty(path);
}

async function isUnfinished(path: string, over: Over): Promise<boolean> {
  const read = await readManifest(path);
  if (read === null || read.manifest.rig !== over.rig || isEnded(read.manifest)) return false;
  if (read.later !== undefined) return false; // for the version that began it to end
  if (Number(read.manifest.session.id) < over.nextSession) return true;
  // Of a rig whose own numbers are lost, only the events tell that nobody records there any more.
  for await (const event of eventsIn(join(path, sessionFiles.events))) {
    if (event.is === 'session-ended') return true;
  }
  return false;
}

function isEnded(manifest: Manifest): boolean {
  return manifest.session.endedAt !== null && openTrials(manifest).length === 0;
}

async function finish(path: string, outlet: StoreOutlet): Promise<SessionStore> {
  // Asked for first: to write the end is to write to it.
  const lastMs = await lastEventMs(path);
  const read = await reopenManifest(path);
  if (read === null) throw new Error('it is no session any more');
  const { manifest } = read;
  const store = new SessionStore(path, manifest, outlet, false);
  const wasTold = isEnded(manifest);
  await giveLateVerdicts(store, outlet);
  await tidyUnlisted(store, outlet);
  const open = openTrials(manifest);
  for (const trial of open) await closeTrial(store, outlet, trial, interrupted);
  const at = lastOf(manifest, lastMs);
  if (!wasTold) {
    addProblem(manifest, { at, module: null, code: 'manifest', message: sayLateEnd(open) });
  }
  if (manifest.session.endedAt === null) store.add({ is: 'session-ended', at });
  store.changed();
  await store.writeReadme();
  const isOnDisk = await store.settle();
  outlet.log('warn', `${path} ${isOnDisk ? 'was' : 'is being'} brought to its end`);
  return store;
}

/** @param trials that were open: what was written of them last is all that tells when they ended */
function sayLateEnd(trials: readonly number[]): string {
  if (trials.length === 0)
    return 'the end of this session was not on disk; the next daemon wrote it';
  const named = trials.length === 1 ? `trial ${trials[0]}` : `trials ${trials.join(', ')}`;
  const why = 'the disk took nothing, the power went or the daemon was killed';
  return `the end of ${named} and of this session was not on disk (${why}); the next daemon wrote it: the last byte is the end, and nothing is taken from the files`;
}

/** When a session was last written to; null where nothing tells. */
export async function lastEventMs(path: string): Promise<number | null> {
  return (await stat(join(path, sessionFiles.events)).catch(() => null))?.mtimeMs ?? null;
}

/** The last that is known of a session. */
function lastOf({ session, trials }: Manifest, eventsMs: number | null): string {
  const times = [session.startedAt, ...trials.map((trial) => trial.stoppedAt ?? trial.startedAt)];
  return new Date(Math.max(eventsMs ?? 0, ...times.map((at) => Date.parse(at)))).toISOString();
}
