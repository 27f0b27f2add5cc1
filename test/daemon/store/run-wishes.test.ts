import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type BegunTrial,
  readRunWishes,
  writeRunWishes,
} from '../../../src/daemon/store/run-wishes.ts';
import type { RunningModules } from '../../../src/protocol/saved.ts';
import { mountSmallDisk, noSmallDisk } from './small-disk.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rig-wishes-'));
  path = join(folder, 'wishes.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

const wishes: RunningModules = {
  recording: 'recording',
  modules: { mic: { desired: 'on' } },
  start: null,
  scheduled: null,
};
const trial: BegunTrial = {
  session: '0042',
  folder: '0042_2026-11-22_14-02-10_dawn',
  number: 3,
  label: 'a label',
  startedAt: '2026-11-22T14:02:10.000Z',
  startedMonoMs: 1_000,
};
const nothing = { data: null, trial: null, damaged: [] };

test('the wishes of this boot are read back, and which trial has begun', async () => {
  expect(await readRunWishes(folder)).toEqual(nothing);
  writeRunWishes(folder, wishes, trial);
  expect(await readRunWishes(folder)).toEqual({ data: wishes, trial, damaged: [] });
});

test('fields that a later version has added are no harm', async () => {
  writeRunWishes(folder, { ...wishes, mood: 'fine' } as RunningModules, trial);
  expect(await readRunWishes(folder)).toEqual({ data: wishes, trial, damaged: [] });
});

test('wishes are no worse for a trial that is not understood, or that an earlier version did not write', async () => {
  for (const other of [undefined, 'third']) {
    writeRunWishes(folder, wishes, trial);
    const text = JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), trial: other });
    writeFileSync(path, text);
    expect(await readRunWishes(folder)).toEqual({ data: wishes, trial: null, damaged: [] });
  }
});

test('wishes of a later version are used as far as they are understood, and kept aside', async () => {
  writeRunWishes(folder, wishes, trial);
  const text = readFileSync(path, 'utf8').replace('"version":1', '"version":2');
  writeFileSync(path, text);
  const { data, damaged } = await readRunWishes(folder);
  expect(data).toEqual(wishes);
  const reason = 'written by a later Rigdeck: format 2, this one knows 1';
  expect(damaged).toEqual([{ file: `${path}.damaged-1`, reason, kind: 'later' }]);
  expect(readFileSync(`${path}.damaged-1`, 'utf8')).toBe(text);
});

test('a damaged file is set aside and told', async () => {
  for (const text of ['', '{"version":1', '{"version":1,"bootId":7}']) {
    writeFileSync(path, text);
    expect(await readRunWishes(folder)).toMatchObject({
      data: null,
      damaged: [{ kind: 'damaged' }],
    });
  }
  expect(readdirSync(folder)).toHaveLength(3);
});

test('those of another boot say nothing', async () => {
  writeRunWishes(folder, wishes, trial);
  writeFileSync(path, readFileSync(path, 'utf8').replace(/"bootId":"[^"]*"/, '"bootId":"other"'));
  expect(await readRunWishes(folder)).toEqual(nothing);
});

test.skipIf(noSmallDisk !== null)(
  'on a full disk older wishes do not speak for newer ones',
  async () => {
    const disk = mountSmallDisk();
    try {
      writeRunWishes(disk.path, { ...wishes, recording: 'idle' }, trial);
      disk.fill(0);
      const many = Array.from({ length: 200 }, (_, n) => [`m${n}`, { desired: 'on' }] as const);
      const newer = { ...wishes, modules: Object.fromEntries(many) };
      expect(() => writeRunWishes(disk.path, newer, trial)).toThrow(/ENOSPC/);
      expect(await readRunWishes(disk.path)).toEqual(nothing);
      disk.free();
      writeRunWishes(disk.path, newer, trial);
      expect(await readRunWishes(disk.path)).toEqual({ data: newer, trial, damaged: [] });
    } finally {
      disk.remove();
    }
  },
);

test('a folder that somebody put in their place gives way', async () => {
  mkdirSync(join(path, 'inside'), { recursive: true });
  writeRunWishes(folder, wishes, trial);
  expect(await readRunWishes(folder)).toEqual({ data: wishes, trial, damaged: [] });
});
