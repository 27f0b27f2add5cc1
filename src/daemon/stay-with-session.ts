import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { wordsOf } from '../protocol/words-of.ts';
import { waitingOf } from './config/config-offer.ts';
import type { LoadedConfig } from './config/load-config.ts';
import type { Log } from './log.ts';
import { readManifest } from './recordings/read-manifest.ts';
import { peekRuntimeState } from './store/runtime-state.ts';

/** For a disk that sleeps. One that is gone must not keep the rig from beginning. */
const answerMs = 10_000;

/** What a daemon begins with, and the settings of rig.yaml that have to wait nevertheless. */
export type Beginning = { readonly loaded: LoadedConfig; readonly waiting: readonly string[] };

/**
 * A session of the daemon before that is open stays where it is, whatever rig.yaml says by now: its modules record there, and an edit
 * cuts no trial. The folder, and what is asked of its disk, are those of the session until a daemon begins without one.
 */
export async function stayWithSession(
  loaded: LoadedConfig,
  stateDir: string | null,
  log: Log,
): Promise<Beginning> {
  const { session = null, recordings = null } = (await peekRuntimeState(stateDir)) ?? {};
  if (session === null || recordings === null || recordings.folder === loaded.recordings)
    return { loaded, waiting: [] };
  const { folder, ...disk } = recordings;
  const path = join(folder, session.folder);
  if (!(await Promise.race([isOpen(path, log), pause(answerMs, false)])))
    return { loaded, waiting: [] };
  log.write('info', `session ${session.id} is open in ${folder}: ${loaded.recordings} waits`);
  const rig = { ...loaded.config.rig, ...disk, recordings: folder };
  const staying = { ...loaded, recordings: folder, config: { ...loaded.config, rig } };
  return { loaded: staying, waiting: waitingOf(staying, loaded) };
}

async function isOpen(path: string, log: Log): Promise<boolean> {
  try {
    const read = await readManifest(path);
    return read !== null && read.manifest.session.endedAt === null;
  } catch (error) {
    log.write('warn', `whether the session ${path} is open cannot be told: ${wordsOf(error)}`);
    return false;
  }
}
