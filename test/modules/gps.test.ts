import net from 'node:net';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { Receiver } from '../../modules/gps/receiver.mjs';
import { moduleLineSchema } from '../../src/protocol/module-lines.ts';
import { until } from '../support/until.ts';
import { Gpsd, GpsReceiver } from './gps-receiver.ts';
import { firstFile, ModuleProcess } from './module-process.ts';

const main = path.resolve(import.meta.dirname, '../../modules/gps/main.mjs');
let it: ModuleProcess | undefined;
let receiver: GpsReceiver | undefined;
let gpsd: Gpsd | undefined;
afterEach(async () => {
  await it?.remove();
  await gpsd?.end();
  await receiver?.unplug();
  [it, receiver, gpsd] = [undefined, undefined, undefined];
});

function start(options: object): ModuleProcess {
  it = new ModuleProcess([process.execPath, main], options);
  return it;
}

async function ready(
  options: object = {},
  prepare: (receiver: GpsReceiver) => void = () => undefined,
) {
  receiver = await GpsReceiver.plugIn();
  prepare(receiver);
  gpsd = await Gpsd.start(receiver.device);
  const module = start({ port: gpsd.port, ...options });
  await module.hears('ready', { v: 1 });
  return { module, receiver, gpsd };
}

type Row = Record<string, string>;

function rowsOf(module: ModuleProcess, file = 'it_s001.csv'): Row[] {
  const [head = '', ...lines] = module.read(file).split('\n').slice(0, -1);
  const names = head.split(',');
  return lines.map((line) =>
    Object.fromEntries(line.split(',').map((cell, index) => [names[index] ?? '', cell])),
  );
}

const reports = (module: ModuleProcess, file?: string) =>
  rowsOf(module, file).filter((row) => row['mode'] !== '');

async function moreReports(module: ModuleProcess, count: number, file?: string): Promise<void> {
  const atLeast = reports(module, file).length + count;
  await until(`${atLeast} reports`, () => reports(module, file).length >= atLeast);
}

const details = (module: ModuleProcess) => module.said.map((line) => String(line['detail']));

test('a row for each report tells where the rig is, by how many satellites, and what the clock is worth', async () => {
  const { module, receiver } = await ready({}, (one) => {
    one.behindMs = 5_000;
  });
  await module.records();
  await moreReports(module, 12);
  await module.stops();

  const last = reports(module).at(-1) ?? {};
  expect(last).toMatchObject({
    mode: '3',
    lat: '48.1173',
    lon: '11.516666667',
    altM: '545.4',
    speedMS: '11.524',
    trackDeg: '84.4',
    satellitesUsed: '3',
    satellitesSeen: '4',
    clockFrom: 'toff',
    device: receiver.device,
    note: '',
  });
  expect(Number(last['ephM'])).toBeGreaterThan(0);
  expect(Number(last['clockMinusGpsMs'])).toBeGreaterThanOrEqual(4_990);
  const gpsMs = Date.parse(last['gpsTime'] ?? '');
  expect(Date.parse(last['at'] ?? '') - gpsMs).toBeGreaterThanOrEqual(4_990);
  expect(details(module)).toContainEqual(
    expect.stringMatching(/^3D fix, 3 of 4 satellites, ±\d+ m$/),
  );
  const progress = module.said.findLast((line) => line.is === 'progress');
  expect(progress).toMatchObject({
    samples: reports(module).length,
    gauges: { satellites: { value: 3 }, age: { warn: 5, unit: 's' }, waiting: { value: 0 } },
  });
  for (const line of module.said) expect(moduleLineSchema.safeParse(line).error).toBeUndefined();
});

test('it is ready and records without a fix, and says so', async () => {
  const { module, receiver } = await ready({}, (one) => {
    one.hasFix = false;
  });
  await module.records();
  await moreReports(module, 8);
  await until('the wait for a fix', () =>
    details(module).some((words) => /^waiting for a fix, \d+ s, 4 satellites seen$/.test(words)),
  );
  expect(reports(module).at(-1)).toMatchObject({ mode: '1', lat: '', lon: '' });
  receiver.hasFix = true;
  await until('a fix', () => reports(module).at(-1)?.['mode'] === '3');
  await module.stops();
});

test('it goes on when gpsd is started again; the gap is in the file, and what is missing is counted', async () => {
  const { module, receiver, gpsd: first } = await ready();
  await module.records();
  await moreReports(module, 12);
  await first.end();
  const gap = await until('a row of the gap', () =>
    rowsOf(module).find((row) => row['mode'] === ''),
  );
  expect(gap['note']).toBe(`no answer from gpsd on 127.0.0.1:${first.port}`);
  const silentNs = process.hrtime.bigint();
  await until('the detail', () =>
    details(module).some((words) => words.startsWith(`no answer from gpsd on 127.0.0.1`)),
  );
  await until('two seconds without', () => process.hrtime.bigint() - silentNs > 2_000_000_000n);
  gpsd = await Gpsd.start(receiver.device, first.port);
  await moreReports(module, 3);
  await module.stops();

  const rows = rowsOf(module);
  expect(rows.filter((row) => row['mode'] === '')).toHaveLength(1);
  const back = rows[rows.findIndex((row) => row['mode'] === '') + 1];
  expect(back?.['note']).toMatch(/^back after \d+\.\d s$/);
  const dropped = Number(module.said.findLast((line) => line.is === 'progress')?.['dropped']);
  const awayS = Number(/\d+\.\d/.exec(back?.['note'] ?? '')?.[0]);
  expect(dropped).toBeGreaterThan(awayS);
  expect(dropped).toBeLessThan(awayS * 10);
});

test('a receiver that falls silent is named, and nothing is recorded in its place', async () => {
  const { module, receiver } = await ready();
  await module.records();
  await moreReports(module, 3);
  receiver.isSilent = true;
  const words = `no data from ${receiver.device}`;
  await until('the gap', () => rowsOf(module).some((row) => row['note'] === words));
  const progress = await until('the alarm', () =>
    module.said.find((line) => String(line['detail']).startsWith(`${words}, `)),
  );
  expect(progress).toMatchObject({ gauges: { age: { warn: 5 } } });
  const before = module.read('it_s001.csv');
  await module.hears('progress');
  expect(module.read('it_s001.csv')).toBe(before);
  receiver.isSilent = false;
  await moreReports(module, 2);
});

test('a recording that ends before a report came has a row that says so', async () => {
  const { module } = await ready({}, (one) => {
    one.isSilent = true;
  });
  await module.records();
  await module.stops();
  expect(rowsOf(module)).toMatchObject([{ mode: '', note: 'no report came' }]);
});

test('it loses no report over a split, records nothing of a pause, and writes markers down', async () => {
  const { module } = await ready();
  await module.records();
  await moreReports(module, 3);
  module.tell('mark', { text: 'a fox, "red"', atMonoNs: '1' });
  await until('the marker', () => module.read('it_s001.csv').includes(',"a fox, ""red"""\n'));
  const atMonoNs = String(process.hrtime.bigint() + 500_000_000n);
  const fields = { dir: module.dir, prefix: 'it_s002', segment: 2, atMonoNs };
  const split = await module.hears('recording', { id: module.tell('split', fields) });
  expect(firstFile(split)).toBe(path.join(module.dir, 'it_s002.csv'));
  await moreReports(module, 3, 'it_s002.csv');
  await module.hears('paused', { id: module.tell('pause') });
  const atRest = module.read('it_s002.csv');
  const restingNs = process.hrtime.bigint();
  await until('a second of pause', () => process.hrtime.bigint() - restingNs > 1_000_000_000n);
  expect(module.read('it_s002.csv')).toBe(atRest);
  await module.hears('recording', { id: module.tell('resume') });
  await moreReports(module, 3, 'it_s002.csv');
  await module.stops();

  const [before, after] = [reports(module), reports(module, 'it_s002.csv')];
  const instants = [...before, ...after].map((row) => BigInt(row['monoNs'] ?? 0));
  expect(instants).toEqual([...instants].sort((a, b) => Number(a - b)));
  expect((instants[before.length - 1] ?? 0n) < BigInt(atMonoNs)).toBe(true);
  expect((instants[before.length] ?? 0n) >= BigInt(atMonoNs)).toBe(true);
  const last = module.said.findLast((line) => line.is === 'progress');
  expect(last).toMatchObject({ samples: instants.length });
});

test.each([
  { raw: 'nmea', file: 'it_s001.nmea', line: /^\$GPRMC,\d{6}\.\d+,A,4807\.038,N/m },
  { raw: 'json', file: 'it_s001.jsonl', line: /^\{"monoNs":"\d+","class":"TPV",.*"lat":48\.1173/m },
])('what gpsd said lies beside the rows with raw: $raw', async ({ raw, file, line }) => {
  const { module } = await ready({ raw });
  await module.records();
  await until(`lines in ${file}`, () => line.test(module.read(file)));
  await module.stops();
  for (const text of module.read(file).trimEnd().split('\n')) {
    if (raw === 'json') JSON.parse(text);
    else expect(text).toMatch(/^[$!].*\*[0-9A-F]{2}$/);
  }
});

test('without gpsd it says how to start it, and is ready when gpsd is there', async () => {
  receiver = await GpsReceiver.plugIn();
  const first = await Gpsd.start(receiver.device);
  await first.end();
  const module = start({ port: first.port });
  expect(await module.hears('error')).toMatchObject({
    code: 'no-gpsd',
    message: `no answer from gpsd on 127.0.0.1:${first.port}`,
    remedy: 'is gpsd running? sudo apt install gpsd; sudo systemctl start gpsd',
    recoverable: true,
  });
  gpsd = await Gpsd.start(receiver.device, first.port);
  await module.hears('ready');
  await gpsd.end(); // while it is idle
  await module.hears('error', { code: 'no-gpsd' });
  gpsd = await Gpsd.start(receiver.device, first.port);
  await module.hears('ready');
  await module.records();
});

test('a receiver that gpsd does not have is named', async () => {
  receiver = await GpsReceiver.plugIn();
  gpsd = await Gpsd.start(receiver.device);
  const module = start({ port: gpsd.port, device: '/dev/ttyUSB7' });
  expect(await module.hears('error')).toMatchObject({
    code: 'no-device',
    message: 'gpsd has no receiver /dev/ttyUSB7',
    remedy: expect.stringContaining('/etc/default/gpsd'),
  });
});

test('a gpsd that accepts and never answers is no gpsd', async () => {
  const mute = net.createServer().listen(0, '127.0.0.1');
  await until('a port', () => mute.listening);
  const address = mute.address();
  const module = start({ port: typeof address === 'object' ? address?.port : 0 });
  await module.hears('error', { code: 'no-gpsd' });
  mute.close();
});

test.each(['SIGTERM', 'SIGKILL'] as const)('%s leaves whole rows', async (signal) => {
  const { module } = await ready();
  await module.records();
  await moreReports(module, 3);
  process.kill(-module.pid, signal);
  const ended = await module.exited;
  expect(ended).toEqual(signal === 'SIGTERM' ? { code: 0, signal: null } : { code: null, signal });
  expect(module.read('it_s001.csv')).toMatch(/^(?:(?:[^\n,]*,){16}[^\n]*\n)+$/);
});

test.each([
  [{ port: 0 }, 'port 0: it must be a whole number from 1 to 65535'],
  [{ raw: 'binary' }, 'raw binary: it must be one of none, nmea, json'],
])('the configuration %j is refused in words', async (options, message) => {
  const module = start(options);
  expect(await module.exited).toEqual({ code: 78, signal: null });
  expect(module.said).toEqual([expect.objectContaining({ message, recoverable: false })]);
});

test('a pulse a second tells more of the clock than a sentence, and a sentence more than its arrival', () => {
  const at = Date.parse('2026-11-22T10:00:00.900Z');
  const one = new Receiver(0n);
  const tpv = { class: 'TPV', device: 'a', mode: 3, time: '2026-11-22T10:00:00.000Z' };
  const look = { device: 'a', real_sec: 100, real_nsec: 0, clock_sec: 100 };
  const hear = (ns: bigint) => one.hear(tpv, ns, at);
  expect(hear(1n)).toMatchObject({ clockMs: 900, clockFrom: 'arrival' });
  one.hear({ class: 'TOFF', ...look, clock_nsec: 140_000_000 }, 2n, at);
  expect(hear(3n)).toMatchObject({ clockMs: 140, clockFrom: 'toff' });
  one.hear({ class: 'PPS', ...look, clock_nsec: 1_234 }, 4n, at);
  expect(hear(5n)).toMatchObject({ clockMs: 0.001, clockFrom: 'pps' });
  expect(hear(10_000_000_000n)).toMatchObject({ clockFrom: 'arrival' }); // those are old by now
});

test('an old gpsd that counts no satellites is understood', () => {
  const one = new Receiver(0n);
  const satellites = [{ used: true }, { used: false }, { used: true }];
  one.hear({ class: 'SKY', device: 'a', satellites }, 1n, 0);
  one.hear({ class: 'SKY', device: 'a', hdop: 1 }, 2n, 0); // without satellites: nothing new
  const fix = one.hear({ class: 'TPV', device: 'a', mode: 2, alt: 12 }, 3n, 0);
  expect(fix).toMatchObject({ used: 2, seen: 3, mode: 2, altM: 12, lat: null, clockMs: null });
});
