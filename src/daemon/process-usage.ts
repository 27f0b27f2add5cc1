import { readFileSync } from 'node:fs';
import { readClock } from './clock.ts';

/** Linux counts process time in USER_HZ, which is 100 on every architecture that a Pi has (time(7)). */
const ticksPerSecond = 100;
const pageBytes = 4_096;

/** What a process takes; null is unknown. CPU in percent of one core, since it was asked for last. */
export type Usage = { readonly cpuPercent: number | null; readonly memoryBytes: number | null };

type Seen = { readonly pid: number; readonly ticks: number; readonly monoMs: number };

/** What the processes of modules take, from one look to the next. */
export class ProcessUsage {
  readonly #seen = new Map<string, Seen>();

  /** @param pid of the module's process; null: it has none */
  of(module: string, pid: number | null): Usage {
    if (pid === null) return unknown;
    const text = readStat(pid);
    // Fields are counted from behind the name, which may hold anything (proc(5)): utime is field 14, rss field 24.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    const memoryBytes = Number(fields[21]) * pageBytes;
    if (!Number.isFinite(ticks) || !Number.isFinite(memoryBytes)) return unknown;
    const { monoMs } = readClock();
    const before = this.#seen.get(module);
    this.#seen.set(module, { pid, ticks, monoMs });
    if (before?.pid !== pid || monoMs <= before.monoMs) return { cpuPercent: null, memoryBytes };
    const seconds = (monoMs - before.monoMs) / 1_000;
    const percent = ((ticks - before.ticks) / ticksPerSecond / seconds) * 100;
    return { cpuPercent: Math.round(percent * 10) / 10, memoryBytes };
  }

  /** Forgets the looks so far. */
  clear(): void {
    this.#seen.clear();
  }
}

/** At once: the kernel answers from memory, and a thread for each file costs ten times as much. */
function readStat(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return ''; // it has ended
  }
}

const unknown: Usage = { cpuPercent: null, memoryBytes: null };
