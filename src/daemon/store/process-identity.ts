import { readFileSync } from 'node:fs';
import { isErrno } from '../errno.ts';
import { bootId, parseStat } from '../runs/process-eye.ts';

/** Which process, over reboots too: as in `status.json`. */
export type DaemonIdentity = {
  readonly pid: number;
  readonly startTicks: string;
  readonly bootId: string;
};

/** The identity of a process that runs now. Null: there is none with this number, or only what is left of one. */
export function processIdentity(pid: number): DaemonIdentity | null {
  const stat = statOf(pid);
  if (stat === null || stat.state === 'Z' || stat.state === 'X') return null;
  return { pid, startTicks: stat.startTicks, bootId: bootId() };
}

function statOf(pid: number) {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ESRCH')) return null;
    throw error;
  }
}

/** Whether a process was stopped by a signal or a debugger (proc_pid_stat(5), state T or t): it lives and does nothing. */
export function isStopped(pid: number): boolean {
  return /^t$/i.test(statOf(pid)?.state ?? '');
}

/** Whether that very process still runs. */
export function isRunning(identity: DaemonIdentity): boolean {
  const now = processIdentity(identity.pid);
  return now?.startTicks === identity.startTicks && now.bootId === identity.bootId;
}
