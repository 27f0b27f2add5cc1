import { readdirSync, readFileSync } from 'node:fs';
import type { StatusFile } from '../protocol/snapshot.ts';

type Identity = StatusFile['daemon'];

/** Whether that very process lives: same boot, same pid, same start time, no zombie. */
export function isAlive({ pid, startTicks, bootId }: Identity): boolean {
  if (isOtherBoot(bootId)) return false;
  const present = parseStat(read(`/proc/${pid}/stat`));
  return present.startTicks === String(startTicks) && !/[ZX]/.test(present.state);
}

/**
 * Ends the modules of a run dir at once, each with its group, where the process that was written down still lives: for a
 * rig whose daemon is gone and that nobody will need again.
 */
export function killModules(runDir: string): void {
  for (const name of list(runDir)) {
    const { pid, startTicks } = parseStat(read(`${runDir}/${name}/pid`));
    const present = parseStat(read(`/proc/${pid}/stat`));
    if (pid > 1 && present.startTicks === startTicks) kill(-pid);
  }
}

function kill(group: number): void {
  try {
    process.kill(group, 'SIGKILL');
  } catch (error) {
    const gone = error instanceof Error && 'code' in error && error.code === 'ESRCH';
    if (!gone) throw error;
  }
}

/** Fields 1, 3 and 22 of proc_pid_stat(5). The second is a name in brackets that may hold anything. */
function parseStat(stat: string): { pid: number; state: string; startTicks: string } {
  const [state = '', ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { pid: Number.parseInt(stat, 10) || 0, state, startTicks: fields[18] ?? '' };
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // never made, or removed already
  }
}

/** Whether this machine was started again since. */
export function isOtherBoot(bootId: string): boolean {
  const present = read('/proc/sys/kernel/random/boot_id').trim();
  return present !== '' && present.replaceAll('-', '') !== bootId.replaceAll('-', '');
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // no such process any more
  }
}
