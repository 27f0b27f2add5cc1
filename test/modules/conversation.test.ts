import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { moduleLineSchema } from '../../src/protocol/module-lines.ts';
import { until } from '../support/until.ts';
import { firstFile, ModuleProcess } from './module-process.ts';
import { pageExamples } from './page-examples.ts';

const modules = path.resolve(import.meta.dirname, '../../modules');
const examples = pageExamples();
afterAll(() => rmSync(examples.folder, { recursive: true }));

const bundled = (name: string) => [process.execPath, path.join(modules, name, 'main.mjs')];
const subjects = [
  { name: 'the Python example of the page', command: examples.commands.python, options: {} },
  { name: 'the Node example of the page', command: examples.commands.node, options: {} },
  { name: 'the sh example of the page', command: examples.commands.sh, options: {} },
  { name: 'demo-sensor', command: bundled('demo-sensor'), options: { rate: 20 } },
  { name: 'system', command: bundled('system'), options: { rate: 20 } },
];

let it: ModuleProcess | undefined;
afterEach(async () => {
  await it?.remove();
  it = undefined;
});

async function begin({ command, options }: (typeof subjects)[number]): Promise<ModuleProcess> {
  it = new ModuleProcess(command, options);
  await it.hears('ready', { v: 1 });
  return it;
}

describe.each(subjects)('$name is told to', (subject) => {
  test('arm, go at an instant, pause, resume, stop, record again and quit', async () => {
    const module = await begin(subject);
    const file = firstFile(await module.hears('armed', { id: module.arm() }));
    expect(file).toBe(path.join(module.dir, `it_s001${path.extname(file)}`));
    await goesAtItsInstant(module);
    await module.growsTo(file, 4);
    await module.hears('progress');
    await rests(module, file);

    expect(firstFile(await module.stops())).toBe(file);
    const whole = module.read(file);
    const last = module.said.findLast((line) => line.is === 'progress');
    expect(last).toMatchObject({ samples: whole.split('\n').length - 2 });

    const second = await module.records('it_s002');
    await module.growsTo(second, 3);
    await module.stops();
    expect(module.read(file)).toBe(whole);

    module.tell('quit');
    expect(await module.exited).toEqual({ code: 0, signal: null });
    for (const line of module.said) expect(moduleLineSchema.safeParse(line).error).toBeUndefined();
  });

  test('let go of a start that is called off, and arm under the same name again', async () => {
    const module = await begin(subject);
    await module.hears('armed', { id: module.arm() });
    await module.stops();
    await module.hears('armed', { id: module.arm() });
    await module.hears('armed', { id: module.arm() }); // by a new daemon that knows nothing of the first
    await module.hears('recording', { id: module.tell('record', { atMonoNs: '0' }) });
  });

  test('go twice by the same command, as a new daemon does that has not heard of the first', async () => {
    const module = await begin(subject);
    const file = firstFile(await module.hears('armed', { id: module.arm() }));
    const again = `${JSON.stringify({ do: 'record', id: 700, atMonoNs: '0' })}\n`;
    module.write(again);
    module.write(again);
    await module.hears('recording', { id: 700 });
    await module.growsTo(file, 3);
    module.write(again);
    await module.growsTo(file, module.read(file).split('\n').length + 3);
    expect(firstFile(await module.stops())).toBe(file);
    expect(module.said.filter(({ is }) => is === 'recording')).toHaveLength(1);
    expect(module.said.filter(({ is }) => is === 'error')).toEqual([]);
  });

  test('stop before its instant has come', async () => {
    const module = await begin(subject);
    await module.hears('armed', { id: module.arm() });
    module.tell('record', { atMonoNs: String(process.hrtime.bigint() + 3_600_000_000_000n) });
    await module.stops();
    await module.records('it_s002');
  });

  test('arm where a file is already: nothing is overwritten, and the module lives on', async () => {
    const module = await begin(subject);
    const file = await module.records();
    await module.stops();
    const before = module.read(file);
    expect(await module.hears('error', { id: module.arm() })).toMatchObject({ recoverable: true });
    expect(module.read(file)).toBe(before);
    await module.records('it_s002');
  });
});

async function goesAtItsInstant(module: ModuleProcess): Promise<void> {
  const goNs = process.hrtime.bigint() + 300_000_000n;
  const id = module.tell('record', { atMonoNs: String(goNs) });
  const { firstSampleMonoNs } = await module.hears('recording', { id });
  // /proc/uptime, the clock of the sh SDK, has steps of 10 ms
  expect(BigInt(String(firstSampleMonoNs))).toBeGreaterThan(goNs - 10_000_000n);
  expect(process.hrtime.bigint()).toBeGreaterThan(goNs - 10_000_000n);
}

async function rests(module: ModuleProcess, file: string): Promise<void> {
  await module.hears('paused', { id: module.tell('pause') });
  const atRest = module.read(file);
  expect(atRest).toMatch(/\n$/);
  await module.hears('pong', { id: module.tell('ping') });
  expect(module.read(file)).toBe(atRest);
  await module.hears('recording', { id: module.tell('resume') });
  await module.growsTo(file, atRest.split('\n').length + 3);
}

describe.each(subjects)('$name', (subject) => {
  test('ignores what it does not understand, and reads lines that come in pieces', async () => {
    const module = await begin(subject);
    module.write('\n\n{"do":"dance","id":901}\nnonsense {"do": \n[1,2]\n"arm"\n{"do":5}\nnull\n');
    module.write('{"do":"constructor"}\n{"do":"ping","id":9');
    module.write('02,"new":{"field":[1]}}\n{"do": "ping", "id": 903}\n');
    await module.hears('pong', { id: 902 });
    await module.hears('pong', { id: 903 });
    module.write(`${'x'.repeat(50_000)}\n`);
    module.tell('log', { level: 'debug' });
    await module.hears('pong', { id: module.tell('ping') });
    expect(module.said.filter((line) => line.is === 'error')).toEqual([]);
  });

  test('refuses commands that do not fit, and always answers stop', async () => {
    const module = await begin(subject);
    await module.hears('error', { id: module.tell('record', { atMonoNs: '0' }) });
    await module.hears('error', { id: module.tell('pause') });
    await module.hears('error', { id: module.tell('resume') });
    await module.hears('idle', { id: module.tell('stop') });
    await module.records();
    await module.hears('error', { id: module.arm('it_s002'), code: 'busy' });
    await module.stops();
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('finishes its file on %s and ends', async (signal) => {
    const module = await begin(subject);
    const file = await module.records();
    await module.growsTo(file, 3);
    module.kill(signal);
    expect(await module.exited).toEqual({ code: 0, signal: null });
    expect(module.read(file)).toMatch(/\n$/);
    expect(module.said.at(-1)).toMatchObject({ is: expect.stringMatching(/idle|progress/) });
  });

  test('finishes when the signal goes to its whole group, as the stop ladder does it', async () => {
    const module = await begin(subject);
    const file = await module.records();
    process.kill(-module.pid, 'SIGTERM');
    expect(await module.exited).toEqual({ code: 0, signal: null });
    expect(module.read(file)).toMatch(/\n$/);
  });

  test('uses no CPU while it is idle', async () => {
    const module = await begin(subject);
    await module.records();
    await module.stops();
    // A second without one thread being woken: whatever polls never has one, and a busy machine only makes it later.
    let since = { at: performance.now(), switches: -1 };
    await until('a second of sleep', () => {
      const switches = contextSwitches(module.pid);
      if (switches !== since.switches) since = { at: performance.now(), switches };
      return performance.now() - since.at > 1_000 ? true : undefined;
    });
  });
});

describe.each(subjects)('$name killed with -9', (subject) => {
  test('as soon as it says that it records has its first row in the file', async () => {
    const module = await begin(subject);
    const file = await module.records();
    process.kill(-module.pid, 'SIGKILL');
    await module.exited;
    expect(module.read(file)).toMatch(/^[^\n]+\n([^\n]+\n)+$/);
  });

  test('leaves whole lines', async () => {
    const module = await begin(subject);
    const file = await module.records();
    await module.growsTo(file, 5);
    process.kill(-module.pid, 'SIGKILL');
    await module.exited;
    expect(module.read(file)).toMatch(/^[^\n]+\n([^\n]+\n)+$/);
    expect(module.raw).toMatch(/\n$/);
  });
});

function contextSwitches(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}`);
  return threads
    .filter((thread) => existsSync(thread))
    .map((thread) => readFileSync(`${thread}/status`, 'utf8'))
    .reduce(
      (sum, status) => sum + Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)?.[1]),
      0,
    );
}
