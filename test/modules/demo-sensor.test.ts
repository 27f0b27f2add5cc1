import path from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { maxModuleLineBytes, moduleLineSchema } from '../../src/protocol/module-lines.ts';
import { until } from '../support/until.ts';
import { firstFile, ModuleProcess } from './module-process.ts';

const command = [
  process.execPath,
  path.resolve(import.meta.dirname, '../../modules/demo-sensor/main.mjs'),
];
let it: ModuleProcess | undefined;
afterEach(async () => {
  await it?.remove();
  it = undefined;
});

function start(options: object, env: NodeJS.ProcessEnv = {}): ModuleProcess {
  it = new ModuleProcess(command, { rate: 50, ...options }, env);
  return it;
}

async function ready(options: object): Promise<ModuleProcess> {
  const module = start(options);
  await module.hears('ready');
  return module;
}

const progressOf = (module: ModuleProcess) => module.said.filter((line) => line.is === 'progress');

describe('the demo sensor, well behaved', () => {
  test('numbers its rows without a gap or a repetition, over all recordings of a run', async () => {
    const module = await ready({ shape: 'ramp' });
    const first = await module.records('it_s001');
    await module.growsTo(first, 10);
    await module.stops();
    const second = await module.records('it_s002');
    await module.growsTo(second, 10);
    await module.stops();
    const rows = [first, second].flatMap((file) => module.read(file).trim().split('\n').slice(1));
    expect(rows.map((row) => Number(row.split(',')[0]))).toEqual(rows.map((_, index) => index + 1));
    const values = rows.map((row) => Number(row.split(',')[2]));
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThanOrEqual(1);
  });

  test('goes on in a new segment without losing a row', async () => {
    const module = await ready({});
    const first = await module.records('it_s001');
    await module.growsTo(first, 5);
    const atNs = process.hrtime.bigint() + 100_000_000n;
    const fields = { dir: module.dir, prefix: 'it_s002', segment: 2, atMonoNs: String(atNs) };
    const split = await module.hears('recording', { id: module.tell('split', fields) });
    const second = firstFile(split);
    await module.growsTo(second, 5);
    await module.stops();
    const numbers = [first, second].flatMap((file) =>
      module
        .read(file)
        .trim()
        .split('\n')
        .slice(1)
        .map((row) => Number(row.split(',')[0])),
    );
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    expect(module.read(second)).toMatch(/^n,monoNs,value\n/);
    expect(BigInt(String(split['firstSampleMonoNs']))).toBeGreaterThanOrEqual(atNs);
  });

  test('says how many bytes and samples it has, as its file does', async () => {
    const module = await ready({});
    const file = await module.records();
    await module.growsTo(file, 70);
    await module.stops();
    const content = module.read(file);
    const samples = content.trim().split('\n').length - 1;
    expect(progressOf(module).at(-1)).toMatchObject({ bytes: content.length, samples });
    expect(progressOf(module).length).toBeLessThanOrEqual(2 + samples / 50 + 1);
  });

  test('names an option that it does not know, and ends with 78', async () => {
    const module = start({ rade: 5 });
    expect(await module.exited).toEqual({ code: 78, signal: null });
    expect(module.said).toEqual([
      expect.objectContaining({ is: 'error', message: 'unknown option rade', recoverable: false }),
    ]);
  });

  test.each([{ rate: 'fast' }, { shape: 'square' }, { lie: 1 }])('refuses %j', async (options) => {
    const module = start(options);
    expect(await module.exited).toEqual({ code: 78, signal: null });
    expect(module.said[0]).toMatchObject({
      is: 'error',
      message: expect.stringContaining(Object.keys(options)[0] ?? ''),
    });
  });
});

describe('the demo sensor, as it starts', () => {
  test('readyAfter: is ready late', async () => {
    const before = performance.now();
    await ready({ readyAfter: 600 });
    expect(performance.now() - before).toBeGreaterThan(600);
  });

  test('neverReady: lives and never says so', async () => {
    const module = start({ neverReady: true });
    await until('it lives', () => module.prints.includes('never ready') || undefined);
    expect(module.raw).toBe('');
    module.kill('SIGTERM');
    expect(await module.exited).toEqual({ code: null, signal: 'SIGTERM' });
  });

  test('armAfter and firstSampleDelay: arms late, and its first sample comes late', async () => {
    const module = await ready({ armAfter: 300, firstSampleDelay: 300 });
    const before = process.hrtime.bigint();
    await module.hears('armed', { id: module.arm() });
    const armed = process.hrtime.bigint();
    expect(armed - before).toBeGreaterThan(300_000_000n);
    const id = module.tell('record', { atMonoNs: String(armed) });
    const { firstSampleMonoNs } = await module.hears('recording', { id });
    expect(BigInt(String(firstSampleMonoNs)) - armed).toBeGreaterThan(300_000_000n);
  });

  test('failArm: says why it cannot arm, and can be asked again', async () => {
    const module = await ready({ failArm: 'no sensor here' });
    for (const prefix of ['it_s001', 'it_s001']) {
      const error = await module.hears('error', { id: module.arm(prefix) });
      expect(error).toMatchObject({ code: 'no-device', message: 'no sensor here' });
    }
  });

  test('crashIdle: crashes without a recording', async () => {
    const module = await ready({ crashIdle: 300, exitCode: 7 });
    expect(await module.exited).toEqual({ code: 7, signal: null });
  });

  test('noPause: does not offer it', async () => {
    const module = start({ noPause: true });
    expect((await module.hears('ready'))['can']).not.toContain('pause');
  });
});

describe('the demo sensor, while it records', () => {
  test('lie: its counters rise and its file does not', async () => {
    const module = await ready({ lie: true });
    const file = await module.records();
    await until('counters that rise', () => {
      const bytes = progressOf(module).map((line) => Number(line['bytes']));
      return (bytes.at(-1) ?? 0) > (bytes[0] ?? 0) ? true : undefined;
    });
    expect(module.read(file)).toBe('n,monoNs,value\n');
  });

  test('stallAfter: counters and file stand still, and it answers', async () => {
    const module = await ready({ stallAfter: 200 });
    const file = await module.records();
    await until('three reports that are the same', () => {
      const samples = progressOf(module).map((line) => line['samples']);
      return samples.length > 3 && new Set(samples.slice(-3)).size === 1 ? true : undefined;
    });
    const before = module.read(file);
    await module.hears('pong', { id: module.tell('ping') });
    expect(module.read(file)).toBe(before);
    await module.stops();
  });

  test('errorAfter: says what is wrong, and lives', async () => {
    const errorAfter = { ms: 100, code: 'cold', message: 'too cold', recoverable: false };
    const module = await ready({ errorAfter });
    await module.records();
    const { ms: _, ...error } = errorAfter;
    await module.hears('error', error);
    await module.stops();
  });

  test('crashAfter: crashes in the first segment of a trial, not in the next', async () => {
    const module = await ready({ crashAfter: 100, exitCode: 3 });
    await module.hears('armed', {
      id: module.tell('arm', { dir: module.dir, prefix: 'it_s002', segment: 2 }),
    });
    await module.hears('recording', { id: module.tell('record', { atMonoNs: '0' }) });
    await until('it outlives that', () => progressOf(module)[1]);
    await module.stops();
    await module.records('it_s001');
    expect(await module.exited).toEqual({ code: 3, signal: null });
    expect(module.prints).toContain('here it crashes');
  });

  test('crashEvery: crashes in every segment, of the signal it was given', async () => {
    const module = await ready({ crashEvery: 100, crashSignal: 'SIGSEGV' });
    const file = await module.records();
    expect(await module.exited).toEqual({ code: null, signal: 'SIGSEGV' });
    expect(module.read(file)).toMatch(/\n$/);
  });

  test('deafAfter: records on and answers nothing', async () => {
    const module = await ready({ deafAfter: 300 });
    const file = await module.records();
    await until('deaf', () => {
      const asked = module.tell('ping');
      const heard = module.said.findLast((line) => line.is === 'pong')?.id ?? 0;
      return asked - heard > 20 ? true : undefined;
    });
    const rows = module.read(file).split('\n').length;
    await module.growsTo(file, rows + 5);
  });
});

describe('the demo sensor, as it stops', () => {
  test('slowFinalize: takes its time and says how long', async () => {
    const module = await ready({ slowFinalize: 900 });
    await module.records();
    const before = performance.now();
    await module.stops();
    expect(performance.now() - before).toBeGreaterThan(900);
    const etas = module.said
      .filter((line) => line.is === 'finalizing')
      .map((line) => line['etaMs']);
    expect(etas).toEqual([900, 700, 500, 300, 100]);
  });

  test('hangOnStop: does not answer stop, and finishes on a signal', async () => {
    const module = await ready({ hangOnStop: true });
    const file = await module.records();
    module.tell('stop');
    await module.hears('pong', { id: module.tell('ping') });
    expect(module.said.some((line) => line.is === 'idle')).toBe(false);
    module.kill('SIGINT');
    expect(await module.exited).toEqual({ code: 0, signal: null });
    expect(module.read(file)).toMatch(/\n$/);
  });

  test('hangOnStop and ignoreSigterm: only SIGKILL ends it', async () => {
    const module = await ready({ hangOnStop: true, ignoreSigterm: true });
    await module.records();
    module.tell('stop');
    module.kill('SIGINT');
    module.kill('SIGTERM');
    await until('both ignored', () => module.prints.includes('SIGTERM ignored') || undefined);
    await module.hears('pong', { id: module.tell('ping') });
    module.kill('SIGKILL');
    expect(await module.exited).toEqual({ code: null, signal: 'SIGKILL' });
  });
});

describe('the demo sensor, talking', () => {
  test('floodPrints: prints as much as it was told to', async () => {
    const module = await ready({ floodPrints: 2_000_000 });
    await until('a megabyte of prints', () => module.prints.length > 1_000_000 || undefined);
    await module.records();
  });

  test('floodLines: talks without an end, in whole lines', async () => {
    const module = await ready({ floodLines: 5_000 });
    await until('a thousand lines', () => (progressOf(module).length > 1_000 ? true : undefined));
    await module.records();
  });

  test('badLines: says what no module may say, and records', async () => {
    const module = await ready({ badLines: 100 });
    const file = await module.records();
    await module.growsTo(file, 20);
    const lines = module.raw.split('\n');
    expect(lines).toContain('no JSON at all');
    expect(lines.some((line) => line.length > maxModuleLineBytes)).toBe(true);
    const wrong = module.said.filter((line) => !moduleLineSchema.safeParse(line).success);
    expect(wrong.length).toBeGreaterThan(2);
    await module.stops();
  });

  test('controlCodes: its words and prints would clear a screen', async () => {
    const module = await ready({ controlCodes: true });
    await module.records();
    expect(await module.hears('progress')).toMatchObject({
      detail: expect.stringContaining('\u001b[2J'),
    });
    expect(module.prints).toContain('\u001b[2J');
  });
});
