import { uptime } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { ProcessEye, type ProcStat, parseStat } from './process-eye.ts';
import { keptBy, processes, readProc } from './processes.ts';

/**
 * After SIGTERM, and after SIGKILL, which those get, too, that were forked just before: what is there still is held by the kernel, and
 * nobody waits for it any longer.
 */
const rungs = [
  ['SIGTERM', 1_000],
  ['SIGKILL', 2_000],
  ['SIGKILL', 500],
] as const;
const pollMs = 10;

/**
 * A run whose process is gone. What it left behind is recognised by the environment it inherited, and, where that was taken from it, by
 * the session that the process led.
 */
export type Left = {
  readonly module: string;
  readonly run: number;
  readonly runDir: string;
  readonly led: Session | null;
};

/**
 * The number of a session is that of the process that led it, and is not given again while anybody is in it; afterwards it is. So only
 * who began before the end of that process is of it. `untilS`: seconds since boot, which no clock that is set moves.
 */
export type Session = { readonly id: number; readonly untilS: number };

/** Both clocks of the kernel that are compared here count in hundredths. */
const coarseS = 0.05;

/** The session that a process led until some ms ago. */
export function sessionLedBy(pid: number, agoMs = 0): Session {
  return { id: pid, untilS: uptime() - agoMs / 1_000 + coarseS };
}

/** Processes that runs left behind, also those in sessions and groups of their own. */
export class Strays {
  /** Of these not all was gone when somebody looked last. */
  readonly #unfinished = new Set<Left>();
  #closed = false;

  /**
   * Ends what a run left behind, and then tells it: before that it may hold a device that the next run needs, or write on in
   * the files. Where nothing was left, which is the rule, it is told before this returns.
   *
   * @param over is given the numbers of those that survive SIGKILL; not called once the daemon hands over
   */
  async end(left: Left, over: (survivors: readonly number[]) => void): Promise<void> {
    let strays = findStrays(left);
    this.#unfinished.add(left);
    const { led } = left;
    // As long as some of them are there the number of their session is theirs: what they fork meanwhile is of it.
    const later = led === null ? left : { ...left, led: { ...led, untilS: Infinity } };
    for (const [signal, withinMs] of rungs) {
      if (strays.length === 0) break;
      for (const stray of strays) stray.signal(signal);
      await gone(strays, withinMs);
      strays = findStrays(later);
    }
    if (strays.length === 0) this.#unfinished.delete(left);
    for (const stray of strays) stray.close();
    if (!this.#closed) over(strays.map(({ pid }) => pid));
  }

  /** Who left what behind that is not gone yet, in words. Null: nobody. */
  living(): string | null {
    const words = [...this.#unfinished].flatMap((left) => {
      const strays = findStrays(left);
      if (strays.length === 0) this.#unfinished.delete(left);
      for (const stray of strays) stray.close();
      return strays.map(({ pid }) => `${left.module} left process ${pid} behind`);
    });
    return words.length === 0 ? null : words.join(', ');
  }

  close(): void {
    this.#closed = true;
  }
}

async function gone(strays: readonly ProcessEye[], withinMs: number): Promise<void> {
  for (let waited = 0; waited < withinMs; waited += pollMs) {
    if (!strays.some((stray) => stray.alive())) break;
    await delay(pollMs);
  }
  for (const stray of strays) stray.close();
}

function findStrays({ module, run, runDir, led: ended }: Left): ProcessEye[] {
  // A process of that number has it anew, and with it the session.
  const led = ended === null || readProc(`${ended.id}/stat`) !== '' ? null : ended;
  const marks = [`RIGDECK_MODULE=${module}`, `RIGDECK_RUN=${run}`, `RIGDECK_RUN_DIR=${runDir}`];
  return processes().flatMap((entry) => {
    const stat = parseStat(readProc(`${entry}/stat`));
    if (stat === null || stat.state === 'Z' || stat.state === 'X') return [];
    const isLeft = isIn(led, stat) || bears(marks, readProc(`${entry}/environ`));
    return isLeft && isOurs(entry, runDir) ? (ProcessEye.open(stat) ?? []) : [];
  });
}

function isIn(led: Session | null, stat: ProcStat): boolean {
  return led !== null && stat.session === led.id && Number(stat.startTicks) / 100 <= led.untilS;
}

function bears(marks: readonly string[], environment: string): boolean {
  if (!environment.includes('RIGDECK_RUN=')) return false;
  const variables = environment.split('\0');
  return marks.every((mark) => variables.includes(mark));
}

/** A daemon that a module started is none of its strays, and a keeper ends by itself as soon as it has written. */
function isOurs(entry: string, runDir: string): boolean {
  return Number(entry) !== process.pid && keptBy(entry, runDir) === null;
}
