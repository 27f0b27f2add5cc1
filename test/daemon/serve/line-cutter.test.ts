import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLineCutter } from '../../../src/daemon/serve/line-cutter.ts';

test('however a stream is cut into chunks, the lines are the same', () => {
  const line = fc
    .string({ unit: 'grapheme', maxLength: 20 })
    .map((text) => text.replace(/\s/g, '_'));
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat(200)), (lines, cuts) => {
      const bytes = Buffer.from(lines.map((one) => `${one}\n`).join(''));
      const cutter = createLineCutter(1_000);
      const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)), bytes.length];
      places.sort((a, b) => a - b);
      const seen = places.flatMap((place, index) =>
        cutter.push(bytes.subarray(place, places[index + 1] ?? bytes.length)),
      );
      expect(seen).toEqual(lines.map((one) => one.trim()).filter((one) => one !== ''));
      expect(cutter.isOverfull()).toBe(false);
    }),
    { numRuns: 300, seed: 1 },
  );
});

test('a line may be as long as allowed with its newline, and not a byte longer', () => {
  const cutter = createLineCutter(8);
  expect(cutter.push(Buffer.from('1234567\n'))).toEqual(['1234567']);
  expect(cutter.push(Buffer.from('ok\n12345'))).toEqual(['ok']);
  expect(cutter.push(Buffer.from('678\nlater\n'))).toEqual([]);
  expect(cutter.isOverfull()).toBe(true);
  expect(cutter.push(Buffer.from('more\n'))).toEqual([]);
});
