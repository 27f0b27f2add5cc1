import { expect, test } from 'vitest';
import type { GpioTestEvent } from '../../src/protocol/gpio-record.ts';
import { recording } from '../core/support/core-rig.ts';
import { PanelRig, usual } from './support/panel-rig.ts';

const leds = [
  { line: 'GPIO22', name: 'status', shows: 'rig' },
  { line: 'GPIO23', name: 'mic', shows: 'module.mic' },
];
const mic = { modules: { mic: {} } };

const minute = 60_000;

function tryOut(rig: PanelRig) {
  const told: GpioTestEvent[] = [];
  const trial = rig.panel.test('pi@pts/2', (event) => told.push(event));
  if ('reason' in trial) throw new Error(trial.message);
  trial.begin();
  return { told, end: trial.end };
}

/** Another program has this line. */
async function heldBy(rig: PanelRig, consumer: string, line: number) {
  return await rig.lines.drive({ line, consumer, activeLow: false, level: 0 });
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
  expect(told.filter(({ is }) => is === 'meant')).toEqual([
    { is: 'meant', button: 'record', gesture: 'click', action: 'record.start' },
  ]);
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

test('whoever presses without knowing of the test is told so: by the light, in the journal, and to whom pressed by a command', async () => {
  const rig = await PanelRig.up(usual);
  const { end } = tryOut(rig);
  await rig.pass(750); // between two lights
  rig.down('GPIO17');
  await rig.pass(50);
  rig.up('GPIO17');
  await rig.pass(30);
  const light = await rig.watch('GPIO22', 400);
  expect(light.slice(0, 5).every((ms) => ms <= 120)).toBe(true);
  expect(rig.events.at(-1)).toMatch(
    /^press-refused button GPIO17 \(record\): pi@pts\/2 tests buttons and LEDs just now, .+ Hold a button for 10 s/,
  );
  const pressed = rig.panel.press('record', minute);
  if ('reason' in pressed) throw new Error(pressed.message);
  await rig.pass(100);
  rig.up('GPIO17');
  await rig.pass(100);
  await expect(pressed.over).resolves.toMatchObject({ reason: 'press-refused' });
  expect(rig.core.rig.desired).toBe('idle');
  end();
});

test('a press that begins in a test is none of the rig, however it ends', async () => {
  const rig = await PanelRig.up(usual);
  const { end } = tryOut(rig);
  rig.down('GPIO17');
  await rig.pass(100);
  end();
  await rig.pass(100);
  rig.up('GPIO17');
  await rig.pass(50);
  expect(rig.core.rig.desired).toBe('idle');
  expect(rig.events.at(-1)).toContain('The button came down while it was tested');
  await rig.press('GPIO17');
  expect(rig.core.rig.desired).toBe('recording');
});

test('a test that was forgotten ends three minutes after the last press, and the next press records', async () => {
  const rig = await PanelRig.up(usual);
  const { told } = tryOut(rig);
  const begin = rig.core.monoMs;
  expect(rig.gpio).toMatchObject({
    testedSinceMs: begin,
    testedUntilMs: begin + 3 * minute,
  });
  expect(rig.panel.list().notes[0]).toMatch(/^Buttons do nothing just now: pi@pts\/2 tests them/);
  await rig.pass(2 * minute);
  await rig.press('GPIO27');
  await rig.pass(2 * minute);
  expect(rig.gpio.testedBy).toBe('pi@pts/2');
  await rig.pass(minute);
  expect(told.at(-1)).toEqual({ is: 'ended', words: 'nobody pressed a button for 3 min' });
  expect(rig.gpio).toMatchObject({ testedBy: null, testedSinceMs: null, testedUntilMs: null });
  expect(rig.panel.list().notes).toEqual([]);
  expect(rig.events.filter((line) => line.startsWith('gpio-test'))).toEqual([
    'gpio-test pi@pts/2 tests buttons and LEDs: presses do nothing else meanwhile',
    'gpio-test the test of buttons and LEDs is over: nobody pressed a button for 3 min',
  ]);
  await rig.press('GPIO17');
  expect(rig.core.rig.desired).toBe('recording');
});

test('it ends after ten minutes also where somebody presses all the time, and noise is nobody', async () => {
  const busy = await PanelRig.up(usual);
  const { told } = tryOut(busy);
  for (const _ of [1, 2, 3, 4]) {
    await busy.pass(2 * minute);
    await busy.press('GPIO27');
  }
  await busy.pass(2 * minute);
  expect(told.at(-1)).toMatchObject({
    is: 'ended',
    words: 'it has lasted 10 min, which is the most',
  });
  const noisy = await PanelRig.up(usual);
  const told2 = tryOut(noisy).told;
  await noisy.pass(2 * minute);
  noisy.down('GPIO17');
  await noisy.pass(5);
  noisy.up('GPIO17');
  await noisy.pass(minute);
  expect(told2.at(-1)).toMatchObject({ is: 'ended' });
});

test('who has only the button ends it by holding one for ten seconds, or longer than its own hold', async () => {
  const power = { line: 'GPIO3', name: 'power', hold: { after: '9s', do: 'rig.shutdown' } };
  const rig = await PanelRig.up({ ...usual, buttons: [...usual.buttons, power] });
  const { told } = tryOut(rig);
  rig.down('GPIO17');
  await rig.pass(9_500);
  expect(rig.gpio.testedBy).toBe('pi@pts/2');
  await rig.pass(1_000);
  expect(told.at(-1)).toEqual({ is: 'ended', words: 'record was held down to end it' });
  rig.up('GPIO17');
  await rig.pass(100);
  expect(rig.core.rig.desired).toBe('idle');
  const again = tryOut(rig);
  rig.down('GPIO3');
  await rig.pass(11_000);
  expect(again.told.map(({ is }) => is)).not.toContain('ended');
  await rig.pass(1_500);
  expect(again.told.at(-1)).toMatchObject({ is: 'ended' });
});

test('a single light that is tried out does not look like a recording', async () => {
  const rig = await PanelRig.up();
  tryOut(rig);
  expect(await rig.watch('GPIO22', 3_000)).toEqual([700, 300, 700, 300, 700, 300]);
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
  for (const written of ['17', 'gpio17']) {
    const remedy = 'Did you mean GPIO17 (record)?';
    expect(rig.panel.press(written, 100)).toMatchObject({ reason: 'no-such-line', remedy });
  }
  expect(rig.panel.press('record', 60_000)).toMatchObject({ line: 'GPIO17', name: 'record' });
  expect(rig.panel.press('GPIO17', 100)).toMatchObject({ reason: 'busy' });
  rig.panel.close();
  expect(rig.panel.press('GPIO17', 100)).toMatchObject({ reason: 'not-simulated' });
});

test('a recording that begins while its stop button is tried out is not stopped by that', async () => {
  const rig = await PanelRig.up();
  tryOut(rig);
  rig.down('GPIO17');
  await rig.pass(1_000);
  rig.core.ask({ kind: 'record.start' });
  await rig.pass(3_000);
  expect(rig.core.rig.desired).toBe('recording');
  expect(rig.gpio.testedBy).toBeNull();
});

test('what cannot be used is told with its reason, and only an LED that is lit is said to be', async () => {
  const rig = new PanelRig({ ...usual, leds });
  const fan = await heldBy(rig, 'fan', 23);
  await heldBy(rig, 'gpiomon', 27);
  await rig.start();
  await rig.pass(100);
  const { told } = tryOut(rig);
  await rig.pass(5_000);
  expect(told).toEqual([
    {
      is: 'unusable',
      kind: 'button',
      name: 'mark',
      words: expect.stringMatching(/^GPIO27 is held by .*gpiomon/),
    },
    {
      is: 'unusable',
      kind: 'led',
      name: 'mic',
      words: expect.stringMatching(/^GPIO23 is held by .*fan/),
    },
    { is: 'lit', led: 'status' },
  ]);
  fan.close(0);
  await rig.pass(minute);
  expect(told.at(-1)).toEqual({ is: 'lit', led: 'mic' });
});

test('where no line can be used the test is refused with the reason', async () => {
  const rig = new PanelRig(usual);
  for (const line of [17, 27, 22]) await heldBy(rig, 'gpiomon', line);
  await rig.start();
  expect(rig.panel.test('pi', () => undefined)).toMatchObject({
    message: expect.stringMatching(/^GPIO17 is held by .*; 2 other lines cannot be used either$/),
  });
});
