import { readFileSync } from 'node:fs';
import { readStatusFile } from '../client/run-dir.ts';
import { clockTime, dateAndTime } from '../protocol/local-time.ts';
import type { StatusFile } from '../protocol/snapshot.ts';
import { sayCount } from '../protocol/units.ts';

/** What a daemon that does not answer has left behind. */
export type LeftRunning = {
  /** `3 modules were recording at 14:02:10 and still run`. */
  readonly words: string;
  /** How many processes of modules still live. */
  readonly living: number;
};

/**
 * What still runs, and records, though no daemon answers: by the last state that it wrote down, and by which of the
 * processes in its run folders still live. Null when nothing does and nothing recorded, or when it cannot be told.
 */
export async function leftRunning(runDir: string): Promise<LeftRunning | null> {
  const last = readStatusFile(runDir);
  if (last === null) return null;
  const { bootId } = await import('../daemon/runs/process-eye.ts');
  if (last.daemon.bootId !== bootId()) return null;
  const names = Object.keys(last.modules);
  const lives = await Promise.all(names.map((name) => isAlive(`${runDir}/${name}/pid`)));
  const living = names.filter((_, index) => lives[index] === true);
  const words = sayLeft(last, new Set(living));
  return words === null ? null : { words, living: living.length };
}

function sayLeft({ at, modules }: StatusFile, living: ReadonlySet<string>): string | null {
  const recorded = Object.entries(modules)
    .filter(([, { state }]) => state === 'recording' || state === 'paused')
    .map(([name]) => name);
  const run = living.size === 1 ? 'runs' : 'run';
  if (recorded.length === 0) {
    return living.size === 0 ? null : `${sayCount(living.size, 'module')} still ${run}`;
  }
  const were = `${sayCount(recorded.length, 'module')} ${recorded.length === 1 ? 'was' : 'were'} recording at ${sayWhen(at)}`;
  const left = recorded.filter((name) => living.has(name)).length;
  if (left === 0) return `${were} and ${recorded.length === 1 ? 'has' : 'have'} ended`;
  if (left < recorded.length)
    return `${were}, of which ${left} still ${left === 1 ? 'runs' : 'run'}`;
  return `${were} and still ${left === 1 ? 'runs' : 'run'}`;
}

const sameDayMs = 12 * 3_600_000;

function sayWhen(at: string): string {
  return Date.now() - Date.parse(at) < sameDayMs ? clockTime(at) : dateAndTime(at);
}

/** Whether the process that wrote itself down there still lives. */
async function isAlive(pidFile: string): Promise<boolean> {
  const { parseStat } = await import('../daemon/runs/process-eye.ts');
  const { processIdentity } = await import('../daemon/store/process-identity.ts');
  try {
    const written = parseStat(readFileSync(pidFile, 'latin1'));
    return written !== null && processIdentity(written.pid)?.startTicks === written.startTicks;
  } catch {
    return false; // it has no run, or it is not for this user to see
  }
}
