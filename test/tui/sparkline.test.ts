import { expect, test } from 'vitest';
import { toAscii } from '../../src/protocol/theme.ts';
import { sparkline } from '../../src/tui/sparkline.ts';

test('the bars are measured by their mean, the newest at the right edge', () => {
  expect(sparkline([1, 2, 3, 6], 6)).toBe('  ▂▂▃▅');
  expect(sparkline([9, 9, 1, 2, 3, 6], 4)).toBe('▂▂▃▅');
});

test('data that come about steadily are an even line', () => {
  expect(sparkline([188, 190, 186, 201], 4)).toBe('▃▃▃▃');
  expect(sparkline([1, 1, 1, 90], 4)).toBe('▂▂▂▇');
});

test('a look that saw nothing to judge by is a gap, data that stand still are the lowest bar', () => {
  expect(sparkline([null, 4, null, 0], 4)).toBe(' ▃ ▁');
  expect(sparkline([0, 0], 2)).toBe('▁▁');
  expect(sparkline([], 3)).toBe('   ');
});

test('in ASCII each bar is another sign', () => {
  expect(toAscii('▁▂▃▄▅▆▇')).toBe('_.-=+*#');
});
