import { expect, test } from 'vitest';
import {
  chipInfo,
  EdgeStream,
  lineInfo,
  lineRequest,
  requests,
  values,
} from '../../../src/gpio/backends/cdev-abi.ts';

const button = {
  line: 17,
  consumer: 'rigdeck record',
  bias: 'up',
  activeLow: true,
  filterMs: 30,
} as const;

/** What is not zero in a structure: offset -> byte. */
function setBytes(bytes: Buffer): Record<number, number> {
  return Object.fromEntries([...bytes.entries()].filter(([, byte]) => byte !== 0));
}

/** `_IOWR(0xb4, number, size)` of asm-generic/ioctl.h. */
function ioctlNumber(direction: number, number: number, size: number): number {
  return ((direction << 30) | (size << 16) | (0xb4 << 8) | number) >>> 0;
}

test('every request carries the size of its structure, as the kernel checks it', () => {
  const output = { line: 1, consumer: '', activeLow: false, level: 0 } as const;
  expect(requests).toEqual({
    chipInfo: ioctlNumber(2, 1, chipInfo.empty().length),
    lineInfo: ioctlNumber(3, 5, lineInfo.ask(0).length),
    line: ioctlNumber(3, 7, lineRequest.output(output).length),
    values: ioctlNumber(3, 14, values.empty().length),
    setValues: ioctlNumber(3, 15, values.empty().length),
  });
});

test('a button is asked for with both edges, pull-up, active-low and debounce in microseconds', () => {
  const bytes = lineRequest.input(button);
  expect(bytes.readUInt32LE(0)).toBe(17);
  expect(bytes.toString('utf8', 256, 270)).toBe('rigdeck record');
  expect(bytes.readBigUInt64LE(288)).toBe(0x136n);
  expect([296, 320, 560, 564].map((at) => bytes.readUInt32LE(at))).toEqual([1, 3, 1, 1024]);
  expect([328, 336].map((at) => bytes.readBigUInt64LE(at))).toEqual([30_000n, 1n]);
});

test('a button that is not filtered by the kernel asks for no debounce', () => {
  const bytes = lineRequest.input({ ...button, filterMs: 0, bias: 'none', activeLow: false });
  expect(bytes.readUInt32LE(296)).toBe(0);
  expect(bytes.readBigUInt64LE(288)).toBe(0x434n);
});

test('a lamp is asked for with its first level, so that it never flashes', () => {
  const bytes = lineRequest.output({ line: 22, consumer: 'rig', activeLow: true, level: 1 });
  expect(bytes.readBigUInt64LE(288)).toBe(0xan);
  expect([296, 320].map((at) => bytes.readUInt32LE(at))).toEqual([1, 2]);
  expect([328, 336].map((at) => bytes.readBigUInt64LE(at))).toEqual([1n, 1n]);
});

test('a name longer than the kernel keeps is cut and ends with a zero', () => {
  const bytes = lineRequest.input({ ...button, consumer: 'x'.repeat(80) });
  expect(bytes.toString('utf8', 256, 288)).toBe(`${'x'.repeat(31)}\0`);
});

test('the descriptor of a line is read where the kernel puts it', () => {
  const bytes = lineRequest.input(button);
  bytes.writeInt32LE(23, 588);
  expect(lineRequest.fd(bytes)).toBe(23);
});

test('a chip tells its name, label and number of lines', () => {
  const bytes = chipInfo.empty();
  bytes.write('gpiochip0\0rest', 0);
  bytes.write('pinctrl-rp1', 32);
  bytes.writeUInt32LE(54, 64);
  expect(chipInfo.decode(bytes)).toEqual({ name: 'gpiochip0', label: 'pinctrl-rp1', count: 54 });
});

test('a line is free, held by a program that names itself, or by one without a name', () => {
  const bytes = lineInfo.ask(17);
  expect(setBytes(bytes)).toEqual({ 64: 17 });
  bytes.write('GPIO17', 0);
  expect(lineInfo.decode(bytes)).toEqual({ name: 'GPIO17', direction: 'in', consumer: null });
  bytes.writeBigUInt64LE(0b1001n, 72);
  expect(lineInfo.decode(bytes)).toMatchObject({ direction: 'out', consumer: 'the kernel' });
  bytes.write('gpiomon', 32);
  expect(lineInfo.decode(bytes)).toMatchObject({ consumer: 'gpiomon' });
});

/** Edges as the kernel writes them: time in ns, rising or not, and the number of the edge. */
function kernelEdges(...edges: readonly (readonly [bigint, boolean, number])[]): Buffer {
  const bytes = Buffer.alloc(48 * edges.length);
  for (const [at, [timeNs, isRising, number]] of edges.entries()) {
    bytes.writeBigUInt64LE(timeNs, at * 48);
    bytes.writeUInt32LE(isRising ? 1 : 2, at * 48 + 8);
    bytes.writeUInt32LE(number, at * 48 + 20);
  }
  return bytes;
}

test('an edge has its time in ms and its level', () => {
  const bytes = kernelEdges([5_000_123_456n, true, 1], [5_040_000_000n, false, 2]);
  expect(new EdgeStream(0, 0).take(bytes)).toEqual([
    { atMs: 5000.123456, level: 1, lost: 0 },
    { atMs: 5040, level: 0, lost: 0 },
  ]);
});

test('an edge that the kernel has debounced happened when the level changed, not when it was steady', () => {
  const [edge] = new EdgeStream(30, 0).take(kernelEdges([5_000_000_000n, true, 1]));
  expect(edge?.atMs).toBe(4970);
});

test('edges that the kernel had no room for are counted, from the first on and between two reads', () => {
  const stream = new EdgeStream(0, 0);
  expect(stream.take(kernelEdges([1n, true, 7]))).toMatchObject([{ lost: 6 }]);
  expect(stream.take(kernelEdges([2n, false, 8]))).toMatchObject([{ lost: 0 }]);
  expect(stream.take(kernelEdges([3n, false, 12]))).toMatchObject([{ level: 0, lost: 3 }]);
});

test('a glitch that was over before the kernel looked tells nothing', () => {
  const stream = new EdgeStream(0, 0);
  expect(stream.take(kernelEdges([1n, false, 1], [2n, false, 2]))).toEqual([]);
  expect(stream.take(kernelEdges([3n, true, 3]))).toMatchObject([{ level: 1, lost: 0 }]);
});

test('the level of a line is its lowest bit', () => {
  expect(setBytes(values.fill(values.empty(), 1))).toEqual({ 0: 1, 8: 1 });
  expect(setBytes(values.fill(values.empty(), 0))).toEqual({ 8: 1 });
  expect(values.decode(values.fill(values.empty(), 1))).toBe(1);
});
