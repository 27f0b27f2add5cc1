import { describe, expect, test } from 'vitest';
import { isPin, kioskRecord } from '../../src/daemon/kiosk.ts';
import { configSchema, withoutPin } from '../../src/protocol/config.ts';

const read = (kiosk: object) => configSchema.parse({ version: 1, kiosk });

describe('the settings of kiosks', () => {
  test('reach everybody who looks, but for the PIN', () => {
    const { kiosk } = read({ dim: '22:00-06:30', move: '1m', pin: '2580' });
    expect(kioskRecord(kiosk)).toEqual({
      dim: { fromMin: 1_320, untilMin: 390 },
      moveMs: 60_000,
      pin: true,
    });
    expect(kioskRecord(read({}).kiosk)).toEqual({ dim: null, moveMs: 180_000, pin: false });
  });

  test('are shown and written down without the PIN', () => {
    expect(JSON.stringify(withoutPin(read({ pin: '2580' })))).not.toContain('2580');
    const without = read({});
    expect(withoutPin(without)).toBe(without);
  });

  test('only the very PIN opens, and anything where there is none', () => {
    expect(['2580', '258', '25800', '2581', ''].map((typed) => isPin(typed, '2580'))).toEqual([
      true,
      false,
      false,
      false,
      false,
    ]);
    expect(isPin('', undefined)).toBe(true);
  });
});
