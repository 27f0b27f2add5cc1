import { readFileSync } from 'node:fs';
import type { ModuleTelemetry, Telemetry } from '../protocol/snapshot.ts';
import { readClock } from './clock.ts';
import type { EvidenceLoop } from './evidence-loop.ts';
import type { Host } from './host/host.ts';
import type { Runs } from './runs/runs.ts';

/** How often figures are taken while somebody looks at them. In ms. */
const periodMs = 1_000;
/** Linux counts process time in USER_HZ, which is 100 on every architecture that a Pi has (time(7)). */
const ticksPerSecond = 100;
const pageBytes = 4_096;

type Usage = { readonly ticks: number; readonly monoMs: number };

/** Takes figures of modules and machine once a second while somebody watches, and none otherwise. */
export class TelemetrySampler {
  readonly #modules: readonly string[];
  readonly #runs: Runs;
  readonly #evidence: EvidenceLoop;
  readonly #host: Host;
  readonly #listeners = new Set<(telemetry: Telemetry) => void>();
  readonly #usage = new Map<string, Usage>();
  #timer: NodeJS.Timeout | null = null;

  constructor(modules: readonly string[], runs: Runs, evidence: EvidenceLoop, host: Host) {
    this.#modules = modules;
    this.#runs = runs;
    this.#evidence = evidence;
    this.#host = host;
  }

  /** Tells figures from now on. Gives the function that ends it. */
  watch(listener: (telemetry: Telemetry) => void): () => void {
    this.#listeners.add(listener);
    this.#timer ??= setInterval(() => this.#sample(), periodMs);
    this.#sample();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.stop();
    };
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#usage.clear();
  }

  #sample(): void {
    this.#host.refresh();
    const modules: Record<string, ModuleTelemetry> = {};
    for (const name of this.#modules) modules[name] = this.#module(name);
    const telemetry = { at: new Date().toISOString(), modules, host: this.#host.now() };
    for (const listener of [...this.#listeners]) listener(telemetry);
  }

  #module(name: string): ModuleTelemetry {
    const live = this.#runs.live(name);
    const pid = this.#runs.pidOf(name);
    const { cpuPercent, memoryBytes } = pid === null ? unknown : this.#process(name, pid);
    return {
      cpuPercent,
      memoryBytes,
      bytes: this.#evidence.bytesOf(name) ?? live?.bytes ?? 0,
      bytesPerS: this.#evidence.rateOf(name),
      samples: live?.samples ?? 0,
      dropped: live?.dropped ?? 0,
      detail: live?.detail ?? null,
      gauges: live?.gauges ?? {},
    };
  }

  #process(name: string, pid: number): typeof unknown {
    const text = readStat(pid);
    // Fields are counted from behind the name, which may hold anything (proc(5)): utime is field 14, rss field 24.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    const memoryBytes = Number(fields[21]) * pageBytes;
    if (!Number.isFinite(ticks) || !Number.isFinite(memoryBytes)) return unknown;
    const { monoMs } = readClock();
    const key = `${name} ${pid}`;
    const before = this.#usage.get(key);
    this.#usage.set(key, { ticks, monoMs });
    if (before === undefined || monoMs <= before.monoMs) return { cpuPercent: null, memoryBytes };
    const seconds = (monoMs - before.monoMs) / 1_000;
    const percent = ((ticks - before.ticks) / ticksPerSecond / seconds) * 100;
    return { cpuPercent: Math.round(percent * 10) / 10, memoryBytes };
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

const unknown: { readonly cpuPercent: number | null; readonly memoryBytes: number | null } = {
  cpuPercent: null,
  memoryBytes: null,
};
