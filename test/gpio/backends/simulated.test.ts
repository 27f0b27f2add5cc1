import { expect, test } from 'vitest';
import { SimulatedLines } from '../../../src/gpio/backends/simulated.ts';
import type { Edge } from '../../../src/gpio/lines.ts';
import { until } from '../../support/until.ts';

const button = { line: 17, consumer: 'rigdeck', bias: 'up', activeLow: true, filterMs: 1 } as const;

test('a click by a command lasts as long as it was asked for, however busy the program is meanwhile', async () => {
  const lines = new SimulatedLines(() => performance.now());
  const edges: Edge[] = [];
  await lines.watch(
    button,
    (edge) => edges.push(edge),
    () => undefined,
  );
  lines.press(17, 20);
  const busyUntil = performance.now() + 150;
  while (performance.now() < busyUntil);
  const [down, up] = await until('the release', () => (edges.length === 2 ? edges : null));
  expect((up?.atMs ?? 0) - (down?.atMs ?? 0)).toBeCloseTo(20, 5);
  lines.close();
});
