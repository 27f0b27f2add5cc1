import { expect, test } from 'vitest';
import { lineErrorOf, lineFaultOf, refusedError } from '../../../src/gpio/backends/line-errors.ts';

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

test('a line that says that it is gone while its chip still answers is a fault of that line alone', () => {
  for (const code of ['ENODEV', 'ENXIO']) {
    expect(lineFaultOf(errno(code), 22, () => true)).toMatchObject({
      code: 'failed',
      message: `GPIO22 does not work: ${code}: ioctl`,
    });
    expect(lineFaultOf(errno(code), 22, () => false)).toMatchObject({ code: 'lost' });
  }
});
