import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ExportedLines } from '../../../src/gpio/backends/exported.ts';

let folder = '';
let sysfs = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rigdeck-exported-'));
  sysfs = join(folder, 'sysfs');
  mkdirSync(sysfs);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const notes = () => readdirSync(join(folder, 'gpio.exported'));
const unexported = () => readFileSync(join(sysfs, 'unexport'), 'utf8');

test('a line is noted while it is exported', () => {
  const lines = new ExportedLines(folder, sysfs);
  lines.export(529);
  expect(notes()).toEqual(['529']);
  expect(readFileSync(join(sysfs, 'export'), 'utf8')).toBe('529');
  lines.unexport(529);
  expect(notes()).toEqual([]);
  expect(unexported()).toBe('529');
});

test('a line that could not be exported is not noted', () => {
  const lines = new ExportedLines(folder, join(folder, 'no sysfs'));
  expect(() => lines.export(529)).toThrow('ENOENT');
  expect(notes()).toEqual([]);
});

test.each([
  ['of a process that ended', '4194999 77'],
  ['of another process with the same number', `${process.pid} 1`],
  ['that was not finished', ''],
])('a leftover %s is given back', (_which, owner) => {
  mkdirSync(join(folder, 'gpio.exported'));
  writeFileSync(join(folder, 'gpio.exported/529'), owner);
  new ExportedLines(folder, sysfs).unexportLeftovers();
  expect(notes()).toEqual([]);
  expect(unexported()).toBe('529');
});

test('who only looks takes no line from a daemon that lives', () => {
  new ExportedLines(folder, sysfs).export(529);
  new ExportedLines(folder, sysfs).unexportLeftovers();
  expect(notes()).toEqual(['529']);
});

test('a run dir of a daemon that never used sysfs has nothing to give back', () => {
  new ExportedLines(join(folder, 'none'), sysfs).unexportLeftovers();
  expect(readdirSync(sysfs)).toEqual([]);
});
