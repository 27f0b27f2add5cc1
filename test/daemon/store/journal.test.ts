import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Journal } from '../../../src/daemon/store/journal.ts';
import type { HistoryEntry } from '../../../src/protocol/frames.ts';
import { until } from '../../support/until.ts';
import { mountSmallDisk, noSmallDisk } from './small-disk.ts';

let stateDir: string;
let folder: string;
beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'rig-journal-'));
  folder = join(stateDir, 'journal');
});
afterEach(() => rm(stateDir, { recursive: true }));

const change = (seq: number, module = 'mic', at = '2026-11-22T14:00:00.000Z'): HistoryEntry => ({
  type: 'change',
  at,
  epoch: 'e1',
  seq,
  actor: 'health',
  cause: 'exited',
  what: [`${module} recording -> crashed`],
  modules: [module],
});
const silent = () => undefined;
const seqs = (entries: readonly HistoryEntry[]) =>
  entries.map((entry) => ('seq' in entry ? entry.seq : entry.name));
const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, n) => from + n);

test('an entry that may wait is found at once, and goes to the disk with the next that may not', async () => {
  const journal = new Journal(stateDir, silent);
  journal.append(change(1), 600_000);
  expect(seqs(await journal.query({}))).toEqual([1]);
  await expect(stat(folder)).rejects.toThrow('ENOENT');
  journal.append(change(2));
  const written = async () => (await readdir(folder)).length > 0;
  await until('both are written', () => written().catch(() => false));
  await journal.close();
  expect(seqs(await new Journal(stateDir, silent).query({}))).toEqual([1, 2]);
});

test('an entry is put into words when it is asked for or written, and once', async () => {
  const journal = new Journal(stateDir, silent);
  let said = 0;
  const say = () => {
    said += 1;
    return change(1);
  };
  journal.append(say, 600_000);
  expect(said).toBe(0);
  expect(seqs(await journal.query({}))).toEqual([1]);
  await journal.close();
  expect(said).toBe(1);
  expect(seqs(await new Journal(stateDir, silent).query({}))).toEqual([1]);
});

test('entries are on disk by themselves, one line each, and the newest are found by later daemons', async () => {
  const journal = new Journal(stateDir, silent);
  for (const n of range(1, 30)) journal.append(change(n));
  await until(
    'the entries',
    async () =>
      (await readdir(stateDir)).includes('journal') &&
      (await readdir(folder)).length > 0 &&
      (await readFile(join(folder, '000001.ndjson'), 'utf8')).split('\n').length === 31,
  );
  const later = new Journal(stateDir, silent);
  later.append(change(31));
  await later.close();
  expect(seqs(await later.query({ limit: 3 }))).toEqual([29, 30, 31]);
  expect(await readdir(folder)).toEqual(['000001.ndjson']);
});

test('an entry that is just being written is found once', async () => {
  const journal = new Journal(stateDir, silent);
  for (const n of range(1, 40)) {
    journal.append(change(n));
    const written = journal.flush();
    // At every step of the writing, as others ask.
    for (let turn = 0; turn < 6; turn += 1) {
      const found = seqs(await journal.query({ limit: 100 }));
      expect(found).toEqual([...new Set(found)]);
    }
    expect(await written).toBe(true);
  }
  expect(seqs(await journal.query({ limit: 100 }))).toEqual(range(1, 40));
});

test('an entry is found before it is on disk', async () => {
  const journal = new Journal(stateDir, silent);
  journal.append(change(1));
  expect(seqs(await journal.query({}))).toEqual([1]);
  await journal.close();
  expect(seqs(await journal.query({}))).toEqual([1]);
});

test('history is asked by module, by time and by number, also after the clock stepped back', async () => {
  const journal = new Journal(stateDir, silent);
  journal.append(change(1, 'mic', '2026-11-22T14:00:00.000Z'));
  journal.append(change(2, 'cam', '2026-11-22T15:00:00.000Z'));
  journal.append(change(3, 'mic', '2020-01-01T00:00:00.000Z'));
  journal.append({
    type: 'intent',
    at: '2026-11-22T16:00:00.000Z',
    epoch: 'e',
    seq: 4,
    actor: 'pi',
    kind: 'module.enable',
    module: 'mic',
    outcome: 'done',
    reason: null,
    message: null,
  });
  journal.append({
    type: 'event',
    at: '2026-11-22T17:00:00.000Z',
    epoch: 'e',
    name: 'stop-failed',
    module: null,
    message: 'x',
    data: { step: 1 },
  });
  await journal.flush();
  expect(seqs(await journal.query({ module: 'mic' }))).toEqual([1, 3, 4]);
  expect(seqs(await journal.query({ since: '2026-11-22T15:30:00+00:00' }))).toEqual([
    4,
    'stop-failed',
  ]);
  expect(
    seqs(await journal.query({ since: '2026-11-22T14:00:00Z', module: 'mic', limit: 1 })),
  ).toEqual([4]);
  await journal.close();
});

test('a torn last line is passed over, and the next entry begins a line of its own', async () => {
  const journal = new Journal(stateDir, silent);
  journal.append(change(1));
  await journal.close();
  await appendFile(join(folder, '000001.ndjson'), '{"type":"change","at":"2026');
  const later = new Journal(stateDir, silent);
  expect(seqs(await later.query({}))).toEqual([1]);
  later.append(change(2));
  await later.close();
  expect(seqs(await later.query({}))).toEqual([1, 2]);
});

test('foreign lines and foreign files are passed over', async () => {
  await mkdir(folder);
  await writeFile(join(folder, '000007.ndjson'), '\0\0\0\n[]\n{"type":"change"}\nwords\n');
  await writeFile(join(folder, 'notes.txt'), 'x');
  const journal = new Journal(stateDir, silent);
  journal.append(change(1));
  await journal.close();
  expect(seqs(await journal.query({}))).toEqual([1]);
  expect((await readdir(folder)).sort()).toEqual(['000007.ndjson', 'notes.txt']);
});

test('files are begun by size and the oldest go when the budget is used up', async () => {
  const journal = new Journal(stateDir, silent, {
    fileBytes: 2_000,
    totalBytes: 8_000,
    waiting: 100,
  });
  for (const n of range(1, 300)) {
    journal.append(change(n));
    await journal.flush();
  }
  const names = (await readdir(folder)).sort();
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  expect(sizes.reduce((a, b) => a + b)).toBeLessThan(8_000 + 400);
  expect(Math.max(...sizes)).toBeLessThan(2_400);
  expect(names[0]).not.toBe('000001.ndjson');
  const found = seqs(await journal.query({ limit: 1_000 }));
  expect(found).toEqual(range(301 - found.length, 300));
  expect(found.length).toBeGreaterThan(20);
  await journal.close();
});

test('an entry with far too many details loses them and keeps its place', async () => {
  const journal = new Journal(stateDir, silent);
  journal.append({
    type: 'event',
    at: '2026-11-22T17:00:00.000Z',
    epoch: 'e',
    name: 'dump',
    module: null,
    message: 'm',
    data: 'x'.repeat(100_000),
  });
  await journal.close();
  expect(await journal.query({})).toMatchObject([{ name: 'dump', data: 'left out: too long' }]);
});

test('without a state dir the newest thousand are remembered', async () => {
  const journal = new Journal(null, silent);
  for (const n of range(1, 1_200)) journal.append(change(n));
  expect(seqs(await journal.query({ limit: 5_000 }))).toEqual(range(201, 1_200));
  expect(await journal.close()).toBe(true);
});

test('a folder that cannot be made is told once; entries wait, and what was lost is said in the journal itself', async () => {
  await writeFile(folder, 'in the way');
  const told: (string | null)[] = [];
  const journal = new Journal(stateDir, (fault) => told.push(fault?.code ?? null), {
    fileBytes: 1_000_000,
    totalBytes: 16_000_000,
    waiting: 10,
  });
  for (const n of range(1, 15)) {
    journal.append(change(n));
    if (n % 8 === 0) expect(await journal.flush()).toBe(false);
  }
  expect(await journal.flush()).toBe(false);
  expect(told).toEqual(['state-folder']);
  expect(seqs(await journal.query({}))).toEqual(range(6, 15));
  await rm(folder);
  await until('the next try', () => told.length === 2);
  expect(told).toEqual(['state-folder', null]);
  const later = new Journal(stateDir, silent);
  expect(seqs(await later.query({}))).toEqual(['journal-lost', ...range(6, 15)]);
  expect((await later.query({ limit: 100 }))[0]).toMatchObject({
    message: expect.stringMatching(/^5 entries/),
  });
  await journal.close();
});

test.skipIf(noSmallDisk !== null)(
  `nothing is lost on a disk that is full for a while${noSmallDisk ? ` (${noSmallDisk})` : ''}`,
  async () => {
    const disk = mountSmallDisk();
    try {
      const told: (string | null)[] = [];
      const journal = new Journal(disk.path, (fault) => told.push(fault?.message ?? null));
      journal.append(change(1));
      expect(await journal.flush()).toBe(true);
      disk.fill(0);
      for (const n of range(2, 40)) journal.append(change(n));
      expect(await journal.flush()).toBe(false);
      expect(told).toEqual([expect.stringMatching(/disk is full/)]);
      disk.free();
      disk.setReadOnly('ro');
      journal.append(change(41));
      expect(await journal.flush()).toBe(false);
      expect(told[1]).toMatch(/disk is read-only/);
      disk.setReadOnly('rw');
      expect(await journal.flush()).toBe(true);
      await journal.close();
      const later = new Journal(disk.path, silent);
      expect(seqs(await later.query({}))).toEqual(range(1, 41));
    } finally {
      disk.remove();
    }
  },
);
