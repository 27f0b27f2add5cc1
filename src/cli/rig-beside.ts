import { lstatSync } from 'node:fs';
import { readStatusFile } from '../client/run-dir.ts';
import { ownRunDir } from '../protocol/names.ts';
import { sanitize } from '../protocol/sanitize.ts';
import { fateOf } from './daemon-process.ts';

/** A rig that somebody has started by `rigdeck up`, on a machine that has, or is to have, one as a service. */
export type RigBeside = { readonly words: string; readonly fix: string };

/**
 * The rig of this user beside the service: it holds the same cameras and microphones, and no client sees it any more, since all mean the
 * service. Null where none runs.
 */
export async function rigBeside(user: string, userId: number): Promise<RigBeside | null> {
  const runDir = ownRunDir(userId);
  // Everybody may make folders in /tmp.
  if (lstatSync(runDir, { throwIfNoEntry: false })?.uid !== userId) return null;
  const status = readStatusFile(runDir);
  if (status === null || (await fateOf(status.daemon)) !== 'alive') return null;
  const name = sanitize(status.rig.name, 64);
  const words = `a rig that ${user} started by hand runs beside it: ${name} (PID ${status.daemon.pid})`;
  return { words, fix: `rigdeck --run-dir ${runDir} down, as ${user}` };
}
