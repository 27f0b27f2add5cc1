import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { moduleLineSchema } from '../../src/protocol/module-lines.ts';
import { until } from '../support/until.ts';
import { firstFile, ModuleProcess } from './module-process.ts';
import { cardRate, jumps, readWav, SoundCard, samplesOf } from './sound-card.ts';

const main = path.resolve(import.meta.dirname, '../../modules/audio/main.mjs');
const mono = { device: 'mic', channels: 1, format: 'S32_LE' };
let it: ModuleProcess | undefined;
let card: SoundCard | undefined;
afterEach(async () => {
  await it?.remove();
  await card?.remove();
  [it, card] = [undefined, undefined];
});

function start(options: object, env: NodeJS.ProcessEnv = {}): ModuleProcess {
  it = new ModuleProcess([process.execPath, main], options, env);
  return it;
}

/** A module that is ready to record from the card of the test. */
async function ready(options: object = {}): Promise<{ module: ModuleProcess; mic: SoundCard }> {
  card = await SoundCard.pluggedIn({ channels: 1, bytes: 4 });
  const module = start({ ...mono, ...options }, card.env);
  await module.hears('ready', { v: 1 });
  return { module, mic: card };
}

const bytesIn = (file: string) => statSync(file).size;
const second = cardRate * 4;

async function grows(file: string, byBytes: number): Promise<void> {
  const atLeast = bytesIn(file) + byBytes;
  await until(`${byBytes} more bytes in ${file}`, () => bytesIn(file) >= atLeast);
}

/** Programs that the module has started and that live. */
function children(module: ModuleProcess): number[] {
  return readFileSync(`/proc/${module.pid}/task/${module.pid}/children`, 'utf8')
    .split(' ')
    .filter(Boolean)
    .map(Number);
}

const lastProgress = (module: ModuleProcess) =>
  module.said.findLast((line) => line.is === 'progress');

test('a microphone is recorded from the very sample of the common start on, and when that was is known', async () => {
  const { module, mic } = await ready();
  const file = firstFile(await module.hears('armed', { id: module.arm() }));
  const goNs = process.hrtime.bigint() + 700_000_000n;
  const id = module.tell('record', { atMonoNs: String(goNs) });
  const { firstSampleMonoNs } = await module.hears('recording', { id });
  await grows(file, second);
  await module.stops();

  const wav = readWav(file);
  expect(wav).toMatchObject({ rate: cardRate, channels: 1, bits: 32 });
  expect(wav.dataBytes).toBe(wav.data.length);
  const samples = samplesOf(wav);
  expect(jumps(samples)).toEqual([]);
  const claimedNs = BigInt(String(firstSampleMonoNs));
  expect(Number(claimedNs - goNs)).toBeGreaterThanOrEqual(-1);
  const errorMs = Number(claimedNs - mic.nsOf(samples[0] ?? 0)) / 1e6;
  // A millisecond on a machine with nothing else to do; see the module's page.
  expect(Math.abs(errorMs)).toBeLessThan(200);
  expect(lastProgress(module)).toMatchObject({ samples: samples.length, dropped: 0 });
  for (const line of module.said) expect(moduleLineSchema.safeParse(line).error).toBeUndefined();
});

test('a microphone loses no sample when the rig goes on in a new segment, and the cut is at its instant', async () => {
  const { module } = await ready();
  const first = await module.records();
  await grows(first, second / 4);
  const atNs = process.hrtime.bigint() + 700_000_000n;
  const fields = { dir: module.dir, prefix: 'it_s002', segment: 2, atMonoNs: String(atNs) };
  const split = await module.hears('recording', { id: module.tell('split', fields) });
  const next = firstFile(split);
  await grows(next, second / 4);
  await module.stops();

  expect(BigInt(String(split['firstSampleMonoNs']))).toBeGreaterThanOrEqual(atNs - 1n);
  const [before, after] = [samplesOf(readWav(first)), samplesOf(readWav(next))];
  expect(jumps([...before, ...after])).toEqual([]);
  expect(readWav(first).dataBytes).toBe(before.length * 4);
  expect(lastProgress(module)).toMatchObject({ samples: before.length + after.length });
  const rows = [1, 2].map((n) => module.read(`it_s00${n}.csv`).trimEnd().split('\n'));
  const frames = rows.map((lines) => Number(lines.at(-1)?.split(',')[2]));
  expect(frames).toEqual([before.length, after.length]);
});

test('nothing of a pause is in the file', async () => {
  const { module, mic } = await ready();
  const file = await module.records();
  await grows(file, second / 4);
  await module.hears('paused', { id: module.tell('pause') });
  await module.hears('pong', { id: module.tell('ping') });
  const restingNs = process.hrtime.bigint();
  await until('a pause of half a second', () => process.hrtime.bigint() - restingNs > 500_000_000n);
  const atRest = bytesIn(file);
  const againNs = process.hrtime.bigint();
  await module.hears('recording', { id: module.tell('resume') });
  await grows(file, second / 4);
  await module.stops();

  const samples = samplesOf(readWav(file));
  const [at = 0, ...more] = jumps(samples);
  expect(more).toEqual([]);
  expect(at * 4).toBeLessThanOrEqual(atRest);
  // What was taken before `resume` is not in the file, as far as the clock of the card is known.
  expect(mic.nsOf(samples[at] ?? 0)).toBeGreaterThan(againNs - 200_000_000n);
  expect(mic.nsOf(samples[at - 1] ?? 0)).toBeLessThan(restingNs);
});

test('a microphone is recorded until the stop itself, and again', async () => {
  const { module, mic } = await ready();
  const file = await module.records();
  await grows(file, second / 4);
  const stopNs = process.hrtime.bigint();
  await module.stops();
  const last = samplesOf(readWav(file)).at(-1) ?? 0;
  expect(mic.nsOf(last)).toBeGreaterThan(stopNs - 200_000_000n);

  const again = await module.records('it_s002');
  await grows(again, second / 4);
  await module.stops();
  expect(jumps(samplesOf(readWav(again)))).toEqual([]);
  module.tell('quit');
  expect(await module.exited).toEqual({ code: 0, signal: null });
});

test('the microphone belongs to others while the module is idle', async () => {
  const { module } = await ready();
  expect(children(module)).toEqual([]);
  await module.records();
  expect(children(module)).toHaveLength(1);
  await module.stops();
  expect(children(module)).toEqual([]);
});

test('a card that loses samples is noticed, and they are counted where they are missing', async () => {
  const { module, mic } = await ready();
  const file = await module.records();
  await grows(file, second);
  mic.tell({ gapMs: 800 });
  await until('lost samples', () => Number(lastProgress(module)?.['dropped']) > 0);
  await module.stops();
  const samples = samplesOf(readWav(file));
  const lost = jumps(samples).map((at) => (samples[at] ?? 0) - (samples[at - 1] ?? 0) - 1);
  expect(lost).toHaveLength(1);
  const dropped = Number(lastProgress(module)?.['dropped']);
  expect(Math.abs(dropped - (lost[0] ?? 0))).toBeLessThan(cardRate / 5);
  expect(module.read('it_s001.csv').trimEnd().split('\n').at(-1)?.split(',')[3]).toBe(`${dropped}`);
});

test('a microphone whose cable is pulled is called silent', async () => {
  const { module, mic } = await ready({ levelInterval: 0.5 });
  await module.records();
  mic.tell({ silent: true });
  const line = await until('silence', () =>
    module.said.find((said) => String(said['detail']).includes('channel 1 is silent')),
  );
  expect(line).toMatchObject({
    gauges: { silent: { warn: 5, unit: 's' }, peak1: { value: -150 } },
  });
});

test.each(['SIGTERM', 'SIGINT'] as const)(
  'a recording is whole after %s to the whole group',
  async (signal) => {
    const { module } = await ready();
    const file = await module.records();
    await grows(file, second / 4);
    process.kill(-module.pid, signal);
    expect(await module.exited).toEqual({ code: 0, signal: null });
    const wav = readWav(file);
    expect(wav.dataBytes).toBe(wav.data.length);
    expect(wav.riffBytes).toBe(bytesIn(file) - 8);
    expect(jumps(samplesOf(wav))).toEqual([]);
  },
);

test('a recording keeps every sample through kill -9, and its head is right but for the last seconds', async () => {
  const { module } = await ready();
  const file = await module.records();
  await grows(file, 2 * second);
  process.kill(-module.pid, 'SIGKILL');
  await module.exited;
  const wav = readWav(file);
  expect(wav.data.length).toBeGreaterThanOrEqual(2 * second);
  expect(wav.dataBytes).toBeGreaterThan(0);
  expect(wav.dataBytes).toBeLessThanOrEqual(wav.data.length);
  expect(jumps(samplesOf(wav))).toEqual([]);
});

test('a microphone that is killed as soon as it says that it records has sound and a row in its files', async () => {
  const { module } = await ready();
  const file = await module.records();
  process.kill(-module.pid, 'SIGKILL');
  await module.exited;
  expect(readWav(file).data.length).toBeGreaterThan(0);
  expect(module.read('it_s001.csv')).toMatch(/^[^\n]+\n[^\n]+\n/);
});

test('a recording ends in words when the card goes, and its file is whole', async () => {
  const { module } = await ready();
  const file = await module.records();
  await grows(file, second / 4);
  const [recorder = 0] = children(module);
  process.kill(recorder, 'SIGKILL');
  expect(await module.exited).toEqual({ code: 1, signal: null });
  expect(module.said.at(-1)).toMatchObject({
    is: 'error',
    code: 'unplugged',
    message: 'the sound card "mic" is gone: arecord ended (SIGKILL)',
    remedy: expect.stringContaining('plug it in again'),
    recoverable: true,
  });
  const wav = readWav(file);
  expect(wav.dataBytes).toBe(wav.data.length);
});

test('a start that was called off leaves no file, and the card is free', async () => {
  const { module } = await ready();
  await module.hears('armed', { id: module.arm() });
  await module.stops();
  expect(children(module)).toEqual([]);
  expect(readdirSync(module.dir).filter((name) => name.startsWith('it_s001'))).toEqual([]);
  await module.hears('armed', { id: module.arm() });
});

test('a recording overwrites nothing', async () => {
  const { module } = await ready();
  const file = await module.records();
  await module.stops();
  const before = bytesIn(file);
  const error = await module.hears('error', { id: module.arm() });
  expect(error).toMatchObject({ recoverable: true });
  expect(bytesIn(file)).toBe(before);
  await module.records('it_s002');
});
