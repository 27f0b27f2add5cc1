import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, tmpdir, totalmem } from 'node:os';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { processor } from '../../modules/system/processor.mjs';
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

test('a processor that is busy for less than a minute is no alarm, one that stays so is', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'rigdeck-proc-'));
  try {
    mkdirSync(path.join(root, 'proc'));
    const at = { seconds: 0, busy: 0 };
    /** One core with 100 ticks a second, as busy as is said. */
    const pass = (seconds: number, percent: number) => {
      at.seconds += seconds;
      at.busy += percent * seconds;
      const idle = 100 * at.seconds - at.busy;
      const line = `${at.busy} 0 0 ${idle} 0 0 0 0`;
      writeFileSync(path.join(root, 'proc/stat'), `cpu  ${line}\ncpu0 ${line}\n`);
    };
    pass(1, 0);
    const read = processor(root, () => at.seconds * 1_000);
    const busy = Array.from({ length: 60 }, () => {
      pass(1, 100);
      return read().cpuMinutePercent;
    });
    expect(new Set(busy)).toEqual(new Set([null]));
    pass(1, 100);
    expect(read()).toMatchObject({ cpuPercent: 100, cpuMinutePercent: 100 });
    for (let n = 0; n < 30; n++) {
      pass(1, 0);
      read();
    }
    expect(read().cpuMinutePercent).toBe(50);
  } finally {
    rmSync(root, { recursive: true });
  }
});

test('each core has a column of its own where that is wished', async () => {
  const module = await ready({ rate: 10, perCore: true });
  const file = await module.records();
  await module.growsTo(file, 4);
  await module.stops();
  const rows = table(module.read(file));
  const names = cpus().map((_, index) => `cpu${index}Percent`);
  expect(Object.keys(rows[0] ?? {}).slice(-names.length - 1)).toEqual([...names, 'mark']);
  // Two rows within one tick of the kernel's have nothing to say.
  const told = rows.filter((row) => names.every((name) => /^\d+(\.\d)?$/.test(row[name] ?? '')));
  expect(told.length).toBeGreaterThan(0);
});

test('it goes on in the next file without losing a row', async () => {
  const module = await ready({ rate: 50 });
  const first = await module.records();
  await module.growsTo(first, 10);
  const atNs = process.hrtime.bigint() + 200_000_000n;
  const fields = { dir: module.dir, prefix: 'it_s002', segment: 2, atMonoNs: String(atNs) };
  const told = await module.hears('recording', { id: module.tell('split', fields) });
  const second = path.join(module.dir, 'it_s002.csv');
  expect(told['files']).toEqual([second, path.join(module.dir, 'it_s002.inventory.json')]);
  await module.growsTo(second, 10);
  await module.stops();
  const [before, after] = [first, second].map((file) => table(module.read(file)));
  const instants = [...(before ?? []), ...(after ?? [])].map((row) => BigInt(row['monoNs'] ?? 0));
  expect(module.said.findLast((line) => line.is === 'progress')).toMatchObject({
    samples: instants.length,
  });
  expect(instants).toEqual([...instants].sort((a, b) => Number(a - b)));
  expect(BigInt(after?.[0]?.['monoNs'] ?? 0) >= atNs).toBe(true);
});

test('a Pi tells of its power and its heat', async () => {
  const root = mkdtempSync(path.join(tmpdir(), 'rigdeck-pi-'));
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), `${text}\n`);
  };
  const firmware = 'sys/devices/platform/soc/soc:firmware/get_throttled';
  const device = execFileSync('stat', ['-c', '%Hd %Ld', root], { encoding: 'utf8' }).trim();
  const written = (sectors: number) =>
    write(
      'proc/diskstats',
      `   7 0 loop0 1 1 1 1 9 9 9\n ${device} sda 5 6 7 8 9 10 ${sectors} 12 0 13`,
    );
  try {
    write(firmware, '50005');
    write('sys/class/thermal/thermal_zone0/temp', '61300');
    write('sys/class/thermal/thermal_zone1/temp', '48000');
    write('sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq', '1500000');
    write(
      'proc/stat',
      'cpu  10 0 10 80 0 0 0 0\ncpu0 5 0 5 40 0 0 0 0\ncpu1 5 0 5 40 0 0 0 0\nintr 1',
    );
    write('proc/pressure/io', 'some avg10=12.50 avg60=1.00 avg300=0.10 total=1\nfull avg10=3.00');
    written(2_000);
    const { machine } = await import(path.join(modules, 'system/machine.mjs'));
    const read = machine(root, root);
    write(
      'proc/stat',
      'cpu  20 0 20 160 0 0 0 0\ncpu0 15 0 5 120 0 0 0 0\ncpu1 5 0 15 40 0 0 0 0\nintr 1',
    );
    written(4_000);
    const figures = await read();
    expect(figures).toMatchObject({
      ...{ cpuPercent: 20, cores: [11.1, 100], cpuMHz: 1_500, temperatureC: 61.3 },
      ...{ throttled: '50005', underVoltage: 1, slowedDown: 1, ioPressurePercent: 12.5 },
      ...{ load1: null, memoryUsedBytes: null, receivedBytes: null, memoryPressurePercent: null },
    });
    expect(figures.diskWriteBytesPerS).toBeGreaterThan(0);

    write(firmware, '50000'); // it was so since boot, and is not now
    expect(await read()).toMatchObject({ underVoltage: 0, slowedDown: 0 });
    rmSync(path.join(root, firmware)); // newer kernels: the sensor alone
    write('sys/class/hwmon/hwmon1/name', 'rpi_volt');
    write('sys/class/hwmon/hwmon1/in0_lcrit_alarm', '1');
    const readAgain = machine(root, root);
    expect(await readAgain()).toMatchObject({ throttled: null, underVoltage: 1, slowedDown: null });
  } finally {
    rmSync(root, { recursive: true });
  }
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
