import { expect, test } from 'vitest';
import type { Edge } from '../../src/gpio/lines.ts';
import { ready, recording } from '../core/support/core-rig.ts';
import { PanelRig, usual } from './support/panel-rig.ts';

const mic = { modules: { mic: {} } };
const power = { line: 'GPIO3', name: 'power', hold: { after: '5s', do: 'rig.shutdown' } };

/** The record button of a rig whose lines nobody stamps: what it does is told by hand. */
async function unstamped(core = ready(mic)): Promise<readonly [PanelRig, (edge: Edge) => void]> {
  const rig = new PanelRig(usual, core);
  const { watch } = rig.lines;
  let tell: (edge: Edge) => void = () => undefined;
  rig.lines.watch = async (wish, onEdge, onFault) => {
    const input = await watch.call(rig.lines, wish, onEdge, onFault);
    if (wish.line === 17) tell = onEdge;
    return input;
  };
  await rig.start();
  await rig.pass(100);
  return [rig, (edge) => tell(edge)];
}

test('a release that is heard after the threshold of a hold stops no recording, and the finger is told', async () => {
  const [rig, tell] = await unstamped(recording(mic));
  const { monoMs } = rig.core;
  tell({ level: 1, atMs: monoMs, seenMs: 0, lost: 0 });
  // The program is held up from now on, and hears of nothing.
  rig.core.pass(6_000);
  tell({ level: 0, atMs: monoMs + 6_000, seenMs: monoMs + 30, lost: 0 });
  await rig.pass(40);
  expect(rig.verdicts).toEqual([]);
  expect(rig.core.rig).toMatchObject({ desired: 'recording', state: 'recording' });
  expect(rig.gpio.buttons['record']?.pressed).toBe(false);
  expect(rig.events).toEqual([
    expect.stringMatching(
      /^press-refused button GPIO17 \(record\): Nobody knows how long .* Press again\.$/,
    ),
  ]);
  const flashes = await rig.watch('GPIO22', 500);
  expect(Math.max(...flashes.slice(0, 5))).toBeLessThanOrEqual(130);
});

test('a hold that was told and lost afterwards is not refused', async () => {
  const [rig, tell] = await unstamped(recording(mic));
  const { monoMs } = rig.core;
  rig.down('GPIO17');
  await rig.pass(2_100);
  expect(rig.core.rig.desired).toBe('idle');
  tell({ level: 1, atMs: monoMs + 2_100, lost: 3 });
  await rig.pass(100);
  expect(rig.gpio.buttons['record']?.pressed).toBe(false);
  expect(rig.events).toEqual([]);
});

test('two buttons that come down at the same instant are two presses', async () => {
  const rig = await PanelRig.up(usual, recording(mic));
  await rig.pass(1_000);
  rig.down('GPIO17');
  rig.down('GPIO27');
  await rig.pass(100);
  rig.up('GPIO17');
  rig.up('GPIO27');
  await rig.pass(50);
  expect(rig.verdicts).toMatchObject([{ outcome: 'unchanged' }, { outcome: 'done' }]);
  expect(rig.core.rig.lastMarker).toMatchObject({ actor: 'button GPIO27 (mark)' });
  expect(rig.core.rig.state).toBe('recording');
});

test('two holds at the same instant are both done, and the light counts to the later one', async () => {
  const buttons = [...usual.buttons, power];
  const rig = await PanelRig.up({ ...usual, buttons }, recording(mic));
  rig.down('GPIO17');
  rig.down('GPIO3');
  await rig.pass(2_100);
  expect(rig.core.rig.state).toBe('stopping');
  expect(rig.verdicts).toHaveLength(1);
  await rig.pass(3_000);
  expect(rig.verdicts.map(({ ok }) => ok)).toEqual([true, true]);
});

test('the power button is heard while files are finished: who holds it need not wait for them', async () => {
  const rig = await PanelRig.up({ ...usual, buttons: [power] }, recording(mic));
  rig.core.ask({ kind: 'record.stop' });
  expect(rig.core.rig.state).toBe('stopping');
  await rig.press('GPIO3', 5_100);
  expect(rig.verdicts).toMatchObject([{ ok: true, outcome: 'accepted' }]);
  expect(rig.core.rig.state).toBe('stopping');
});

test('a line that flaps a thousand times a second is told twice: that it does, and that it is over', async () => {
  const rig = await PanelRig.up();
  await rig.pass(500);
  const { seq } = rig.core.snapshot();
  for (let edge = 0; edge < 10_000; edge++) {
    if (edge % 2 === 0) rig.down('GPIO17');
    else rig.up('GPIO17');
    rig.core.pass(1);
  }
  expect(rig.gpio.buttons['record']?.state).toBe('chattering');
  await rig.pass(3_000);
  expect(rig.gpio.buttons['record']?.state).toBe('ok');
  expect(rig.core.snapshot().seq - seq).toBeLessThanOrEqual(8);
  expect(rig.verdicts).toEqual([]);
});

test('the last module that is switched off while the rig is to record is trouble: nothing is recorded, and nothing is under way', async () => {
  const button = { line: 'GPIO6', name: 'mic', hold: { after: '1s', do: 'module.mic.toggle' } };
  const rig = await PanelRig.up({ ...usual, buttons: [button] }, recording(mic));
  await rig.press('GPIO6', 1_100);
  rig.core.saysIdle('mic');
  rig.core.exits('mic', { code: 0 });
  expect(rig.core.rig).toMatchObject({ desired: 'recording', status: 'off' });
  expect(rig.gpio.leds['status']?.rhythm).toBe('trouble');
});

test('a button for a module that has left the rig says from when on the buttons of rig.yaml hold', async () => {
  const button = { line: 'GPIO6', name: 'gps', click: 'module.gps.toggle' };
  const rig = await PanelRig.up({ ...usual, buttons: [button] });
  await rig.press('GPIO6');
  expect(rig.events).toEqual([
    expect.stringMatching(/There is no module gps any more\. .* when a daemon begins\.$/),
  ]);
});
