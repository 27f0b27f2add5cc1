import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { isErrno } from '../errno.ts';

/** Which process, for good: numbers come again, together with the start time since boot they do not. */
export type ProcessIdentity = { readonly pid: number; readonly startTicks: string };

export type ProcStat = ProcessIdentity & {
  readonly state: string;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
};

let knownBootId: string | undefined;

/** Identifies this boot of the machine: start times count from it. */
export function bootId(): string {
  knownBootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return knownBootId;
}

/** Reads a line of /proc/PID/stat (proc_pid_stat(5)). The name in it may hold spaces and brackets. Null: not such a line. */
export function parseStat(text: string): ProcStat | null {
  const end = text.lastIndexOf(')');
  const fields = text.slice(end + 2).split(' ');
  const [state, parent, group, session] = fields;
  const startTicks = fields[19]; // field 22; the third is the first after the name
  const pid = Number.parseInt(text, 10);
  if (end < 0 || state === undefined || startTicks === undefined || !(pid > 0)) return null;
  return {
    pid,
    state,
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    startTicks,
  };
}

/** When something was, in ms of wall time, by the time since boot: right in today's clock even if it was set in between. */
export function wallAt(uptimeS: number): number {
  const now = Number.parseFloat(readFileSync('/proc/uptime', 'utf8'));
  return Date.now() - Math.max(0, now - uptimeS) * 1_000;
}

/** When a process began, in ms of wall time. Linux counts its start in hundredths of a second (proc_pid_stat(5)). */
export function startedAt({ startTicks }: ProcessIdentity): number {
  return wallAt(Number(startTicks) / 100);
}

/**
 * Looks at one process through an open descriptor on its /proc/PID/stat, which never shows a later process of the same number:
 * once that very process is gone it answers ESRCH.
 */
export class ProcessEye {
  readonly pid: number;
  #descriptor: number | null;

  private constructor(pid: number, descriptor: number) {
    this.pid = pid;
    this.#descriptor = descriptor;
  }

  /** Null when that process is gone, or another has its number now. */
  static open(identity: ProcessIdentity): ProcessEye | null {
    try {
      const eye = new ProcessEye(identity.pid, openSync(`/proc/${identity.pid}/stat`, 'r'));
      if (eye.#stat()?.startTicks === identity.startTicks) return eye;
      eye.close();
    } catch (error) {
      if (!isErrno(error, 'ENOENT', 'ESRCH')) throw error;
    }
    return null;
  }

  /** A zombie does not count: it runs no more, only its parent has not asked yet. */
  alive(): boolean {
    const state = this.#stat()?.state;
    return state !== undefined && state !== 'Z' && state !== 'X';
  }

  /** Signals its whole group, after a look that it is still the same. False: it is gone. */
  signal(signal: NodeJS.Signals): boolean {
    if (!this.alive()) return false;
    // In its first moments the process is not yet a leader: then it is still alone.
    return sendSignal(-this.pid, signal) || sendSignal(this.pid, signal);
  }

  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }

  #stat(): ProcStat | null {
    if (this.#descriptor === null) return null;
    const buffer = Buffer.alloc(1_024);
    try {
      return parseStat(
        buffer.toString('latin1', 0, readSync(this.#descriptor, buffer, 0, buffer.length, 0)),
      );
    } catch (error) {
      if (isErrno(error, 'ESRCH')) return null;
      throw error;
    }
  }
}

/** False: nobody is there, or nobody we may signal. */
export function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if (isErrno(error, 'ESRCH', 'EPERM')) return false;
    throw error;
  }
}
