import { execFileSync } from 'node:child_process';
import {
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { Levels } from '../../modules/audio/levels.mjs';
import { SampleClock } from '../../modules/audio/sample-clock.mjs';
import { soundFormat } from '../../modules/audio/sound-format.mjs';
import { wavHeader } from '../../modules/audio/wav-header.mjs';
import { mountSmallDisk, noSmallDisk, type SmallDisk } from '../daemon/store/small-disk.ts';
import { until } from '../support/until.ts';
import { firstFile, ModuleProcess } from './module-process.ts';
import { jumps, readWav, SoundCard, samplesOf } from './sound-card.ts';

const main = path.resolve(import.meta.dirname, '../../modules/audio/main.mjs');
let it: ModuleProcess | undefined;
let card: SoundCard | undefined;
let disk: SmallDisk | undefined;
afterEach(async () => {
  await it?.remove();
  await card?.remove();
  disk?.remove();
  [it, card, disk] = [undefined, undefined, undefined];
});

async function ready(options: object, env: NodeJS.ProcessEnv = {}): Promise<ModuleProcess> {
  it = new ModuleProcess([process.execPath, main], options, env);
  await it.hears('ready');
  return it;
}

/** What ffprobe says of the only stream of a file. */
function probe(file: string): Record<string, string> {
  const words = ['-v', 'error', '-show_streams', '-show_format', '-of', 'json', file];
  const { streams, format } = JSON.parse(execFileSync('ffprobe', words, { encoding: 'utf8' }));
  return { ...streams[0], duration: format.duration };
}

/** The samples of a file as ffmpeg decodes them, widened to 32 bits. */
function decoded(file: string): number[] {
  const words = ['-v', 'error', '-i', file, '-f', 's32le', '-c:a', 'pcm_s32le', '-'];
  const raw = execFileSync('ffmpeg', words, { maxBuffer: 100_000_000 });
  return samplesOf({ ...readable, data: raw });
}
const readable = { rate: 48_000, channels: 2, bits: 32, dataBytes: 0, riffBytes: 0 };

test.each([
  { format: 'S16_LE', bytes: 2, file: 'wav', codec: 'pcm_s16le' },
  { format: 'S24_3LE', bytes: 3, file: 'wav', codec: 'pcm_s24le' },
  { format: 'S32_LE', bytes: 4, file: 'wav', codec: 'pcm_s32le' },
  { format: 'S16_LE', bytes: 2, file: 'flac', codec: 'flac' },
  { format: 'S24_3LE', bytes: 3, file: 'flac', codec: 'flac' },
])(
  '$format in a $file file is what the card gave, over a split',
  async ({ codec, bytes, ...options }) => {
    card = await SoundCard.pluggedIn({ channels: 2, bytes });
    const module = await ready({ device: 'mic', ...options }, card.env);
    const first = await module.records();
    // numbers that rise by one are next to nothing in FLAC
    const enough = options.file === 'flac' ? 8_000 : 48_000;
    await until('a second of sound', () => statSync(first).size > enough);
    const atMonoNs = String(process.hrtime.bigint() + 300_000_000n);
    const fields = { dir: module.dir, prefix: 'it_s002', segment: 2, atMonoNs };
    const second = firstFile(await module.hears('recording', { id: module.tell('split', fields) }));
    await until('more sound', () => statSync(second).size > 8_000);
    await module.stops();

    const samples = [first, second].flatMap((file) => {
      const found = probe(file);
      expect(found).toMatchObject({ codec_name: codec, sample_rate: '48000', channels: 2 });
      const inFile = decoded(file).map((sample) => sample / 2 ** (32 - 8 * bytes));
      expect(Number(found['duration'])).toBeCloseTo(inFile.length / 48_000, 3);
      return inFile;
    });
    // 16 bits count to 32,767 and begin again
    expect(jumps(samples).filter((at) => samples[at] !== 0)).toEqual([]);
    const last = module.said.findLast((line) => line.is === 'progress');
    expect(last).toMatchObject({ samples: samples.length, dropped: 0 });
  },
);

test('the test tone needs no sound card: 440 Hz at -20 dB, in every channel its own', async () => {
  const module = await ready({ source: 'test', device: 'nothing at all' });
  const file = await module.records();
  await until('two seconds of sound', () => readWav(file).data.length > 400_000);
  const level = await until('a level', () =>
    module.said.find((line) => line.is === 'progress' && 'gauges' in line),
  );
  await module.stops();
  expect(level).toMatchObject({
    detail: '48 kHz 2 channels, -23 / -23 dB',
    gauges: {
      peak1: { value: -20, warn: -0.1, unit: 'dBFS' },
      rms2: { value: -23, unit: 'dBFS' },
      clipped: { value: 0 },
      silent: { value: 0 },
      queue: { unit: '%' },
    },
  });
  const wav = readWav(file);
  for (const channel of [0, 1]) {
    const samples = samplesOf(wav, channel).slice(0, 48_000);
    const rising = samples.filter((s, index) => s >= 0 && (samples[index - 1] ?? 0) < 0);
    expect(rising.length).toBeGreaterThanOrEqual(440 * (channel + 1) - 1);
    expect(rising.length).toBeLessThanOrEqual(440 * (channel + 1) + 1);
  }
});

test('a row a second tells which sample was taken when, how loud it was, and what was marked', async () => {
  const module = await ready({ source: 'test', levelInterval: 0.1 });
  await module.records();
  module.tell('mark', { text: 'a fox, "red"', atMonoNs: '1' });
  await module.growsTo('it_s001.csv', 12);
  await module.stops();
  const [head, ...rows] = module.read('it_s001.csv').trimEnd().split('\n');
  expect(head).toBe('monoNs,at,frame,dropped,overruns,peakDb1,rmsDb1,peakDb2,rmsDb2,mark');
  expect(rows.join('\n')).toContain(',"a fox, ""red"""');
  const places = rows.map((row) => row.split(','));
  const frames = places.map((row) => Number(row[2]));
  expect(frames).toEqual([...frames].sort((a, b) => a - b));
  expect(frames.at(-1)).toBe(readWav(path.join(module.dir, 'it_s001.wav')).dataBytes / 4);
  const [first, last] = [places[0] ?? [], places.at(-1) ?? []];
  const passedS = Number(BigInt(last[0] ?? 0) - BigInt(first[0] ?? 0)) / 1e9;
  expect(passedS).toBeCloseTo((Number(last[2]) - Number(first[2])) / 48_000, 2);
});

test.skipIf(noSmallDisk)('a full disk ends the recording in words, with a whole file', async () => {
  disk = mountSmallDisk(1_048_576);
  const module = await ready({ source: 'test' });
  const fields = { dir: disk.path, prefix: 'it_s001', session: { id: '1', name: 'x' }, trial: 1 };
  const file = firstFile(await module.hears('armed', { id: module.tell('arm', fields) }));
  module.tell('record', { atMonoNs: '0' });
  expect(await module.exited).toEqual({ code: 1, signal: null });
  expect(module.said.at(-1)).toMatchObject({
    code: 'enospc',
    message: expect.stringContaining('no space left on device'),
  });
  const wav = readWav(file);
  expect(wav.dataBytes).toBe(wav.data.length);
  expect(wav.dataBytes % 4).toBe(0);
  expect(wav.dataBytes).toBeGreaterThan(900_000);
});

test('a file of more than 4 GB is RF64, and others can read it', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'rigdeck-wav-'));
  const file = path.join(folder, 'long.wav');
  const format = soundFormat({ format: 'S24_3LE', rate: 96_000, channels: 4 });
  const dataBytes = 6_000_000_000 - (6_000_000_000 % format.frameBytes);
  const head = wavHeader(format, dataBytes);
  expect(head.length).toBe(wavHeader(format, 0).length);
  const fd = openSync(file, 'wx');
  writeSync(fd, head);
  ftruncateSync(fd, head.length + dataBytes); // it takes no space
  closeSync(fd);
  const found = probe(file);
  rmSync(folder, { recursive: true });
  expect(found).toMatchObject({ codec_name: 'pcm_s24le', sample_rate: '96000', channels: 4 });
  expect(Number(found['duration'])).toBeCloseTo(dataBytes / format.frameBytes / 96_000, 2);
});

test.each([16, 24, 32])('levels of %i bits are those of full scale', (bits) => {
  const name = bits === 24 ? 'S24_3LE' : `S${bits}_LE`;
  const levels = new Levels(soundFormat({ format: name, rate: 48_000, channels: 3 }));
  const frames = Buffer.alloc((48_000 * 3 * bits) / 8);
  for (let frame = 0; frame < 48_000; frame++) {
    const at = (frame * 3 * bits) / 8;
    const half = Math.round(0.5 * Math.sin(frame / 7) * (2 ** (bits - 1) - 1));
    frames.writeIntLE(half, at, bits / 8);
    frames.writeIntLE(frame % 2 === 0 ? -(2 ** (bits - 1)) : 0, at + bits / 8, bits / 8);
  }
  levels.add(frames);
  const [sine, square, nothing] = levels.take();
  expect(sine?.peakDb).toBeCloseTo(-6, 1);
  expect(sine?.rmsDb).toBeCloseTo(-9, 1);
  expect(square).toEqual({ peakDb: 0, rmsDb: -3, clipped: 24_000 });
  expect(nothing).toEqual({ peakDb: -150, rmsDb: -150, clipped: 0 });
  expect(levels.take()[1]).toEqual({ peakDb: -150, rmsDb: -150, clipped: 0 });
});

describe('the clock of the samples', () => {
  const ns = (ms: number) => 5_000_000_000n + BigInt(Math.round(ms * 1e6));

  /** Chunks of 50 ms, each so many ms late, from a card that runs `fast` times as fast as ours. */
  function arrivals(lateMs: (chunk: number) => number, chunks: number, fast = 1) {
    const clock = new SampleClock(48_000);
    let [frames, lost] = [0, 0];
    for (let chunk = 1; chunk <= chunks; chunk++) {
      frames += 2_400;
      const missing = clock.arrived(frames, ns(lateMs(chunk) + (chunk * 50) / fast));
      frames += missing;
      lost += missing;
    }
    return { clock, frames, lost };
  }

  test('goes by the chunks that came in time, whatever came late', () => {
    const { clock, lost } = arrivals(
      (chunk) => (chunk % 10 === 3 ? 0.2 : 1 + (chunk % 7) * 30),
      200,
    );
    expect(lost).toBe(0);
    expect(Number(clock.nsOf(48_000) - ns(1_000)) / 1e6).toBeCloseTo(0.2, 3);
    expect(clock.frameAt(ns(1_000.2))).toBe(48_000);
  });

  test('follows the quartz of a card that runs 200 millionths slow or fast for an hour', () => {
    for (const fast of [0.9998, 1.0002]) {
      const { clock, frames, lost } = arrivals((chunk) => chunk % 3, 72_000, fast);
      expect(lost).toBe(0);
      const nowNs = clock.nsOf(frames);
      expect(Math.abs(Number(nowNs - ns((frames / 48 / fast) * 1)) / 1e6)).toBeLessThan(0.5);
    }
  });

  test('notices that samples are missing, and not that the machine was busy', () => {
    expect(arrivals((chunk) => (chunk > 100 ? 300 : 0), 200).lost).toBe(14_400);
    expect(
      arrivals((chunk) => (chunk > 100 && chunk < 160 ? (160 - chunk) * 50 : 0), 400).lost,
    ).toBe(0);
    expect(arrivals((chunk) => (chunk > 100 ? 10 : 0), 200).lost).toBe(0);
  });

  test('counts what the card itself says is missing, however little', () => {
    const clock = new SampleClock(48_000);
    let lost = 0;
    for (let chunk = 1; chunk <= 200; chunk++) {
      if (chunk === 100) clock.warn();
      const lateMs = chunk > 100 ? 10 : 0;
      lost += clock.arrived(chunk * 2_400 + lost, ns(chunk * 50 + lateMs));
    }
    expect(lost).toBe(480);
  });
});
