import type { ModuleTelemetry, Telemetry } from '../protocol/snapshot.ts';
import type { EvidenceLoop } from './evidence-loop.ts';
import type { Host } from './host/host.ts';
import type { Parts, Place } from './parts.ts';
import { ProcessUsage } from './process-usage.ts';
import type { Runs } from './runs/runs.ts';
import { readingOf } from './telemetry-reading.ts';

/** How often figures are taken while somebody looks at them. In ms. */
const periodMs = 1_000;

/**
 * Takes figures of modules and machine once a second while somebody watches, and none otherwise. They are told when they read
 * otherwise than before, and always while something records: a screen of an idle rig has nothing to do.
 */
export class TelemetrySampler {
  readonly #place: Place;
  readonly #runs: Runs;
  readonly #evidence: EvidenceLoop;
  readonly #host: Host;
  readonly #recordings: Parts['recordings'];
  readonly #listeners = new Set<(telemetry: Telemetry) => void>();
  readonly #usage = new ProcessUsage();
  #timer: NodeJS.Timeout | null = null;
  #told: string | null = null;

  constructor(
    place: Place,
    { runs, recordings }: Pick<Parts, 'runs' | 'recordings'>,
    evidence: EvidenceLoop,
    host: Host,
  ) {
    this.#recordings = recordings;
    this.#place = place;
    this.#runs = runs;
    this.#evidence = evidence;
    this.#host = host;
  }

  /** Tells figures from now on. Gives the function that ends it. */
  watch(listener: (telemetry: Telemetry) => void): () => void {
    this.#listeners.add(listener);
    this.#timer ??= setInterval(() => this.#sample(), periodMs);
    this.#told = null;
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
    for (const name of Object.keys(this.#place.loaded.modules)) modules[name] = this.#module(name);
    const at = new Date().toISOString();
    const checksums = this.#recordings.checksums.work;
    const telemetry = { at, modules, host: this.#host.now(), checksums };
    const reading = readingOf(telemetry);
    if (reading !== null && reading === this.#told) return;
    this.#told = reading;
    for (const listener of [...this.#listeners]) listener(telemetry);
  }

  #module(name: string): ModuleTelemetry {
    const live = this.#runs.live(name);
    const pid = this.#runs.pidOf(name);
    const { cpuPercent, memoryBytes } = this.#usage.of(name, pid);
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
}
