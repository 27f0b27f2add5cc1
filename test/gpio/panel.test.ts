import { expect, test } from 'vitest';
import type { Edge } from '../../src/gpio/lines.ts';
import { begun, ready, recording } from '../core/support/core-rig.ts';
import { gone, PanelRig, usual } from './support/panel-rig.ts';

const mic = { modules: { mic: {} } };

test('a click starts a recording in the name of its button, and the light follows the rig', async () => {
  const rig = await PanelRig.up();
  expect(rig.gpio).toMatchObject({
    ...{ backend: 'simulated', problem: null },
    buttons: { record: { line: 'GPIO17', pin: 11, state: 'ok', pressed: false } },
    leds: { status: { line: 'GPIO22', pin: 15, state: 'ok', rhythm: 'idle' } },
  });
  await rig.press('GPIO17');
  expect(rig.core.rig).toMatchObject({ desired: 'recording', state: 'arming' });
  expect(rig.core.changes.map(({ actor }) => actor)).toContain('button GPIO17 (record)');
  expect(rig.gpio.leds['status']?.rhythm).toBe('busy');
  rig.core.prepared();
  rig.core.saysArmed('mic');
  await rig.pass(200);
  rig.core.saysRecording('mic');
  expect(rig.gpio.leds['status']?.rhythm).toBe('busy');
  rig.core.look('mic');
  expect(rig.gpio.leds['status']?.rhythm).toBe('recording');
  expect(rig.verdicts).toMatchObject([{ ok: true, outcome: 'done' }]);
});

test('nothing that a light does is told, only what it means', async () => {
  const rig = await PanelRig.up();
  const { seq } = rig.core.snapshot();
  const lengths = await rig.watch('GPIO22', 8_000);
  expect(lengths.length).toBeGreaterThan(7);
  expect(rig.core.snapshot().seq).toBe(seq);
});

test('lights of one rhythm change at the same instants, so that eight of them cost as much as one', async () => {
  const lines = [4, 5, 6, 12, 13, 16, 22, 23];
  const leds = lines.map((line) => ({ line: `GPIO${line}`, name: `l${line}`, shows: 'rig' }));
  const rig = await PanelRig.up({ leds });
  rig.rings = 0;
  await rig.pass(20_000);
  expect(rig.rings).toBeLessThanOrEqual(21);
});

test('while a hold counts the light is faster and faster; at its end the recording stops', async () => {
  const rig = await PanelRig.up(usual, recording(mic));
  rig.down('GPIO17');
  const lengths = (await rig.watch('GPIO22', 1_900)).slice(0, -1);
  expect(lengths.length).toBeGreaterThan(8);
  expect(lengths.at(-1)).toBeLessThan(lengths[1] ?? 0);
  expect(rig.core.rig.state).toBe('recording');
  await rig.pass(150);
  expect(rig.core.rig).toMatchObject({ desired: 'idle', state: 'stopping' });
  rig.up('GPIO17');
  await rig.pass(100);
  expect(rig.core.rig.desired).toBe('idle'); // the release of a hold is no click
});

test('gpio list tells the answer to a finger while the light shows it, and the rhythm after it', async () => {
  const rig = await PanelRig.up(usual);
  const status = () => rig.panel.list().lines.find(({ name }) => name === 'status');
  rig.down('GPIO17');
  await rig.pass(500);
  expect(status()).toMatchObject({ rhythm: 'idle', show: 'holding' });
  rig.up('GPIO17');
  await rig.pass(100);
  expect(status()).not.toHaveProperty('show');
  const idle = await PanelRig.up(usual);
  await idle.press('GPIO27'); // no session to mark
  expect(idle.panel.list().lines.at(-1)).toMatchObject({ show: 'refused' });
});

test('a marker is stamped with the instant at which the finger came down, however long it stays', async () => {
  const rig = await PanelRig.up(usual, recording(mic));
  await rig.pass(1_000);
  const downWallMs = rig.core.wallMs;
  await rig.press('GPIO27', 3_500);
  expect(rig.core.rig.lastMarker).toMatchObject({
    at: new Date(downWallMs).toISOString(),
    actor: 'button GPIO27 (mark)',
  });
});

test('a press that is refused is answered with three fast flashes', async () => {
  const rig = await PanelRig.up();
  await rig.press('GPIO27'); // there is no session to mark
  expect(rig.verdicts).toMatchObject([{ ok: false, refusal: { reason: 'not-recording' } }]);
  const flashes = await rig.watch('GPIO22', 500);
  expect(flashes.filter((_, index) => index % 2 === 0).slice(0, 3)).toHaveLength(3);
  expect(Math.max(...flashes.slice(0, 5))).toBeLessThanOrEqual(130);
});

test('without a light for the rig all lights answer', async () => {
  const leds = [
    { line: 'GPIO22', name: 'mic', shows: 'module.mic' },
    { line: 'GPIO23', name: 'disk', shows: 'storage' },
  ];
  const rig = await PanelRig.up({ ...usual, leds });
  await rig.press('GPIO27');
  expect(await rig.watch('GPIO22', 400)).toHaveLength(5);
});

test('a press that is heard three seconds late no longer says what its finger meant, and is refused', async () => {
  const rig = new PanelRig();
  const { watch } = rig.lines;
  let tell: (edge: Edge) => void = () => undefined;
  rig.lines.watch = (wish, onEdge, onFault) => {
    if (wish.line === 17) tell = onEdge;
    return watch.call(rig.lines, wish, onEdge, onFault);
  };
  await rig.start();
  await rig.pass(4_000);
  const { monoMs } = rig.core;
  tell({ level: 1, atMs: monoMs - 3_000, lost: 0 });
  tell({ level: 0, atMs: monoMs - 2_900, lost: 0 });
  await rig.pass(200);
  expect(rig.verdicts).toMatchObject([{ ok: false, refusal: { reason: 'too-late' } }]);
  expect(rig.core.rig.desired).toBe('idle');
});

test('a start that cannot be armed is refused to the finger, too', async () => {
  const rig = await PanelRig.up();
  await rig.press('GPIO17');
  rig.core.prepared();
  await rig.pass(60_000);
  expect(rig.verdicts).toMatchObject([{ ok: false }]);
  expect(rig.core.rig.desired).toBe('idle');
});

test('a toggle does what could be meant when the finger moved, not the opposite of what somebody did meanwhile', async () => {
  const button = { line: 'GPIO17', name: 'record', click: 'record.toggle' };
  const rig = await PanelRig.up({ ...usual, buttons: [button] });
  rig.down('GPIO17');
  await rig.pass(100);
  rig.up('GPIO17');
  await rig.pass(5);
  rig.core.ask({ kind: 'record.start' }); // from somewhere else, before the press is proven
  await rig.pass(100);
  expect(rig.core.rig.desired).toBe('recording');
});

test('a button that is held while the daemon starts is no press until it was released', async () => {
  const rig = new PanelRig();
  const held = rig.lines;
  rig.open = async () => {
    const { watch } = held;
    held.watch = async (wish, onEdge, onFault) => {
      const input = await watch.call(held, wish, onEdge, onFault);
      if (wish.line === 17) held.set(17, 1);
      return input;
    };
    return held;
  };
  await rig.start();
  await rig.pass(3_000);
  rig.up('GPIO17');
  await rig.pass(500);
  expect(rig.verdicts).toEqual([]);
  await rig.press('GPIO17');
  expect(rig.core.rig.desired).toBe('recording');
});

test('a button that chatters is a problem of the rig and is ignored until it is quiet', async () => {
  const rig = await PanelRig.up();
  for (let edge = 0; edge < 400; edge++) {
    if (edge % 2 === 0) rig.down('GPIO17');
    else rig.up('GPIO17');
    await rig.pass(3);
  }
  expect(rig.gpio.buttons['record']?.state).toBe('chattering');
  expect(rig.problem('button')).toMatchObject({
    message: 'Button record (GPIO17) chatters, and is ignored until it is quiet',
  });
  expect(rig.verdicts).toEqual([]);
  await rig.pass(3_000);
  expect(rig.problem('button')).toBeNull();
  expect(rig.gpio.buttons['record']?.state).toBe('ok');
  await rig.press('GPIO17');
  expect(rig.core.rig.desired).toBe('recording');
});

test('a button that never comes up again is stuck', async () => {
  const rig = await PanelRig.up();
  rig.down('GPIO27');
  await rig.pass(60_000);
  expect(rig.problem('button')?.message).toContain('Button mark (GPIO27) is stuck');
  rig.up('GPIO27');
  await rig.pass(5_000);
  expect(rig.problem('button')).toBeNull();
  expect(rig.verdicts).toEqual([]);
});

test('the position of a switch is the wish', async () => {
  const button = { line: 'GPIO17', name: 'run', level: 'record' };
  const rig = await PanelRig.up({ ...usual, buttons: [button] });
  rig.down('GPIO17');
  await rig.pass(100);
  expect(rig.core.rig.desired).toBe('recording');
  rig.up('GPIO17');
  await rig.pass(100);
  expect(rig.core.rig.desired).toBe('idle');
});

test('a dark light is dark until a button is pressed, and for half a minute shows the truth', async () => {
  const leds = [{ line: 'GPIO22', name: 'status', shows: 'rig', dark: true }];
  const rig = await PanelRig.up({ ...usual, leds });
  expect(await rig.watch('GPIO22', 5_000)).toHaveLength(1);
  await rig.press('GPIO27');
  expect((await rig.watch('GPIO22', 10_000)).length).toBeGreaterThan(8);
  await rig.pass(25_000);
  expect(await rig.watch('GPIO22', 5_000)).toHaveLength(1);
});

test('the preflight answers a press: one long light, two short ones after it where it warns, three flashes where it blocks', async () => {
  const button = { line: 'GPIO17', name: 'check', click: 'preflight' };
  const rig = await PanelRig.up({ ...usual, buttons: [button] });
  await rig.press('GPIO17');
  const [ready = 0, , after = 0] = await rig.watch('GPIO22', 1_300);
  expect([ready > 900, after < 100]).toEqual([true, true]);
  await rig.pass(3_000);
  rig.verdict = 'warnings';
  await rig.press('GPIO17');
  const [long = 0, ...short] = await rig.watch('GPIO22', 1_700);
  expect(long).toBeGreaterThan(900);
  expect(short.slice(0, 4)).toEqual([200, 100, 200, 100]);
  await rig.pass(3_000);
  rig.verdict = 'blocked';
  await rig.press('GPIO17');
  expect((await rig.watch('GPIO22', 500))[0]).toBeLessThan(130);
});

test('lights are left as rig.yaml wants them, and nothing moves them afterwards', async () => {
  const leds = [
    { line: 'GPIO22', name: 'status', shows: 'rig' },
    { line: 'GPIO23', name: 'mains', shows: 'storage', exit: 'on' },
  ];
  const rig = await PanelRig.up({ ...usual, leds });
  const left: [number, number][] = [];
  const { drive } = rig.lines;
  rig.lines.drive = async (wish) => {
    const output = await drive.call(rig.lines, wish);
    return { ...output, close: (level) => left.push([wish.line, level]) };
  };
  rig.lines.lose(gone());
  await rig.pass(2_000);
  rig.panel.close();
  expect(left).toEqual([
    [22, 0],
    [23, 1],
  ]);
  expect(rig.dueMs).toBeNull();
});

test('while the rig is being stopped its light says that it is busy, to the end', async () => {
  const rig = await PanelRig.up(usual, ready(mic));
  rig.panel.end();
  rig.core.input({ type: 'close', step: 'refuse-intents' });
  rig.core.input({ type: 'close', step: 'stop-modules' });
  rig.core.exits('mic', { code: 0 });
  expect(rig.gpio.leds['status']?.rhythm).toBe('busy');
});

test('a light of a rig whose modules still start is not that of one that waits', async () => {
  const rig = await PanelRig.up(usual, begun(mic));
  expect(rig.gpio.leds['status']?.rhythm).toBe('busy');
});

test('why a press was refused is told to everybody who looks, until the next press', async () => {
  const rig = await PanelRig.up();
  expect(rig.gpio.refused).toBeNull();
  await rig.press('GPIO27');
  expect(rig.gpio.refused).toMatchObject({
    button: 'mark',
    line: 'GPIO27',
    message: 'No session is open, so there is nowhere to put a marker.',
  });
  const { atMs } = rig.gpio.refused ?? { atMs: Number.NaN };
  expect(Math.abs(rig.core.monoMs - atMs)).toBeLessThan(1_000);
  rig.down('GPIO17');
  await rig.pass(50);
  expect(rig.gpio.refused).toBeNull();
});
