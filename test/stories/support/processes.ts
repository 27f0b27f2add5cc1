import { readdirSync, readFileSync } from 'node:fs';
import { processIdentity } from '../../../src/daemon/store/process-identity.ts';

/** A process that carries the mark of a story in its environment: a daemon, a keeper, a module, or what a module started. */
export type Marked = {
  readonly pid: number;
  readonly startTicks: string;
  readonly kind: 'daemon' | 'keeper' | 'module' | 'other';
  /** Null for what belongs to no module. */
  readonly module: string | null;
  readonly command: string;
};

export const mark = 'RIGDECK_STORY';

/** All living processes with this mark, in the order of their numbers. Zombies do not live. */
export function marked(story: string): Marked[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const one = look(Number(name), story);
      return one === null ? [] : [one];
    });
}

/** Ends a process, if it is still the same. */
export function end({ pid, startTicks }: Pick<Marked, 'pid' | 'startTicks'>): void {
  if (processIdentity(pid)?.startTicks === startTicks) process.kill(pid, 'SIGKILL');
}

/** Field 3 of proc_pid_stat(5): `T` is stopped by a signal. Null when there is no such process. */
export function stateLetter(pid: number): string | null {
  return fields(pid)[0] ?? null;
}

/** CPU seconds that a process has used. Linux counts them in hundredths (time(7)). */
export function cpuSeconds(pid: number): number {
  const [utime, stime] = fields(pid).slice(11, 13);
  return (Number(utime) + Number(stime)) / 100;
}

function look(pid: number, story: string): Marked | null {
  const environment = readProc(pid, 'environ').split('\0');
  if (!environment.includes(`${mark}=${story}`)) return null;
  const [state, , , session] = fields(pid);
  const startTicks = fields(pid)[19];
  if (state === undefined || startTicks === undefined || 'ZX'.includes(state)) return null;
  const command = readProc(pid, 'cmdline').split('\0').join(' ').trim();
  const entry = environment.find((one) => one.startsWith('RIGDECK_MODULE='));
  const module = entry?.slice('RIGDECK_MODULE='.length) ?? null;
  return {
    pid,
    startTicks,
    module,
    command,
    kind: kindOf(command, module, pid === Number(session)),
  };
}

function kindOf(command: string, module: string | null, leads: boolean): Marked['kind'] {
  if (module === null) return / daemon( |$)/.test(command) ? 'daemon' : 'other';
  if (command.includes('keeper.sh')) return 'keeper';
  return leads && !command.startsWith('setsid') ? 'module' : 'other';
}

function fields(pid: number): string[] {
  const stat = readProc(pid, 'stat');
  return stat === '' ? [] : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function readProc(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return ''; // gone, or another user's
  }
}
