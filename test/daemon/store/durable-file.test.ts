import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type Disk,
  realDisk,
  sweepLeftovers,
  writeDurable,
} from '../../../src/daemon/store/durable-file.ts';
import { mountSmallDisk, noSmallDisk } from './small-disk.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rig-durable-'));
  path = join(folder, 'state.json');
});
afterEach(() => rm(folder, { recursive: true }));

/** The real disk, whose n-th operation fails, or whose power is cut there: then all later ones fail too. */
function failing(n: number, how: 'once' | 'power cut', count: { operations: number }): Disk {
  const guard =
    <A extends readonly string[], R>(operation: (...args: A) => Promise<R>) =>
    (...args: A): Promise<R> => {
      count.operations += 1;
      const fails = how === 'once' ? count.operations === n : count.operations >= n;
      return fails ? Promise.reject(new Error(`operation ${n} fails`)) : operation(...args);
    };
  return {
    stage: guard(realDisk.stage),
    read: guard(realDisk.read),
    link: guard(realDisk.link),
    rename: guard(realDisk.rename),
    remove: guard(realDisk.remove),
    syncFolder: guard(realDisk.syncFolder),
  };
}

const read = (name: string) => readFile(join(folder, name), 'utf8');

test('the generation before is kept, and nothing else', async () => {
  for (const text of ['one', 'two', 'three']) expect(await writeDurable(path, text)).toBeNull();
  expect((await readdir(folder)).sort()).toEqual(['state.json', 'state.json.previous']);
  expect([await read('state.json'), await read('state.json.previous')]).toEqual(['three', 'two']);
});

test.each(['once', 'power cut'] as const)(
  'whichever operation fails (%s), a whole text is there and the next write succeeds',
  async (how) => {
    for (let n = 1, isDone = false; !isDone; n += 1) {
      await writeDurable(path, 'old');
      await writeDurable(path, 'present');
      const count = { operations: 0 };
      const fault = await writeDurable(path, 'new', failing(n, how, count));
      isDone = count.operations < n;
      if (isDone) expect(fault).toBeNull();
      if (fault === null) expect(await read('state.json')).toBe('new');
      else {
        expect(fault).toMatchObject({ code: 'state-folder', remedy: expect.any(String) });
        expect(['present', 'new']).toContain(await read('state.json'));
        expect(['old', 'present']).toContain(await read('state.json.previous'));
      }
      expect(await sweepLeftovers(folder)).toBeNull();
      expect((await readdir(folder)).sort()).toEqual(['state.json', 'state.json.previous']);
      expect(await writeDurable(path, 'after')).toBeNull();
      expect(await read('state.json')).toBe('after');
      expect(n).toBeLessThan(30);
    }
  },
);

test('a disk without hard links keeps the generation before all the same', async () => {
  const fat: Disk = {
    ...realDisk,
    link: () => Promise.reject(Object.assign(new Error('EPERM'), { code: 'EPERM' })),
  };
  for (const text of ['one', 'two']) expect(await writeDurable(path, text, fat)).toBeNull();
  expect([await read('state.json'), await read('state.json.previous')]).toEqual(['two', 'one']);
});

test('a disk that swallows the end of the text is found out before the good file is replaced', async () => {
  await writeDurable(path, 'good');
  const liar: Disk = { ...realDisk, stage: (to, text) => realDisk.stage(to, text.slice(0, 3)) };
  expect((await writeDurable(path, 'better', liar))?.message).toMatch(/reads back other/);
  expect(await read('state.json')).toBe('good');
});

test('what a killed daemon left half written is swept, and nothing else', async () => {
  const kept = ['a.json', 'a.json.previous', 'a.json.damaged-1', 'next'];
  const left = [
    'a.json.next',
    'a.json.next.123456',
    'a.json.previous.link.77',
    'a.json.previous.link',
  ];
  for (const name of [...kept, ...left]) await writeFile(join(folder, name), 'x');
  expect(await sweepLeftovers(folder)).toBeNull();
  expect((await readdir(folder)).sort()).toEqual(kept.sort());
  expect(await sweepLeftovers(join(folder, 'not-there'))).toBeNull();
});

test('a folder that somebody removed is made again', async () => {
  const deep = join(folder, 'gone', 'state.json');
  expect(await writeDurable(deep, 'x')).toBeNull();
  expect(existsSync(deep)).toBe(true);
});

test.skipIf(noSmallDisk !== null)(
  `a full and a read-only disk are faults in words, and the good file stays${noSmallDisk ? ` (${noSmallDisk})` : ''}`,
  async () => {
    const disk = mountSmallDisk();
    try {
      const there = join(disk.path, 'state.json');
      const long = (letter: string) => letter.repeat(20_000);
      expect(await writeDurable(there, long('a'))).toBeNull();
      expect(await writeDurable(there, long('b'))).toBeNull();
      for (const leave of [0, 4_096, 8_192, 16_384]) {
        disk.fill(leave);
        const fault = await writeDurable(there, long('c'));
        expect(fault?.message).toMatch(/full/);
        expect(await readFile(there, 'utf8')).toBe(long('b'));
        expect(await readFile(`${there}.previous`, 'utf8')).toBe(long('a'));
      }
      disk.free();
      disk.setReadOnly('ro');
      expect((await writeDurable(there, long('d')))?.message).toMatch(/disk is read-only/);
      disk.setReadOnly('rw');
      expect(await writeDurable(there, long('d'))).toBeNull();
      expect((await readdir(disk.path)).sort()).toEqual([
        'ballast',
        'state.json',
        'state.json.previous',
      ]);
    } finally {
      disk.remove();
    }
  },
);
