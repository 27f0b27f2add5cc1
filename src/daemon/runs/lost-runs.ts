import { setTimeout as delay } from 'node:timers/promises';
import type { Found } from './find-runs.ts';
import { bootId, ProcessEye, parseStat, sendSignal } from './process-eye.ts';
import { keptBy, processes, readProc } from './processes.ts';
import type { RunSpec, RunsPort } from './run-port.ts';
import { signalOf } from './signal-name.ts';
import type { Strays } from './strays.ts';

const pollMs = 50;
/** So long a module may finish its files: as long as one that the configuration says nothing about. */
const finishMs = 30_000;
const killedMs = 2_000;

/** A run that lives, and that can neither be heard nor told anything: its folder is gone or damaged. */
export type LostRun = {
  readonly module: string;
  readonly kind: string;
  readonly keeper: number;
  /** Null: its keeper has not begun it yet. */
  readonly pid: number | null;
  /** 0: not known. */
  readonly run: number;
};

/**
 * Living keepers of a run dir, by their command line, whose process nobody has taken over.
 *
 * @param owned the processes that were taken over
 */
function findLostRuns(runDir: string, owned: ReadonlySet<number>): LostRun[] {
  const stats = processes().flatMap((entry) => parseStat(readProc(`${entry}/stat`)) ?? []);
  const living = stats.filter(({ state }) => state !== 'Z' && state !== 'X');
  const kept = new Map(
    living.flatMap(({ pid }): [number, Pick<LostRun, 'module' | 'kind'>][] => {
      const words = keptBy(pid, runDir);
      return words === null ? [] : [[pid, words]];
    }),
  );
  return living.flatMap((keeper): LostRun[] => {
    const words = kept.get(keeper.pid);
    // A keeper that is just beginning a process is there twice: the second becomes that process.
    if (words === undefined || kept.has(keeper.parent)) return [];
    const pid = living.find(({ parent }) => parent === keeper.pid)?.pid ?? null;
    if (pid !== null && owned.has(pid)) return [];
    return [{ ...words, keeper: keeper.pid, pid, run: runOf(pid) }];
  });
}

/**
 * Ends all lost runs of a run dir. A run of another boot has no process, whatever is found.
 *
 * @param owned the processes that were taken over
 * @returns those that were ended
 */
export async function endLostRuns(
  { runDir, specs }: Pick<RunsPort, 'runDir' | 'specs'>,
  owned: ReadonlySet<number>,
  found: readonly Found[],
  strays: Strays,
): Promise<LostRun[]> {
  const past = found.filter(({ record }) => record.bootId !== bootId());
  const lost = findLostRuns(runDir, owned).filter(
    ({ module }) => !past.some(({ record }) => record.module === module),
  );
  await Promise.all(lost.map((run) => endLostRun(run, specs[run.module], runDir, strays)));
  return lost;
}

/** Ends a lost run in order, so that the next one neither runs beside it nor finds its device taken. */
async function endLostRun(
  lost: LostRun,
  spec: RunSpec | undefined,
  runDir: string,
  strays: Strays,
): Promise<void> {
  const { module, run, kind, keeper, pid } = lost;
  if (pid === null) {
    sendSignal(keeper, 'SIGKILL');
    return;
  }
  const stat = parseStat(readProc(`${pid}/stat`));
  const eye = stat === null ? null : ProcessEye.open(stat);
  if (eye === null) return;
  eye.signal(kind === 'plain' ? (signalOf(spec?.stopSignal) ?? 'SIGINT') : 'SIGTERM');
  eye.signal('SIGCONT'); // one that is frozen could not hear it
  if (!(await ends(eye, finishMs))) {
    eye.signal('SIGKILL');
    await ends(eye, killedMs);
  }
  eye.close();
  await settled(keeper);
  await strays.end({ module, run, runDir }, () => undefined);
}

/** The keeper writes down how it ended, and then is gone too. */
async function settled(keeper: number): Promise<void> {
  const stat = parseStat(readProc(`${keeper}/stat`));
  const eye = stat === null ? null : ProcessEye.open(stat);
  if (eye === null) return;
  await ends(eye, killedMs);
  eye.close();
}

async function ends(eye: ProcessEye, withinMs: number): Promise<boolean> {
  for (let waited = 0; eye.alive(); waited += pollMs) {
    if (waited >= withinMs) return false;
    await delay(pollMs);
  }
  return true;
}

function runOf(pid: number | null): number {
  const environment = pid === null ? '' : readProc(`${pid}/environ`);
  return Number(/(?:^|\0)RIGDECK_RUN=(\d+)/.exec(environment)?.[1] ?? 0);
}
