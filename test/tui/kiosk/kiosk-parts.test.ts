import { describe, expect, test } from 'vitest';
import { driftAt, roomToMove } from '../../../src/tui/kiosk/drift.ts';
import {
  canBeLarge,
  dotsAcross,
  largeLetters,
  letterRows,
} from '../../../src/tui/kiosk/letters.ts';
import { isNight, msToEdge } from '../../../src/tui/kiosk/night.ts';
import {
  askPin,
  closed,
  isOpen,
  judgePin,
  type PinAsking,
  patientPin,
  pinUnasked,
  sayPin,
  typePin,
} from '../../../src/tui/kiosk/pin.ts';

describe('large letters', () => {
  const all = '0123456789:-?!. ABCDEFGHIJKLMNOPQRSTUVWXYZdhimns';

  test('have five rows of the same width, and every figure is equally wide', () => {
    for (const letter of all) {
      const rows = largeLetters(letter);
      expect(rows).toHaveLength(letterRows);
      expect(new Set(rows.map((row) => row.length)).size, letter).toBe(1);
      expect(rows.join(''), letter).toMatch(/^[#.]+$/);
    }
    expect(new Set([...'0123456789'].map(dotsAcross))).toEqual(new Set([3]));
  });

  test('no two of them look the same, but for an S and a 5, a Z and a 2, an O and a 0', () => {
    const seen = new Map<string, string>();
    const twins: string[] = [];
    for (const letter of all) {
      const drawn = largeLetters(letter).join('/');
      const twin = seen.get(drawn);
      if (twin !== undefined) twins.push(`${twin}${letter}`);
      seen.set(drawn, letter);
    }
    expect(twins).toEqual(['0O', '5S']);
  });

  test('are there for every state of a rig and for how long there is room', () => {
    for (const text of ['REC?', 'REC ...', 'REC !', 'PAUSED', 'DEGRADED', 'STARTING', '00:12:41']) {
      expect(canBeLarge(text), text).toBe(true);
    }
    for (const text of ['12 s', '45 min', '6 h 12 m', '3 d 4 h'])
      expect(canBeLarge(text)).toBe(true);
    expect(canBeLarge('später')).toBe(false);
  });
});

describe('against burn-in', () => {
  const at = (step: number, size = { columns: 80, rows: 24 }) =>
    driftAt(step * 180_000, 180_000, roomToMove(size));

  test('the screen goes around by one column or one row at a time', () => {
    const steps = Array.from({ length: 13 }, (_, step) => at(step));
    for (const [index, { x, y }] of steps.slice(1).entries()) {
      const before = steps[index] ?? { x: 9, y: 9 };
      expect(Math.abs(x - before.x) + Math.abs(y - before.y)).toBe(1);
    }
    expect(new Set(steps.map(({ x, y }) => `${x} ${y}`)).size).toBe(6);
    expect(steps[6]).toEqual(steps[0]);
  });

  test('it stays where it is in between, where it is told to, and where there is no room', () => {
    expect(driftAt(180_001, 180_000, { x: 2, y: 1 })).toEqual(
      driftAt(359_999, 180_000, { x: 2, y: 1 }),
    );
    expect(driftAt(200_000, 0, { x: 2, y: 1 })).toEqual({ x: 0, y: 0 });
    expect(at(2, { columns: 20, rows: 5 })).toEqual({ x: 0, y: 0 });
  });
});

describe('the hours of the night', () => {
  const night = { fromMin: 22 * 60, untilMin: 6 * 60 };
  const clock = (text: string) => new Date(`2026-11-22T${text}`);

  test.each([
    ['21:59:59', false],
    ['22:00:00', true],
    ['23:59:59', true],
    ['00:00:00', true],
    ['05:59:59', true],
    ['06:00:00', false],
    ['12:00:00', false],
  ])('go over midnight: at %s it is dark: %s', (text, isDark) => {
    expect(isNight(night, clock(text))).toBe(isDark);
  });

  test('may lie within one day, and there may be none', () => {
    const siesta = { fromMin: 13 * 60, untilMin: 14 * 60 };
    expect(isNight(siesta, clock('13:30:00'))).toBe(true);
    expect(isNight(siesta, clock('14:00:00'))).toBe(false);
    expect(isNight(null, clock('23:00:00'))).toBe(false);
    expect(msToEdge(null, clock('23:00:00'))).toBe(null);
  });

  test('begin and end in time', () => {
    expect(msToEdge(night, clock('21:59:30'))).toBe(30_000);
    expect(msToEdge(night, clock('22:00:00'))).toBe(8 * 3_600_000);
    expect(msToEdge(night, clock('05:00:00.500'))).toBe(3_600_000 - 500);
  });
});

describe('the PIN', () => {
  const type = (asking: PinAsking, keys: readonly string[], nowMs: number) =>
    keys.reduce((state, key) => typePin(state, key, nowMs), asking);
  const asked = askPin(pinUnasked, 's', 1_000);

  test('takes digits, and gives the last one back', () => {
    expect(type(asked, ['1', 'x', '2', 'backspace', '3'], 1_000).typed).toBe('13');
    expect(type(asked, Array(20).fill('7'), 1_000).typed).toHaveLength(12);
  });

  test('is sent with Enter, once, and never empty', () => {
    expect(typePin(asked, 'enter', 1_000).isSent).toBe(false);
    const sent = type(asked, ['1', 'enter'], 1_000);
    expect(sent).toMatchObject({ isSent: true, typed: '1' });
    expect(typePin(sent, '2', 1_000)).toBe(sent);
  });

  test('a wrong one has to be waited for, each time twice as long, and no longer than a minute', () => {
    let asking = asked;
    const waits: number[] = [];
    for (let turn = 0; turn < 9; turn += 1) {
      asking = judgePin(type(asking, ['1', 'enter'], 1e6), false, 1e6);
      waits.push(asking.deafUntilMs - 1e6);
    }
    expect(waits.slice(0, 4)).toEqual([1_000, 2_000, 4_000, 8_000]);
    expect(waits.at(-1)).toBe(60_000);
    expect(typePin(asking, '1', 1e6 + 59_000).typed).toBe('');
    expect(sayPin(asking, 1e6 + 1_000)).toBe('That PIN is wrong. Again in 59 s.');
    expect(typePin(asking, '1', 1e6 + 60_000).typed).toBe('1');
  });

  test('who gives up and asks again waits all the same', () => {
    const wrong = judgePin(type(asked, ['1', 'enter'], 1_000), false, 1_000);
    const again = askPin(typePin(wrong, 'esc', 1_100), 's', 1_200);
    expect(typePin(again, '2', 1_500).typed).toBe('');
    expect(typePin(again, '2', 2_000).typed).toBe('2');
  });

  test('the right one opens for a minute, and forgets the wrong ones', () => {
    const open = judgePin({ ...asked, wrong: 3 }, true, 5_000);
    expect(open).toMatchObject({ key: null, wrong: 0, typed: '' });
    expect([isOpen(open, 64_999), isOpen(open, 65_000)]).toEqual([true, false]);
  });

  test('nobody at the keys for half a minute is a no', () => {
    expect(patientPin(asked, 30_999).key).toBe('s');
    expect(patientPin(asked, 31_000).key).toBe(null);
    expect(sayPin(closed(asked), 0)).toBe(null);
  });
});
