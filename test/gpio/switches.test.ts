import { expect, test } from 'vitest';
import type { Edge } from '../../src/gpio/lines.ts';
import { PanelRig, usual } from './support/panel-rig.ts';

const run = { ...usual, buttons: [{ line: 'GPIO17', name: 'run', level: 'record' }] };

test('a switch that is flipped faster than a start takes ends with what it says in the end', async () => {
  const rig = await PanelRig.up(run);
  for (const flip of ['down', 'up', 'down', 'up', 'down'] as const) {
    rig[flip]('GPIO17');
    await rig.pass(80);
  }
  expect(rig.core.rig.desired).toBe('recording');
  rig.core.prepared(); // for the first, which was called off
  rig.core.prepared();
  expect(rig.core.rig.state).toBe('arming');
  expect(rig.verdicts.filter(({ ok }) => !ok)).toMatchObject([
    { refusal: { reason: 'called-off' } },
    { refusal: { reason: 'called-off' } },
  ]);
  expect(rig.gpio.leds['status']?.show).toBeNull();
});

test('a switch is heard however late: where it stands still is meant', async () => {
  const rig = new PanelRig(run);
  const { watch } = rig.lines;
  let tell: (edge: Edge) => void = () => undefined;
  rig.lines.watch = async (wish, onEdge, onFault) => {
    tell = onEdge;
    const input = await watch.call(rig.lines, wish, onEdge, onFault);
    return { ...input, read: () => level };
  };
  let level: Edge['level'] = 0;
  await rig.start();
  await rig.pass(100);
  const late = async (to: Edge['level']) => {
    level = to;
    const atMs = rig.core.monoMs + 100;
    rig.core.pass(10_000); // nobody hears anything meanwhile
    tell({ level, atMs, lost: 0 });
    await rig.pass(200);
  };
  await late(1);
  expect(rig.core.rig.desired).toBe('recording');
  await late(0);
  expect(rig.core.rig.desired).toBe('idle');
});
