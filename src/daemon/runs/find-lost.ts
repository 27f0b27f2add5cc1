import type { Found } from './find-runs.ts';
import { bootId, parseStat, sendSignal } from './process-eye.ts';
import { keptBy, processes, readProc } from './processes.ts';

/** A run that lives, and that can neither be heard nor told anything: its folder is gone or damaged. */
export type FoundLost = {
  readonly module: string;
  readonly kind: string;
  readonly pid: number;
  /** 0: not known. */
  readonly run: number;
};

/**
 * Living processes of the keepers of a run dir, by their command line, that nobody has taken over. A keeper that has not begun
 * its process yet is ended. A run of another boot has no process, whatever is found.
 *
 * @param owned the processes that were taken over
 */
export function findLost(
  runDir: string,
  owned: ReadonlySet<number>,
  found: readonly Found[],
): FoundLost[] {
  const past = found.filter(({ record }) => record.bootId !== bootId());
  const stats = processes().flatMap((entry) => parseStat(readProc(`${entry}/stat`)) ?? []);
  const living = stats.filter(({ state }) => state !== 'Z' && state !== 'X');
  const kept = new Map(
    living.flatMap(({ pid }) => {
      const words = keptBy(pid, runDir);
      const isPast = past.some(({ record }) => record.module === words?.module);
      return words === null || isPast ? [] : [[pid, words] as const];
    }),
  );
  return living.flatMap((keeper): FoundLost[] => {
    const words = kept.get(keeper.pid);
    // A keeper that is just beginning a process is there twice: the second becomes that process.
    if (words === undefined || kept.has(keeper.parent)) return [];
    const pid = living.find(({ parent }) => parent === keeper.pid)?.pid;
    if (pid === undefined) sendSignal(keeper.pid, 'SIGKILL');
    if (pid === undefined || owned.has(pid)) return [];
    return [{ ...words, pid, run: runOf(pid) }];
  });
}

function runOf(pid: number): number {
  const environment = readProc(`${pid}/environ`);
  return Number(/(?:^|\0)RIGDECK_RUN=(\d+)/.exec(environment)?.[1] ?? 0);
}
