import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { mountSmallDisk } from '../daemon/store/small-disk.ts';
import { until } from '../support/until.ts';
import { bundledCommand } from './bundled-command.ts';
import { firstFile, ModuleProcess } from './module-process.ts';
import { childrenOf, complaintsAbout, framesIn, isGone, type Row, rowsIn } from './video.ts';

const small = { source: 'test', width: 320, height: 240, rate: 25, gop: 0.2 };
const frameS = 1 / small.rate;
const gopFrames = small.gop * small.rate;

let it: ModuleProcess | undefined;
afterEach(async () => {
  await it?.remove();
  it = undefined;
});

async function ready(options: object = {}): Promise<ModuleProcess> {
  it = new ModuleProcess(bundledCommand('camera'), { ...small, ...options });
  await it.hears('ready');
  return it;
}

const rowsBeside = (file: string) => rowsIn(file.replace(/\.\w+$/, '.csv'));

/** Waits until so many frames were written. */
async function recorded(module: ModuleProcess, file: string, frames: number): Promise<void> {
  await module.growsTo(file.replace(/\.\w+$/, '.csv'), frames + 1);
}

/** A file that plays, and has one row for each of its frames. */
function expectWhole(file: string): Row[] {
  expect(complaintsAbout(file)).toBe('');
  const rows = rowsBeside(file);
  const frames = framesIn(file);
  expect(frames.length).toBe(rows.length);
  expect(frames.map(({ key }) => key)).toEqual(rows.map(({ key }) => key));
  expect(frames[0]?.key).toBe(true);
  // Matroska begins at 0 in each file and counts in ms
  const zero = file.endsWith('.mkv') ? (rows[0]?.ptsS ?? 0) : 0;
  for (const [index, { ptsS }] of frames.entries()) {
    expect(Math.abs(ptsS + zero - (rows[index]?.ptsS ?? 0))).toBeLessThan(0.0011);
  }
  return rows;
}

function expectUnbroken(rows: readonly Row[]): void {
  for (const [index, { ptsS, frame, monoNs }] of rows.entries()) {
    const before = rows[index - 1];
    if (before === undefined) continue;
    expect(frame).toBe(before.frame + 1);
    expect(monoNs > before.monoNs).toBe(true);
    expect(Math.abs(ptsS - before.ptsS - frameS)).toBeLessThan(0.001);
  }
}

/** The encoder, which is the only child of a camera that records a stream. */
function encoderOf(module: ModuleProcess): number {
  const found = childrenOf(module.pid).find(({ command }) => command.includes('testsrc2'));
  if (found === undefined) throw new Error('there is no encoder');
  return found.pid;
}

describe.each(['ts', 'mkv'])('a camera that writes %s', (format) => {
  test('writes a video that plays, and the time of each of its frames', async () => {
    const module = await ready({ format });
    const armed = await module.hears('armed', { id: module.arm() });
    const file = path.join(module.dir, `it_s001.${format}`);
    expect(armed['files']).toEqual([file, path.join(module.dir, 'it_s001.csv')]);
    const atNs = process.hrtime.bigint() + 300_000_000n;
    const go = module.tell('record', { atMonoNs: String(atNs) });
    const first = await module.hears('recording', { id: go });
    await recorded(module, file, 4 * gopFrames);
    await module.stops();

    const rows = expectWhole(file);
    expectUnbroken(rows);
    expect(rows[0]?.monoNs).toBe(BigInt(String(first['firstSampleMonoNs'])));
    expect((rows[0]?.monoNs ?? 0n) >= atNs).toBe(true);
    const last = module.said.findLast((line) => line.is === 'progress');
    const bytes = [file, file.replace(format, 'csv')].map((name) => statSync(name).size);
    expect(last).toMatchObject({
      samples: rows.length,
      dropped: 0,
      bytes: bytes.reduce((sum, one) => sum + one),
      detail: expect.stringMatching(/^320x240@25 · 0 dropped( · \d+\.\d MB\/s)?$/),
      gauges: { dropped: { value: 0, warn: 5, unit: '%' }, queue: { warn: 50, unit: '%' } },
    });
    expect(childrenOf(module.pid)).toEqual([]); // the camera is free again
  });

  test('goes over to the next file without losing a frame', async () => {
    const module = await ready({ format });
    const first = await module.records();
    await recorded(module, first, gopFrames + 2);
    const atNs = process.hrtime.bigint() + 200_000_000n;
    const fields = { dir: module.dir, prefix: 'it_s002', segment: 2, atMonoNs: String(atNs) };
    const second = firstFile(await module.hears('recording', { id: module.tell('split', fields) }));
    await recorded(module, second, gopFrames + 2);
    await module.stops();

    const [before, after] = [expectWhole(first), expectWhole(second)];
    expectUnbroken([...before, ...after]);
    expect(before.filter(({ key, monoNs }) => key && monoNs >= atNs)).toEqual([]);
    expect((after[0]?.monoNs ?? 0n) >= atNs).toBe(true);
  });

  test('writes nothing in a pause, and goes on with a frame that a player can begin with', async () => {
    const module = await ready({ format });
    const file = await module.records();
    await recorded(module, file, gopFrames + 2);
    await module.hears('paused', { id: module.tell('pause') });
    const atRest = rowsBeside(file).length;
    await module.hears('pong', { id: module.tell('ping') });
    // a second of pause: as long as it takes until it says once more how far it is
    await module.hears('progress');
    await module.hears('progress');
    expect(rowsBeside(file).length).toBe(atRest);
    await module.hears('recording', { id: module.tell('resume') });
    await recorded(module, file, atRest + gopFrames + 2);
    await module.stops();

    const rows = expectWhole(file);
    expectUnbroken(rows.slice(0, atRest));
    expect(rows[atRest]?.key).toBe(true);
    expect((rows[atRest]?.ptsS ?? 0) - (rows[atRest - 1]?.ptsS ?? 0)).toBeGreaterThan(0.5);
    expect(module.said.findLast((line) => line.is === 'progress')).toMatchObject({ dropped: 0 });
  });
});

describe.each(['ts', 'mkv'])('a camera that writes %s and does not end well', (format) => {
  test('killed with -9 leaves a video that plays, and no process', async () => {
    const module = await ready({ format });
    const file = await module.records();
    await recorded(module, file, 2 * gopFrames + 60);
    const children = childrenOf(module.pid).map(({ pid }) => pid);
    expect(children.length).toBe(format === 'ts' ? 1 : 2);
    process.kill(module.pid, 'SIGKILL');
    await module.exited;
    await until('its encoder is gone', () => children.every(isGone));
    expect(framesIn(file).length).toBeGreaterThanOrEqual(rowsBeside(file).length - 1);
    expect(framesIn(file).length).toBeGreaterThan(gopFrames);
    expect(complaintsAbout(file)).not.toMatch(/invalid|could not/i);
  });

  test('whose encoder ends finishes its file, says so and ends, so that it is started again', async () => {
    const module = await ready({ format });
    const file = await module.records();
    await recorded(module, file, gopFrames + 2);
    process.kill(encoderOf(module), 'SIGKILL');
    expect(await module.exited).toEqual({ code: 1, signal: null });
    expect(module.said.at(-1)).toMatchObject({
      is: 'error',
      code: 'encoder',
      message: expect.stringContaining('ffmpeg ended'),
      recoverable: true,
    });
    expect(rowsBeside(file).length).toBe(framesIn(file).length);
  });
});

test('with preroll the common start lies inside the video, and its first frame is told', async () => {
  const module = await ready({ preroll: true, gop: 1 });
  await module.hears('armed', { id: module.arm() });
  const atNs = process.hrtime.bigint() + 300_000_000n;
  const go = module.tell('record', { atMonoNs: String(atNs) });
  const first = BigInt(String((await module.hears('recording', { id: go }))['firstSampleMonoNs']));
  await recorded(module, path.join(module.dir, 'it_s001.ts'), 30);
  await module.stops();
  const rows = expectWhole(path.join(module.dir, 'it_s001.ts'));
  expectUnbroken(rows);
  expect((rows[0]?.monoNs ?? atNs) < atNs).toBe(true);
  expect(rows.find(({ monoNs }) => monoNs >= atNs)?.monoNs).toBe(first);
});

test('a signal to its whole group finishes the file, encoder or not', async () => {
  const module = await ready();
  const file = await module.records();
  await recorded(module, file, gopFrames);
  process.kill(-module.pid, 'SIGTERM');
  expect(await module.exited).toEqual({ code: 0, signal: null });
  expectUnbroken(expectWhole(file));
});

test('a start that is called off leaves neither file nor encoder, and its name can be used again', async () => {
  const module = await ready();
  await module.hears('armed', { id: module.arm() });
  const encoder = encoderOf(module);
  await module.stops();
  expect(isGone(encoder)).toBe(true);
  expect(readdirSync(module.dir).filter((name) => name.startsWith('it_'))).toEqual([]);
  await module.records();
});

test('a camera that fails while it is armed says so, and can be armed again', async () => {
  const module = await ready();
  const id = module.arm();
  await module.hears('armed', { id });
  process.kill(encoderOf(module), 'SIGKILL');
  await module.hears('error', { id, code: 'encoder' });
  expect(existsSync(path.join(module.dir, 'it_s001.ts'))).toBe(false);
  const file = await module.records();
  await recorded(module, file, gopFrames);
});

test('frames that the camera leaves out are counted, and shown while they are fresh', async () => {
  const module = await ready({ args: ['-vf', "select='not(between(mod(n,50),20,29))'"] });
  const file = await module.records();
  await recorded(module, file, 90); // two times ten are missing between them
  await module.stops();
  const rows = rowsBeside(file);
  const gaps = rows.slice(1).map(({ ptsS }, index) => ptsS - (rows[index]?.ptsS ?? 0));
  const missing = gaps.reduce((sum, gap) => sum + Math.round(gap / frameS) - 1, 0);
  expect(missing).toBeGreaterThanOrEqual(20);
  expect(framesIn(file).length).toBe(rows.length);
  const last = module.said.findLast((line) => line.is === 'progress');
  expect(last).toMatchObject({
    dropped: missing,
    detail: expect.stringContaining(`${missing} dropped`),
  });
  const { gauges } = last as unknown as { gauges: { dropped: { value: number; warn: number } } };
  expect(gauges.dropped.value).toBeGreaterThan(gauges.dropped.warn);
});

test('a camera that falls silent while it records ends its module, so that it is opened anew', async () => {
  const module = await ready();
  const file = await module.records();
  await recorded(module, file, gopFrames);
  process.kill(encoderOf(module), 'SIGSTOP');
  expect(await module.exited).toEqual({ code: 1, signal: null });
  expect(module.said.at(-1)).toMatchObject({
    is: 'error',
    code: 'no-picture',
    message: 'the test picture has given no picture for 10 s',
  });
  expectWhole(file);
});

test('a disk that fills up leaves a video of whole frames, and the module says why it ends', async () => {
  const disk = mountSmallDisk(400_000);
  try {
    const module = await ready({ bitrate: 2_000_000 });
    await module.hears('armed', { id: module.tell('arm', { dir: disk.path, prefix: 'it_s001' }) });
    module.tell('record', { atMonoNs: '0' });
    expect(await module.exited).toEqual({ code: 1, signal: null });
    expect(module.said.at(-1)).toMatchObject({
      is: 'error',
      code: 'enospc',
      message: expect.stringMatching(/no space left/i),
    });
    const file = path.join(disk.path, 'it_s001.ts');
    expectUnbroken(rowsBeside(file));
    expect([0, 1]).toContain(framesIn(file).length - rowsBeside(file).length);
    expect(complaintsAbout(file)).toBe('');
  } finally {
    disk.remove();
  }
});

test('nothing is overwritten, and the module lives', async () => {
  const module = await ready();
  const file = await module.records();
  await recorded(module, file, gopFrames);
  await module.stops();
  const before = statSync(file).size;
  await module.hears('error', { id: module.arm(), code: 'eexist' });
  expect(statSync(file).size).toBe(before);
  await module.records('it_s002');
});

test.each([
  [{ rate: 0 }, 'option rate must be more than 0'],
  [{ format: 'mp4' }, 'option format must be ts or mkv'],
  [{ encoder: 'hevc' }, 'option encoder must be'],
  [{ source: 'film' }, 'no such source: film'],
])('a wrong option %j is no reason to try again', async (options, words) => {
  it = new ModuleProcess(bundledCommand('camera'), { ...small, ...options });
  expect(await it.exited).toEqual({ code: 78, signal: null });
  const said = { is: 'error', message: expect.stringContaining(words), recoverable: false };
  expect(it.said.at(-1)).toMatchObject(said);
});
