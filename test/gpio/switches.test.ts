import { expect, test } from 'vitest';
import type { Edge } from '../../src/gpio/lines.ts';
import { ready, recording } from '../core/support/core-rig.ts';
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

/** A panel whose switch stands on record before it is opened. */
async function standsOn(core = ready({ modules: { mic: {} } })): Promise<PanelRig> {
  const rig = new PanelRig(run, core);
  const { watch } = rig.lines;
  rig.lines.watch = async (wish, onEdge, onFault) => {
    let isOpen = false;
    const tell = (edge: Edge) => isOpen && onEdge(edge);
    const input = await watch.call(rig.lines, wish, tell, onFault);
    rig.lines.set(wish.line, 1);
    isOpen = true;
    return input;
  };
  await rig.start();
  await rig.pass(100);
  return rig;
}

const unmet = 'Switch run (GPIO17) stands on record, and nothing is recorded';
const light = (rig: PanelRig) => rig.gpio.leds['status']?.rhythm;

test('a switch that stands on record when the daemon starts starts nothing, and the light does not flash calmly: it is a problem until it is turned off', async () => {
  const rig = await standsOn();
  expect(rig.verdicts).toEqual([]);
  expect(rig.core.rig.desired).toBe('idle');
  expect(rig.gpio.buttons['run']?.pressed).toBe(true);
  expect(light(rig)).toBe('trouble');
  expect(rig.problem('button')).toMatchObject({
    message: unmet,
    remedy: 'Turn it off, and on again to record.',
  });
  expect(rig.panel.list().notes).toEqual([`${unmet}. Turn it off, and on again to record.`]);
});

test('a switch that stands on record while the rig records is as it should be', async () => {
  const rig = await standsOn(recording({ modules: { mic: {} } }));
  expect(rig.problem('button')).toBeNull();
  expect(light(rig)).not.toBe('trouble');
});

test('a switch whose recording somebody else has stopped says so until it is turned off', async () => {
  const rig = await standsOn(recording({ modules: { mic: {} } }));
  rig.core.ask({ kind: 'record.stop' });
  expect(rig.problem('button')).toBeNull(); // the files are being finished
  rig.core.saysIdle('mic');
  rig.core.closed();
  await rig.pass(10);
  expect(rig.core.rig.state).toBe('idle');
  expect(rig.problem('button')?.message).toBe(unmet);
  expect(light(rig)).toBe('trouble');
  rig.up('GPIO17');
  await rig.pass(100);
  expect(rig.problem('button')).toBeNull();
  expect(light(rig)).toBe('idle');
});

test('the whole way of a switch that records raises no problem', async () => {
  const rig = await PanelRig.up(run);
  const before = rig.core.changes.length;
  rig.down('GPIO17');
  await rig.pass(100);
  rig.core.prepared();
  await rig.pass(100);
  rig.up('GPIO17');
  await rig.pass(100);
  expect(rig.core.rig.desired).toBe('idle');
  expect(JSON.stringify(rig.core.changes.slice(before))).not.toContain(unmet);
  rig.panel.end();
  expect(rig.problem('button')).toBeNull();
});
