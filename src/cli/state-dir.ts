import { homedir } from 'node:os';
import type { Context } from './context.ts';
import { runDirOf } from './daemon-link.ts';

/** The state dir of the daemon that this command means: as named, that of the service, else the user's own. Null for `none`. */
export function stateDirOf(context: Context): string | null {
  if (context.stateDir === 'none') return null;
  if (context.stateDir !== undefined) return context.stateDir;
  if (runDirOf(context) === '/run/rigdeck') return '/var/lib/rigdeck';
  const { HOME } = process.env;
  return `${HOME || homedir()}/.local/state/rigdeck`;
}
