import { expect, test } from 'vitest';
import { SimulatedLines } from '../../../src/gpio/backends/simulated.ts';
import { Buttons } from '../../../src/gpio/buttons.ts';
import type { Edge } from '../../../src/gpio/lines.ts';
import type { PressEvent } from '../../../src/gpio/press-events.ts';
import { until } from '../../support/until.ts';
import { buttons } from '../play.ts';

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

test('two clicks by a command are two, also when the program was busy while the first was let go', async () => {
  const lines = new SimulatedLines(() => performance.now());
  const told: PressEvent[] = [];
  const panel = new Buttons({
    settings: { record: buttons.plain },
    read: () => input.read(),
    told: (_, event) => told.push(event),
  });
  const input = await lines.watch(
    button,
    (edge) => panel.edge('record', edge),
    () => undefined,
  );
  panel.opened('record', 0, performance.now() - 100);
  const clicks = (count: number) => () => {
    if ((panel.nextMs ?? Number.POSITIVE_INFINITY) <= performance.now()) {
      panel.ring(performance.now());
    }
    return told.filter(({ is }) => is === 'click').length === count;
  };
  lines.press(17, 80);
  const busyUntil = performance.now() + 250;
  while (performance.now() < busyUntil);
  await until('it is let go', () => input.read() === 0);
  lines.press(17, 80);
  await until('both clicks', clicks(2));
  lines.close();
});
