import { expect, test } from 'vitest';
import type { GpioTestEvent } from '../../src/protocol/gpio-record.ts';
import { recording } from '../core/support/core-rig.ts';
import { PanelRig, usual } from './support/panel-rig.ts';

const leds = [
  { line: 'GPIO22', name: 'status', shows: 'rig' },
  { line: 'GPIO23', name: 'mic', shows: 'module.mic' },
];
const mic = { modules: { mic: {} } };

function tryOut(rig: PanelRig) {
  const told: GpioTestEvent[] = [];
  const trial = rig.panel.test('pi@pts/2', (event) => told.push(event));
  if ('reason' in trial) throw new Error(trial.message);
  trial.begin();
  return { told, end: trial.end };
}

test('every light is lit in turn, and no other at the same time', async () => {
  const rig = await PanelRig.up({ ...usual, leds });
  const { told, end } = tryOut(rig);
  expect(rig.gpio.testedBy).toBe('pi@pts/2');
  expect([rig.lit('GPIO22'), rig.lit('GPIO23')]).toEqual([1, 0]);
  await rig.pass(1_000);
  expect([rig.lit('GPIO22'), rig.lit('GPIO23')]).toEqual([0, 1]);
  await rig.pass(1_000);
  expect([rig.lit('GPIO22'), rig.lit('GPIO23')]).toEqual([1, 0]);
  expect(told).toEqual([
    { is: 'lit', led: 'status' },
    { is: 'lit', led: 'mic' },
  ]);
  end();
  expect(rig.gpio.testedBy).toBeNull();
  expect((await rig.watch('GPIO22', 4_000)).length).toBeGreaterThan(3);
});

test('a press is told with its bounces and does nothing else', async () => {
  const rig = await PanelRig.up(usual);
  const { told, end } = tryOut(rig);
  for (const _ of [1, 2]) {
    rig.down('GPIO17');
    await rig.pass(2);
    rig.up('GPIO17');
    await rig.pass(2);
  }
  await rig.press('GPIO17', 250);
  expect(told.filter(({ is }) => is === 'edge')).toHaveLength(6);
  expect(told.filter(({ is }) => is === 'pressed' || is === 'released')).toEqual([
    { is: 'pressed', button: 'record', bounces: 4 },
    { is: 'released', button: 'record', heldMs: 258, bounces: 0 },
  ]);
  expect(rig.core.rig.desired).toBe('idle');
  end();
  await rig.press('GPIO17');
  expect(rig.core.rig.desired).toBe('recording');
});

test('it is refused while the rig records, and to a second one', async () => {
  const rig = await PanelRig.up(usual, recording(mic));
  expect(rig.panel.test('pi', () => undefined)).toMatchObject({ reason: 'recording' });
  const idle = await PanelRig.up();
  tryOut(idle);
  expect(idle.panel.test('pi', () => undefined)).toMatchObject({ reason: 'busy' });
});

test('it ends at once when a recording begins: its light must not lie', async () => {
  const rig = await PanelRig.up();
  const { told } = tryOut(rig);
  rig.core.ask({ kind: 'record.start' });
  expect(told.at(-1)).toMatchObject({ is: 'ended' });
  expect(rig.gpio).toMatchObject({ testedBy: null, leds: { status: { rhythm: 'busy' } } });
});

test('only simulated buttons are pressed by a command, and only those that are there', async () => {
  const rig = await PanelRig.up();
  expect(rig.panel.press('GPIO5', 100)).toEqual({
    reason: 'no-such-line',
    message: 'there is no button on GPIO5',
    remedy: 'There are: record (GPIO17), mark (GPIO27).',
  });
  expect(rig.panel.press('status', 100)).toMatchObject({ message: 'there is no button "status"' });
  expect(rig.panel.press('recrod', 100)).toMatchObject({ remedy: 'Did you mean record?' });
  expect(rig.panel.press('record', 60_000)).toMatchObject({ line: 'GPIO17', name: 'record' });
  expect(rig.panel.press('GPIO17', 100)).toMatchObject({ reason: 'busy' });
  rig.panel.close();
  expect(rig.panel.press('GPIO17', 100)).toMatchObject({ reason: 'not-simulated' });
});
