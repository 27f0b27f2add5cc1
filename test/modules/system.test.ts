import { cpSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { loadavg, release, tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { ModuleProcess } from './module-process.ts';

const modules = path.resolve(import.meta.dirname, '../../modules');
let it: ModuleProcess | undefined;
afterEach(async () => {
  await it?.remove();
  it = undefined;
});

async function ready(options: object, folder = modules): Promise<ModuleProcess> {
  it = new ModuleProcess([process.execPath, path.join(folder, 'system/main.mjs')], options);
  await it.hears('ready');
  return it;
}

function table(text: string): Record<string, string>[] {
  const [head = [], ...rows] = text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
  return rows.map((row) => Object.fromEntries(head.map((name, index) => [name, row[index] ?? ''])));
}

test('the figures are those of this machine', async () => {
  const module = await ready({ rate: 10 });
  const file = await module.records();
  await module.growsTo(file, 6);
  await module.stops();
  const rows = table(module.read(file));
  const last = rows.at(-1) ?? {};
  const { bavail, bsize } = statfsSync(module.dir);
  expect(Math.abs(Number(last['diskFreeBytes']) - bavail * bsize)).toBeLessThan(1e9);
  const memory = Number(last['memoryUsedBytes']) + Number(last['memoryAvailableBytes']);
  expect(memory).toBe(totalmem());
  expect(Math.abs(Number(last['load1']) - (loadavg()[0] ?? 0))).toBeLessThan(3);
  expect(Number(last['cpuPercent'])).toBeGreaterThanOrEqual(0);
  expect(Number(last['cpuPercent'])).toBeLessThanOrEqual(100);
  expect(Number(last['receivedBytes'])).toBeGreaterThanOrEqual(0);
  const instants = rows.map((row) => BigInt(row['monoNs'] ?? 0));
  expect(instants).toEqual([...instants].sort((a, b) => Number(a - b)));
  expect(Math.abs(Date.parse(last['at'] ?? '') - Date.now())).toBeLessThan(60_000);
});

test('a row comes at the rate that was asked for, once a second by itself', async () => {
  const module = await ready({});
  const file = await module.records();
  await module.growsTo(file, 3);
  const [first, second] = table(module.read(file)).map((row) => BigInt(row['monoNs'] ?? 0));
  expect(Number((second ?? 0n) - (first ?? 0n)) / 1e9).toBeCloseTo(1, 0);
});

test('a marker is in the next row, whatever its text', async () => {
  const module = await ready({ rate: 10 });
  const file = await module.records();
  module.tell('mark', { text: 'a fox, "red"\nand a hare', atMonoNs: '1' });
  const rows = module.read(file).split('\n').length;
  await module.growsTo(file, rows + 3);
  await module.stops();
  expect(module.read(file)).toContain(',"a fox, ""red"" and a hare"\n');
});

test('the inventory of the machine lies beside the figures', async () => {
  const module = await ready({});
  const armed = await module.hears('armed', { id: module.arm() });
  expect(armed['files']).toEqual([
    path.join(module.dir, 'it_s001.csv'),
    path.join(module.dir, 'it_s001.inventory.json'),
  ]);
  const inventory = JSON.parse(module.read('it_s001.inventory.json'));
  expect(inventory).toMatchObject({
    version: 1,
    processor: {},
    operatingSystem: { kernel: release() },
  });
});

test('it records where systeminformation is not installed, and says so', async () => {
  const elsewhere = mkdtempSync(path.join(tmpdir(), 'rigdeck-system-'));
  try {
    cpSync(modules, elsewhere, { recursive: true });
    const module = await ready({}, elsewhere);
    await module.records();
    const inventory = JSON.parse(module.read('it_s001.inventory.json'));
    expect(inventory).toMatchObject({
      version: 1,
      reason: expect.stringContaining('systeminformation'),
      host: { memoryBytes: totalmem() },
    });
    expect(module.prints).toContain('the inventory is short');
  } finally {
    rmSync(elsewhere, { recursive: true });
  }
});

test('a rate of nothing is said when it is armed, and the module lives', async () => {
  const module = await ready({ rate: 0 });
  await module.hears('error', { id: module.arm(), code: 'rate' });
  await module.hears('pong', { id: module.tell('ping') });
});
