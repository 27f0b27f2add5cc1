import type { Fault } from '../core/input.ts';
import type { ModuleConfig } from '../protocol/config.ts';
import type { ProblemCode } from '../protocol/problem.ts';
import type { Gauge } from '../protocol/snapshot.ts';
import { saySize } from '../protocol/units.ts';
import { lookAgain, quiet, type Twice } from './host/two-looks.ts';
import type { Place } from './parts.ts';
import { ProcessUsage } from './process-usage.ts';
import type { Rigdeck } from './rigdeck.ts';
import type { Runs } from './runs/runs.ts';

type Limits = ModuleConfig['limits'];

export type GaugePort = {
  /** The `limits:` of each module, as they are now. */
  limits(): Readonly<Record<string, Limits>>;
  /** What a module's gauges say; null when it does not run. */
  gaugesOf(module: string): Readonly<Record<string, Gauge>> | null;
  pidOf(module: string): number | null;
  fault(module: string, fault: Fault | ProblemCode): void;
};

/** What is watched of a module at one look, by name, with its words. Null: it cannot be told yet. */
type Reading = { readonly isHigh: boolean | null; readonly words: string };

type Watched = {
  readonly pid: number | null;
  readonly looks: ReadonlyMap<string, Twice>;
  /** The names that the problem is about; empty where none is raised. */
  readonly raised: string;
};

/**
 * Raises `gauge` where a gauge of a module stands at its warn level or a module takes more than its `limits:`, at two looks in
 * a row; two that are well clear it. A warning: nothing is stopped.
 */
export class GaugeWatch {
  readonly #port: GaugePort;
  readonly #usage = new ProcessUsage();
  readonly #watched = new Map<string, Watched>();

  constructor(port: GaugePort) {
    this.#port = port;
  }

  /** One look at all modules; cheap, for the health loop. Only processes with limits are asked what they take. */
  look(): void {
    for (const [name, limits] of Object.entries(this.#port.limits())) this.#lookAt(name, limits);
  }

  #lookAt(module: string, limits: Limits): void {
    const pid = this.#port.pidOf(module);
    const known = this.#watched.get(module);
    // Another process begins anew; what was raised of the one before is over.
    const before = known?.pid === pid ? known : { ...unwatched, raised: known?.raised ?? '' };
    const readings = this.#readings(module, pid, limits);
    const names = new Set([...before.looks.keys(), ...readings.keys()]);
    const looks = new Map<string, Twice>();
    for (const name of names) {
      const isHigh = readings.get(name)?.isHigh;
      // A gauge that is not there any more says nothing bad.
      const next = lookAgain(
        before.looks.get(name) ?? quiet,
        isHigh === undefined ? false : isHigh,
      );
      if (readings.has(name) || next.isRaised) looks.set(name, next);
    }
    const high = [...looks].filter(([, { isRaised }]) => isRaised).map(([name]) => name);
    this.#watched.set(module, { pid, looks, raised: high.join() });
    if (high.join() === before.raised) return;
    if (high.length === 0) return this.#port.fault(module, 'gauge');
    const words = high.map((name) => readings.get(name)?.words ?? name);
    this.#port.fault(module, faultOf(module, words));
  }

  #readings(module: string, pid: number | null, { memory, cpu }: Limits): Map<string, Reading> {
    const readings = new Map<string, Reading>();
    for (const [name, gauge] of Object.entries(this.#port.gaugesOf(module) ?? {})) {
      const { value, warn } = gauge;
      if (warn !== undefined) {
        readings.set(name, { isHigh: value >= warn, words: gaugeWords(name, gauge) });
      }
    }
    if (memory === undefined && cpu === undefined) return readings;
    const { memoryBytes, cpuPercent } = this.#usage.of(module, pid);
    if (memory !== undefined) {
      const words = `takes ${saySize(memoryBytes ?? 0)} of memory, limit ${saySize(memory)}`;
      readings.set('limits.memory', { isHigh: isOver(memoryBytes, memory, pid), words });
    }
    if (cpu !== undefined) {
      const words = `takes ${Math.round(cpuPercent ?? 0)} % of a core, limit ${cpu} %`;
      readings.set('limits.cpu', { isHigh: isOver(cpuPercent, cpu, pid), words });
    }
    return readings;
  }
}

/** The gauges and limits of the modules of this configuration. */
export function watchGauges(
  place: Pick<Place, 'loaded'>,
  runs: Pick<Runs, 'live' | 'pidOf'>,
  rig: Pick<Rigdeck, 'fault'>,
): GaugeWatch {
  return new GaugeWatch({
    limits: () => {
      const modules = Object.entries(place.loaded.config.modules);
      return Object.fromEntries(modules.map(([name, one]) => [name, one.limits]));
    },
    gaugesOf: (name) => runs.live(name)?.gauges ?? null,
    pidOf: (name) => runs.pidOf(name),
    fault: (module, fault) => rig.fault(module, fault),
  });
}

const unwatched: Watched = { pid: null, looks: new Map(), raised: '' };

function isOver(value: number | null, limit: number, pid: number | null): boolean | null {
  if (value === null) return pid === null ? false : null;
  return value >= limit;
}

/** `queue 95 % (warns at 80 %)`, `cpu 100 % (warns at 90 %), over 1 min`: the figure early, where no column cuts it. */
function gaugeWords(name: string, { value, warn, unit }: Gauge): string {
  const sign = unit === undefined ? '' : ` ${unit}`;
  const [, what = name, span] = /^(.+?) (over .+)$/.exec(name) ?? [];
  const words = `${what} ${figure(value)}${sign} (warns at ${figure(warn ?? value)}${sign})`;
  return span === undefined ? words : `${words}, ${span}`;
}

function figure(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function faultOf(module: string, words: readonly string[]): Fault {
  return {
    code: 'gauge',
    message: `${module}: ${words.join('; ')}`,
    remedy:
      'A warning, nothing is stopped. On the screen, Enter on its row shows its gauges. Where the load is too high: fewer or smaller streams, or a higher level where rig.yaml sets one.',
  };
}
