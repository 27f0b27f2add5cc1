import { expect, test } from 'vitest';
import { PanelRig, usual } from './support/panel-rig.ts';

/** Presses by a command; gives what the press came to, as soon as it is over. */
async function pressed(rig: PanelRig, which: string, holdMs: number) {
  const made = rig.panel.press(which, holdMs);
  if ('reason' in made) throw new Error(made.message);
  let end: unknown = 'not over';
  made.over.then(
    (refusal) => {
      end = refusal;
    },
    (error) => rig.mistakes.push(error),
  );
  rig.down(made.line);
  await rig.pass(holdMs);
  const whileDown = end;
  rig.up(made.line);
  return { whileDown, end: () => end, came: () => made.cameOfIt() };
}

test('a press by a command is over when the button is proven to be up, and says why it was refused', async () => {
  const rig = await PanelRig.up();
  const mark = await pressed(rig, 'mark', 100);
  expect([mark.whileDown, mark.end()]).toEqual(['not over', 'not over']);
  await rig.pass(50);
  expect(mark.end()).toMatchObject({ reason: 'not-recording' });
});

test('a hold is over when it is let go, not when it was long enough', async () => {
  const rig = await PanelRig.up();
  const hold = await pressed(rig, 'GPIO17', 2_500);
  expect(hold.whileDown).toBe('not over');
  await rig.pass(50);
  expect(hold.end()).not.toBe('not over');
});

test('a click where a double click is bound is over when it is known to be one', async () => {
  const buttons = [{ line: 'GPIO17', name: 'check', click: 'preflight', double: 'mark' }];
  const rig = await PanelRig.up({ ...usual, buttons });
  rig.verdict = 'blocked';
  const check = await pressed(rig, 'check', 100);
  await rig.pass(50);
  expect(check.end()).toBe('not over');
  await rig.pass(1_000);
  expect(check.end()).toMatchObject({ reason: 'press-refused' });
});

test('a press by a command says what it asked for, that it was so already, or that it does nothing', async () => {
  const off = { line: 'GPIO3', name: 'power', hold: { after: '5s', do: 'rig.shutdown' } };
  const record = {
    line: 'GPIO17',
    name: 'record',
    click: 'record.stop',
    allowDangerousClick: true,
  };
  const check = { line: 'GPIO27', name: 'check', click: 'preflight' };
  const rig = await PanelRig.up({ ...usual, buttons: [off, record, check] });
  const power = await pressed(rig, 'power', 100);
  expect(power.came()).toBeNull();
  await rig.pass(50);
  expect(power.end()).toBeNull();
  expect(power.came()).toBe('a click does nothing here, hold it for 5 s');
  const stop = await pressed(rig, 'record', 100);
  await rig.pass(50);
  expect(stop.came()).toBe('record.stop: it was so already');
  const look = await pressed(rig, 'check', 100);
  await rig.pass(50);
  expect(look.came()).toBe('preflight: ready');
});

test('a press for longer than a finger does is over when the button is let go, and is said to be taken for a stuck one', async () => {
  const rig = await PanelRig.up();
  const long = await pressed(rig, 'GPIO17', 300_000);
  expect(rig.gpio.buttons['record']?.state).toBe('stuck');
  expect(long.whileDown).toBe('not over');
  await rig.pass(50);
  expect(long.end()).toBeNull();
  expect(long.came()).toContain('it was held for longer than a finger does');
});

test('who presses by a command can let go earlier, once', async () => {
  const rig = await PanelRig.up();
  const made = rig.panel.press('mark', 300_000);
  if ('reason' in made) throw new Error(made.message);
  await rig.pass(100);
  expect(rig.gpio.buttons['mark']?.pressed).toBe(true);
  made.letGo();
  await rig.pass(50);
  expect(await made.over).toMatchObject({ reason: 'not-recording' });
  rig.down('GPIO27'); // another finger
  await rig.pass(100);
  made.letGo();
  await rig.pass(50);
  expect(rig.gpio.buttons['mark']?.pressed).toBe(true);
});
