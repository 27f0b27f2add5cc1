import { expect, test } from 'vitest';
import type { Fault } from '../../src/core/input.ts';
import { GaugeWatch } from '../../src/daemon/gauge-watch.ts';
import type { ProblemCode } from '../../src/protocol/problem.ts';
import type { Gauge } from '../../src/protocol/snapshot.ts';

/** A module whose gauges and process a test chooses. */
class Watched {
  gauges: Readonly<Record<string, Gauge>> | null = {};
  pid: number | null = 1_000_000_000; // there is no such process
  readonly told: string[] = [];
  readonly #watch: GaugeWatch;

  constructor(limits: { memory?: number; cpu?: number } = {}) {
    this.#watch = new GaugeWatch({
      limits: () => ({ cam: limits }),
      gaugesOf: () => this.gauges,
      pidOf: () => this.pid,
      fault: (_, fault: Fault | ProblemCode) =>
        this.told.push(typeof fault === 'string' ? `${fault} is over` : fault.message),
    });
  }

  /** The queue says these values, a look each. */
  queue(...values: readonly number[]): void {
    for (const value of values) {
      this.gauges = { queue: { value, warn: 80, unit: '%' } };
      this.look();
    }
  }

  look(times = 1): void {
    for (let n = 0; n < times; n++) this.#watch.look();
  }
}

test('a gauge warns at two looks in a row, from its level on, and names itself, the value, the level and the unit', () => {
  const cam = new Watched();
  cam.queue(79, 95);
  expect(cam.told).toEqual([]);
  cam.queue(80);
  expect(cam.told).toEqual(['cam: queue 80 % (warns at 80 %)']);
  cam.queue(99, 99);
  expect(cam.told).toHaveLength(1);
});

test('the span of a gauge stands after its figure, which a narrow column would cut', () => {
  const cam = new Watched();
  cam.gauges = { 'cpu over 1 min': { value: 100, warn: 90, unit: '%' } };
  cam.look(2);
  expect(cam.told).toEqual(['cam: cpu 100 % (warns at 90 %), over 1 min']);
});

test('two good looks clear it, and one does not', () => {
  const cam = new Watched();
  cam.queue(95, 95, 10, 95, 10);
  expect(cam.told).toHaveLength(1);
  cam.queue(10);
  expect(cam.told.at(-1)).toBe('gauge is over');
});

test('a gauge that jumps over its level and back at each look is no alarm', () => {
  const cam = new Watched();
  cam.queue(95, 10, 95, 10, 95, 10, 95, 10);
  expect(cam.told).toEqual([]);
});

test('several gauges are one problem that names them all, told again when others join', () => {
  const cam = new Watched();
  const heat = { value: 85.25, warn: 80, unit: '°C' };
  cam.gauges = { queue: { value: 90, warn: 80 }, level: { value: 90 } };
  cam.look(2);
  cam.gauges = { ...cam.gauges, heat };
  cam.look(2);
  expect(cam.told).toEqual([
    'cam: queue 90 (warns at 80)',
    'cam: queue 90 (warns at 80); heat 85.25 °C (warns at 80 °C)',
  ]);
});

test('a gauge that is not reported any more, or a module that has ended, warns of nothing', () => {
  const cam = new Watched();
  cam.queue(95, 95);
  cam.gauges = {};
  cam.look(2);
  expect(cam.told.at(-1)).toBe('gauge is over');
  cam.queue(95, 95);
  cam.gauges = null;
  cam.pid = null;
  cam.look();
  expect(cam.told.at(-1)).toBe('gauge is over');
});

test('a new process is judged anew', () => {
  const cam = new Watched();
  cam.queue(95);
  cam.pid = 1_000_000_001;
  cam.queue(95);
  expect(cam.told).toEqual([]);
  cam.queue(95);
  expect(cam.told).toHaveLength(1);
});

test('a process over its limits is a warning with both figures, and none that is under them', () => {
  const cam = new Watched({ memory: 1_000_000, cpu: 100_000 });
  cam.pid = process.pid;
  cam.look(2);
  expect(cam.told).toEqual([
    expect.stringMatching(/^cam: takes \d+(\.\d)? [MG]B of memory, limit 1\.0 MB$/),
  ]);
});

test('what a process takes of a core is known from the second look on', () => {
  const cam = new Watched({ cpu: 1 });
  cam.pid = process.pid;
  // By the processor's own count: on a busy machine it takes longer.
  const work = () => {
    const before = process.cpuUsage();
    while (process.cpuUsage(before).user < 60_000);
  };
  cam.look();
  work();
  cam.look();
  work();
  expect(cam.told).toEqual([]);
  cam.look();
  expect(cam.told).toEqual([expect.stringMatching(/^cam: takes \d+ % of a core, limit 1 %$/)]);
});
