import { expect, test } from 'vitest';
import { sayAgo } from '../../src/protocol/units.ts';

test.each([
  [-40, 'just now'],
  [999, 'just now'],
  [1_000, '1 s ago'],
  [240_000, '4 min ago'],
])('what was seen %i ms ago was seen %s', (ms, words) => {
  expect(sayAgo(ms)).toBe(words);
});
