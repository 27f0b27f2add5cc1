import { expect, test } from 'vitest';
import {
  closeLine,
  descriptorsOf,
  isStillExported,
} from '../../../src/gpio/backends/line-descriptors.ts';

test('a line that this process has not open has no descriptor, is not ours, and closing it closes nothing', () => {
  expect(descriptorsOf(529)).toEqual([]);
  expect(isStillExported(529)).toBe(false);
  closeLine(529);
  closeLine(0); // the first number of descriptors is none of lines
  expect(process.stdin.readable).toBe(true);
});
