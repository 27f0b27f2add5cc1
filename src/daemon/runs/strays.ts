import { readdirSync, readFileSync } from 'node:fs';
import { isSystemError } from '../errno.ts';
import { parseStat, sendSignal } from './process-eye.ts';

const politeMs = 1_000;

/** Processes that a module left behind in its session, recognised by the environment they inherited. */
export type Left = { readonly module: string; readonly run: number; readonly pid: number };

/**
 * Ends what a module that has ended left behind: it may hold a device that the next run needs. SIGTERM at once, SIGKILL to what
 * is still there a second later.
 */
export function endStrays(left: Left): void {
  if (signalStrays(left, 'SIGTERM') === 0) return;
  setTimeout(() => signalStrays(left, 'SIGKILL'), politeMs).unref();
}

function signalStrays(left: Left, signal: NodeJS.Signals): number {
  const strays = processes().filter((entry) => isStray(entry, left));
  for (const stray of strays) sendSignal(Number(stray), signal);
  return strays.length;
}

/** The numbers of all processes; none where the system cannot say now. */
export function processes(): string[] {
  try {
    return readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  } catch (error) {
    if (isSystemError(error)) return [];
    throw error;
  }
}

/** The session number alone proves nothing: numbers come again. */
function isStray(entry: string, { module, run, pid }: Left): boolean {
  const stat = parseStat(readProc(`${entry}/stat`));
  if (stat === null || stat.session !== pid || stat.state === 'Z') return false;
  const environment = readProc(`${entry}/environ`).split('\0');
  return (
    environment.includes(`RIGDECK_MODULE=${module}`) && environment.includes(`RIGDECK_RUN=${run}`)
  );
}

/** A file below /proc; empty where it cannot be read. */
export function readProc(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, 'latin1');
  } catch (error) {
    if (isSystemError(error)) return ''; // gone, or not ours to see
    throw error;
  }
}
