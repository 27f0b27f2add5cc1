import { expect, test } from 'vitest';
import { gpioListLines } from '../../src/cli/gpio-list.ts';
import type { GpioLine, GpioList } from '../../src/protocol/gpio-record.ts';
import { widthOf } from '../../src/protocol/text.ts';

const record: GpioLine = {
  line: 'GPIO17',
  pin: 11,
  kind: 'button',
  name: 'record',
  does: 'click record.start, hold 2 s record.stop',
  level: 0,
  consumer: 'rigdeck record',
  state: 'ok',
};
const status: GpioLine = {
  ...record,
  line: 'GPIO22',
  pin: 15,
  kind: 'led',
  name: 'status',
  does: 'shows rig',
  consumer: 'rigdeck status',
  level: 1,
  rhythm: 'recording',
};
const list: GpioList = {
  version: 1,
  backend: 'cdev',
  chip: 'pinctrl-rp1 (/dev/gpiochip0)',
  problem: null,
  notes: [],
  lines: [record, status],
};

const lines = (more: Partial<GpioList>, columns = Number.POSITIVE_INFINITY) =>
  gpioListLines({ ...list, ...more }, {}, columns);

test('each backend is said in words: what there is, and what is wrong with what to do about it', () => {
  expect(lines({})[0]).toBe('buttons and LEDs on pinctrl-rp1 (/dev/gpiochip0), by cdev');
  expect(lines({ backend: 'simulated' })[0]).toMatch(
    /^buttons and LEDs: simulated, with no header; `rigdeck gpio press <button>` presses$/,
  );
  const problem = 'No chip. Look at the plug';
  expect(lines({ backend: 'off', chip: null, problem }).slice(0, 2)).toEqual([
    'buttons and LEDs: none can be used now',
    '! No chip. Look at the plug.',
  ]);
  expect(lines({ backend: 'none', lines: [] })).toEqual([
    expect.stringContaining('docs/wiring.md says how to connect them'),
  ]);
  const notes = ['rig.yaml switches its buttons and LEDs off: `backend: none` under `gpio:`.'];
  expect(lines({ backend: 'none', lines: [], notes })).toEqual(notes);
});

test('what is not known is no "nobody" and no "up"', () => {
  const unopened = { ...record, level: null, consumer: null, state: 'unopened' } as const;
  expect(lines({ lines: [unopened] }).at(-1)).toMatch(/button record {2}\? {4}- {8}click/);
  const off = { backend: 'off', problem: 'No chip', lines: [unopened] } as const;
  expect(lines(off).at(-1)).toMatch(/button record {2}\? {4}\? {8}click/);
});

test('a line that cannot be used says so in words', () => {
  const words = (['opening', 'stuck', 'chattering', 'lost'] as const).map((state) =>
    lines({ lines: [{ ...record, state }] }).at(-1),
  );
  for (const [at, said] of ['being opened', 'stuck, ignored', 'chatters, ignored'].entries())
    expect(words[at]).toContain(said);
  expect(words[3]).toContain('cannot be used');
});

test('nothing is cut on a small terminal: what does not fit beside a line stands below it', () => {
  const note = 'no daemon answers: whether a button is pressed or an LED lit is not known';
  for (const columns of [20, 40, 60, 80, 100, 200]) {
    const shown = gpioListLines({ ...list, notes: [note] }, { pinout: true }, columns);
    for (const line of shown) expect(widthOf(line)).toBeLessThanOrEqual(columns);
    const whole = shown.join(' ').replace(/\s+/g, ' ');
    expect(whole).toContain('click record.start, hold 2 s record.stop');
    expect(whole).toContain('rigdeck status');
    expect(whole).toContain(note);
  }
  expect(lines({}, 80)).toContain(
    '    click record.start, hold 2 s record.stop · held by rigdeck record',
  );
});

test('where the picture of the header does not fit, its pins are told in words', () => {
  const wide = gpioListLines(list, { pinout: true }, 80);
  expect(wide.join('\n')).toContain('GPIO17 button record 11 ●');
  const small = gpioListLines(list, { pinout: true }, 40);
  expect(small).toContain('GPIO17, pin 11: button record');
  expect(small.join(' ')).toContain('GND: pins 6, 9, 14');
});
