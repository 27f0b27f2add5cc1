import { expect, test } from 'vitest';
import { recording } from '../core/support/core-rig.ts';
import { gone, PanelRig, usual } from './support/panel-rig.ts';

const mic = { modules: { mic: {} } };
const power = { line: 'GPIO3', name: 'power', hold: { after: '5s', do: 'rig.shutdown' } };
const darkLeds = [{ line: 'GPIO22', name: 'status', shows: 'rig', dark: true }];

const showOf = (rig: PanelRig) => rig.gpio.leds['status']?.show ?? null;

test('the light counts on while another button is clicked or let go', async () => {
  const rig = await PanelRig.up({ ...usual, buttons: [...usual.buttons, power] }, recording(mic));
  rig.down('GPIO3');
  await rig.pass(300);
  await rig.press('GPIO27', 50);
  const power5s = { is: 'holding', untilMs: rig.core.monoMs - 400 + 5_000 };
  expect(showOf(rig)).toMatchObject(power5s);
  rig.down('GPIO17'); // its hold would be reached sooner
  await rig.pass(300);
  expect(showOf(rig)).toMatchObject(power5s);
  rig.up('GPIO17');
  await rig.pass(100);
  expect(showOf(rig)).toMatchObject(power5s);
  rig.up('GPIO3');
  await rig.pass(100);
  expect(showOf(rig)).toBeNull();
});

test('the light counts on after it has said that the press of another button was refused', async () => {
  const rig = await PanelRig.up();
  rig.down('GPIO17');
  await rig.pass(300);
  await rig.press('GPIO27', 50); // there is no session to mark
  expect(showOf(rig)).toMatchObject({ is: 'refused' });
  await rig.pass(1_200);
  expect(showOf(rig)).toMatchObject({ is: 'holding' });
});

test('a light does not count on for a finger on a line that is lost', async () => {
  const rig = await PanelRig.up(usual, recording(mic));
  rig.down('GPIO17');
  await rig.pass(300);
  rig.lines.lose(gone());
  await rig.pass(100);
  expect(showOf(rig)).toBeNull();
});

test('a dark light is lit by a switch, too', async () => {
  const button = { line: 'GPIO17', name: 'run', level: 'record' };
  const rig = await PanelRig.up({ buttons: [button], leds: darkLeds });
  rig.down('GPIO17');
  await rig.pass(100);
  expect((await rig.watch('GPIO22', 5_000)).length).toBeGreaterThan(2);
});

test('a dark light is lit again by an answer that comes late', async () => {
  const rig = await PanelRig.up({ ...usual, leds: darkLeds });
  await rig.press('GPIO17');
  rig.core.prepared();
  await rig.pass(35_000);
  expect(await rig.watch('GPIO22', 3_000)).toHaveLength(1);
  while (rig.verdicts.length === 0) await rig.pass(100);
  expect(rig.verdicts).toMatchObject([{ ok: false, refusal: { reason: 'not-armed' } }]);
  expect((await rig.watch('GPIO22', 400)).length).toBeGreaterThan(3);
});
