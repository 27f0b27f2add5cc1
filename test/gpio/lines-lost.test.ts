import { expect, test } from 'vitest';
import { SimulatedLines } from '../../src/gpio/backends/simulated.ts';
import { type Level, LineError } from '../../src/gpio/lines.ts';
import { recording } from '../core/support/core-rig.ts';
import { gone, PanelRig, usual } from './support/panel-rig.ts';

const denied = () =>
  new LineError('permission', '/dev/gpiochip0 may not be opened', 'Join the group gpio.');

test('a chip that cannot be opened is a problem with its remedy, tried again ever more rarely, at least once a minute', async () => {
  const rig = new PanelRig();
  rig.open = async () => {
    throw denied();
  };
  await rig.start();
  expect(rig.gpio).toMatchObject({
    ...{ backend: 'off', chip: null, problem: '/dev/gpiochip0 may not be opened' },
    buttons: { record: { state: 'lost' } },
    leds: { status: { state: 'lost' } },
  });
  expect(rig.problem('gpio')).toMatchObject({ remedy: 'Join the group gpio.', count: 1 });
  expect(rig.panel.list().problem).toBe('/dev/gpiochip0 may not be opened. Join the group gpio.');
  const after: number[] = [];
  for (let opened = rig.openings, passed = 0; passed < 260_000; passed += 1_000) {
    await rig.pass(1_000);
    if (rig.openings > opened) after.push((passed + 1_000) / 1_000);
    opened = rig.openings;
  }
  expect(after).toEqual([1, 3, 7, 15, 31, 63, 123, 183, 243]);
  expect(rig.problem('gpio')?.count).toBe(1);
  rig.open = async () => rig.lines;
  await rig.pass(60_000);
  expect(rig.problem('gpio')).toBeNull();
  expect(rig.gpio).toMatchObject({ backend: 'simulated', buttons: { record: { state: 'ok' } } });
  await rig.press('GPIO17');
  expect(rig.core.rig.desired).toBe('recording');
});

test('whatever native code throws is a problem and ends nothing', async () => {
  const rig = new PanelRig();
  rig.open = async () => {
    throw new TypeError('symbol not found');
  };
  await rig.start();
  expect(rig.problem('gpio')?.message).toBe('Symbol not found');
});

test('one line that another holds is named, and the others work', async () => {
  const rig = new PanelRig();
  const holder = { line: 22, consumer: 'fan-control', activeLow: false, level: 0 } as const;
  const output = await rig.lines.drive(holder);
  await rig.start();
  expect(rig.problem('gpio')?.message).toBe('GPIO22 is held by "fan-control"');
  expect(rig.gpio).toMatchObject({
    backend: 'simulated',
    buttons: { record: { state: 'opening' } },
    leds: { status: { state: 'lost' } },
  });
  await rig.pass(100);
  expect(rig.gpio.buttons['record']?.state).toBe('ok');
  await rig.press('GPIO17');
  expect(rig.core.rig.desired).toBe('recording');
  output.close(0);
  await rig.pass(60_000);
  expect(rig.problem('gpio')).toBeNull();
  expect(rig.gpio.leds['status']?.state).toBe('ok');
});

test('a chip that is unplugged while the rig records is opened anew when it is back; the recording goes on', async () => {
  const rig = await PanelRig.up(usual, recording({ modules: { mic: {} } }));
  const first = rig.lines;
  rig.lines = new SimulatedLines(() => rig.core.monoMs);
  rig.down = () => first.set(17, 1); // a finger was down when it went
  rig.down('GPIO17');
  await rig.pass(10);
  first.lose(gone());
  await rig.pass(0);
  expect(rig.problem('gpio')).toMatchObject({ message: 'The chip is gone' });
  expect(rig.gpio.buttons['record']).toMatchObject({ state: 'lost', pressed: false });
  expect(rig.core.rig.state).toBe('recording');
  await rig.pass(5_000);
  expect(rig.problem('gpio')).toBeNull();
  expect(rig.core.rig.state).toBe('recording');
  expect(rig.lit('GPIO22')).not.toBeNull();
});

test('a chip whose lines are all held by another is looked for anew each time: it may be another chip by then', async () => {
  const rig = new PanelRig({ ...usual, leds: [] });
  const first = new SimulatedLines(() => rig.core.monoMs);
  first.watch = async (wish) => {
    throw new LineError('busy', `GPIO${wish.line} is held by "gpiomon"`, 'End it.');
  };
  rig.open = async () => first;
  await rig.start();
  expect(rig.problem('gpio')?.message).toContain('gpiomon');
  expect(rig.gpio.backend).toBe('simulated'); // who holds its lines can still be asked
  rig.open = async () => rig.lines; // unplugged, and plugged in again
  await rig.pass(1_100);
  expect(rig.problem('gpio')).toBeNull();
  expect(rig.gpio.buttons['record']?.state).toBe('ok');
});

test('a chip that is found gone when a held line is tried again is looked for anew', async () => {
  const rig = new PanelRig();
  const first = new SimulatedLines(() => rig.core.monoMs);
  let refusal = new LineError('busy', 'GPIO17 is held by "gpiomon"', 'End it.');
  first.watch = async () => {
    throw refusal;
  };
  rig.open = async () => first;
  await rig.start();
  expect(rig.gpio.leds['status']?.state).toBe('ok');
  refusal = gone();
  rig.open = async () => rig.lines;
  await rig.pass(10_000);
  expect(rig.problem('gpio')).toBeNull();
  expect(rig.gpio.buttons['record']?.state).toBe('ok');
});

test('a line that opens and fails again and again is tried ever more rarely', async () => {
  const rig = await PanelRig.up();
  const { drive } = rig.lines;
  const broken = {
    write: () => {
      throw new LineError('lost', 'GPIO22 cannot be written', 'Look at dmesg.');
    },
    close: () => {
      throw new LineError('lost', 'GPIO22 is gone', 'Look at dmesg.');
    },
  };
  rig.lines.drive = async () => broken;
  rig.openings = 0;
  rig.lines.lose(gone());
  await rig.pass(120_000);
  expect(JSON.stringify(rig.core.changes)).toContain('GPIO22 cannot be written');
  expect(rig.openings).toBeLessThan(10);
  expect(rig.mistakes.length).toBeGreaterThan(0);
  rig.lines.drive = drive;
  await rig.pass(120_000);
  expect(rig.problem('gpio')).toBeNull();
});

test('a panel that is closed while its lines open gives them back', async () => {
  const rig = new PanelRig();
  rig.panel.start();
  rig.panel.close();
  await rig.pass(10);
  expect(rig.lines.info(17)?.consumer).toBeNull();
  expect(rig.lines.info(22)?.consumer).toBeNull();
  expect(rig.openings).toBe(1);
});

test('a panel that is closed stays so, whatever is answered to a press from before', async () => {
  const rig = await PanelRig.up();
  await rig.press('GPIO17');
  rig.core.prepared();
  rig.panel.close();
  const told = JSON.stringify(rig.gpio);
  await rig.pass(60_000);
  expect(rig.verdicts).toHaveLength(1);
  expect(rig.dueMs).toBeNull();
  expect(JSON.stringify(rig.gpio)).toBe(told);
});

test('gpio list says what the board of a Pi has against a line, unless another chip is named', async () => {
  const gpio = {
    buttons: [
      { line: 'GPIO3', name: 'power', pull: 'down', click: 'mark' },
      { line: 'GPIO2', name: 'mark', click: 'mark' },
    ],
    leds: [{ line: 'GPIO47', name: 'status', shows: 'rig' }],
  };
  const rig = await PanelRig.up(gpio);
  expect(rig.panel.list().notes).toEqual([
    expect.stringMatching(/^GPIO3 is pulled up on the board.+power is pressed all the time/),
    expect.stringMatching(/^GPIO47 \(status\) has no pin on the header/),
  ]);
  expect((await PanelRig.up({ ...gpio, chip: 'other' })).panel.list().notes).toEqual([]);
});

test('a backend without pull resistors says which buttons need their own', async () => {
  const rig = new PanelRig();
  Object.assign(rig.lines, { backend: 'onoff', limits: ['bias'] });
  await rig.start();
  expect(rig.panel.list().notes).toEqual([
    expect.stringMatching(/^onoff switches no pull resistors on: GPIO17, GPIO27 need one/),
  ]);
});

/** An LED whose line opens and fails at each write after so many. */
function brokenLed(
  rig: PanelRig,
  line: number,
  goodWrites: number,
): { mend(): void; opened: number } {
  const { drive } = rig.lines;
  const mend = () => {
    rig.lines.drive = drive;
  };
  const led = { mend, opened: 0 };
  rig.lines.drive = async (wish) => {
    const output = await drive.call(rig.lines, wish);
    if (wish.line !== line) return output;
    led.opened += 1;
    let left = goodWrites;
    const write = (level: Level) => {
      if (left-- <= 0) throw new LineError('failed', `GPIO${line} does not work: EIO`, 'Look.');
      output.write(level);
    };
    return { write, close: (level) => output.close(level) };
  };
  return led;
}

const twoLeds = {
  ...usual,
  leds: [...usual.leds, { line: 'GPIO23', name: 'mic', shows: 'module.mic' }],
};

test.each([0, 1, 7])(
  'an LED that fails after %i writes costs neither a button nor another LED, and is tried again ever more rarely',
  async (goodWrites) => {
    const rig = new PanelRig(twoLeds);
    const led = brokenLed(rig, 23, goodWrites);
    await rig.start();
    await rig.pass(100);
    for (let s = 0; s < 60 && rig.gpio.leds['mic']?.state !== 'lost'; s++) await rig.pass(1_000);
    expect(rig.gpio).toMatchObject({
      ...{ backend: 'simulated', problem: 'GPIO23 does not work: EIO' },
      buttons: { record: { state: 'ok' }, mark: { state: 'ok' } },
      leds: { status: { state: 'ok' }, mic: { state: 'lost', why: 'GPIO23 does not work: EIO' } },
    });
    expect(rig.problem('gpio')).toMatchObject({ remedy: 'Look.' });
    const before = rig.core.changes.length;
    rig.down('GPIO17');
    await rig.pass(300_000);
    const told = JSON.stringify(
      rig.core.changes.slice(before).map(({ changed }) => changed['gpio']),
    );
    expect(told).not.toMatch(/"record":{[^}]*"lost"/);
    expect(rig.openings).toBe(1);
    expect(led.opened).toBeLessThan(20);
    expect(await rig.watch('GPIO22', 4_000)).not.toHaveLength(1);
    rig.up('GPIO17');
    await rig.pass(3_000);
    await rig.press('GPIO17');
    expect(rig.core.rig.desired).toBe('recording');
    led.mend();
    await rig.pass(60_000);
    expect(rig.problem('gpio')).toBeNull();
    expect(rig.gpio.leds['mic']).not.toHaveProperty('why');
  },
);

test('a button whose line fails is lost alone, and heard again after a second; an LED that is down for long costs it no time', async () => {
  const rig = new PanelRig(twoLeds);
  brokenLed(rig, 23, 0);
  const { watch } = rig.lines;
  let fail: (error: LineError) => void = () => undefined;
  rig.lines.watch = async (wish, onEdge, onFault) => {
    if (wish.line === 17) fail = onFault;
    return await watch.call(rig.lines, wish, onEdge, onFault);
  };
  await rig.start();
  await rig.pass(100_000);
  fail(new LineError('failed', 'GPIO17 does not work: EIO', 'Look.'));
  await rig.pass(0);
  expect(rig.gpio.buttons).toMatchObject({ record: { state: 'lost' }, mark: { state: 'ok' } });
  expect(rig.problem('gpio')?.message).toBe(
    'GPIO17 does not work: EIO; 1 other line cannot be used either',
  );
  expect(rig.panel.list().notes).toEqual(['GPIO23 does not work: EIO. Look.']);
  await rig.pass(1_100);
  expect(rig.gpio.buttons['record']?.state).toBe('ok');
  await rig.press('GPIO17');
  expect(rig.core.rig.desired).toBe('recording');
  expect(rig.openings).toBe(1);
});
