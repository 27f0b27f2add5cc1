import { expect, test } from 'vitest';
import { lineErrorOf, refusedError } from '../../../src/gpio/backends/line-errors.ts';

const errno = (code: string) => Object.assign(new Error(`${code}: ioctl`), { code });

test('a line that another has is busy, and its holder is named', () => {
  expect(refusedError(errno('EBUSY'), 17, 'gpiomon')).toMatchObject({
    code: 'busy',
    message: 'GPIO17 is held by gpiomon',
  });
});

test('a chip that is there and gives no interrupt for a button is not called gone: its other lines work', () => {
  for (const code of ['ENODEV', 'ENXIO']) {
    expect(refusedError(errno(code), 17, null)).toMatchObject({
      code: 'failed',
      message: expect.stringContaining('has no interrupt'),
    });
    expect(lineErrorOf(errno(code), 'GPIO17')).toMatchObject({ code: 'lost' });
  }
});
