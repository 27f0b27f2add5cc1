import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { moduleLineSchema } from '../../src/protocol/module-lines.ts';
import { firstFile, ModuleProcess, until } from './module-process.ts';
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

describe.each(subjects)('$name', ({ command, options }) => {
  const begin = async () => {
    it = new ModuleProcess(command, options);
    await it.hears('ready', { v: 1 });
    return it;
  };

  test('goes through a whole conversation: arm, go, pause, resume, stop, again, quit', async () => {
    const module = await begin();
    const armed = await module.hears('armed', { id: module.arm() });
    const file = firstFile(armed);
    expect(file).toBe(path.join(module.dir, `it_s001${path.extname(file)}`));
    const goNs = process.hrtime.bigint() + 300_000_000n;
    const recording = await module.hears('recording', {
      id: module.tell('record', { atMonoNs: String(goNs) }),
    });
    // /proc/uptime, the clock of the sh SDK, has steps of 10 ms
    expect(BigInt(String(recording['firstSampleMonoNs']))).toBeGreaterThan(goNs - 10_000_000n);
    expect(process.hrtime.bigint()).toBeGreaterThan(goNs);
    await module.growsTo(file, 4);
    await module.hears('progress');

    await module.hears('paused', { id: module.tell('pause') });
    const atRest = module.read(file);
    await module.hears('pong', { id: module.tell('ping') });
    await module.hears('recording', { id: module.tell('resume') });
    const rows = atRest.split('\n').length;
    expect(atRest.endsWith('\n')).toBe(true);
    await module.growsTo(file, rows + 3);

    const idle = await module.stops();
    expect(firstFile(idle)).toBe(file);
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

  test('lets go of a recording that is called off, and can be armed under the same name again', async () => {
    const module = await begin();
    await module.hears('armed', { id: module.arm() });
    await module.stops();
    await module.hears('armed', { id: module.arm() });
    await module.hears('armed', { id: module.arm() }); // by a new daemon that knows nothing of the first
    await module.hears('recording', { id: module.tell('record', { atMonoNs: '0' }) });
  });

  test('overwrites nothing: a file that is there is an error, and the module lives on', async () => {
    const module = await begin();
    const file = await module.records();
    await module.stops();
    const before = module.read(file);
    const id = module.arm();
    const error = await module.hears('error', { id });
    expect(error).toMatchObject({ recoverable: true });
    expect(module.read(file)).toBe(before);
    await module.records('it_s002');
  });

  test('ignores what it does not understand, and reads lines that come in pieces', async () => {
    const module = await begin();
    module.write('\n\n{"do":"dance","id":901}\nnonsense {"do": \n[1,2]\n"arm"\n{"do":5}\nnull\n');
    module.write('{"do":"constructor"}\n{"do":"ping","id":9');
    module.write('02,"new":{"field":[1]}}\n{"do": "ping", "id": 903}\n');
    await module.hears('pong', { id: 902 });
    await module.hears('pong', { id: 903 });
    module.write(`${'x'.repeat(100_000)}\n`.slice(0, 60_000));
    module.write('\n');
    module.tell('log', { level: 'debug' });
    await module.hears('pong', { id: module.tell('ping') });
    expect(module.said.filter((line) => line.is === 'error')).toEqual([]);
  });

  test('refuses commands that do not fit, and stop is always answered', async () => {
    const module = await begin();
    await module.hears('error', { id: module.tell('record', { atMonoNs: '0' }) });
    await module.hears('error', { id: module.tell('pause') });
    await module.hears('error', { id: module.tell('resume') });
    await module.hears('idle', { id: module.tell('stop') });
    await module.records();
    await module.hears('error', { id: module.arm('it_s002'), code: 'busy' });
    await module.stops();
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('finishes its file on %s and ends', async (signal) => {
    const module = await begin();
    const file = await module.records();
    await module.growsTo(file, 3);
    module.kill(signal);
    expect(await module.exited).toEqual({ code: 0, signal: null });
    expect(module.read(file)).toMatch(/\n$/);
    expect(module.said.at(-1)).toMatchObject({ is: expect.stringMatching(/idle|progress/) });
  });

  test('finishes when the signal goes to its whole group, as the stop ladder does it', async () => {
    const module = await begin();
    const file = await module.records();
    process.kill(-module.pid, 'SIGTERM');
    expect(await module.exited).toEqual({ code: 0, signal: null });
    expect(module.read(file)).toMatch(/\n$/);
  });

  test('killed with -9 it leaves whole lines', async () => {
    const module = await begin();
    const file = await module.records();
    await module.growsTo(file, 5);
    process.kill(-module.pid, 'SIGKILL');
    await module.exited;
    expect(module.read(file)).toMatch(/^[^\n]+\n([^\n]+\n)+$/);
    expect(module.raw).toMatch(/\n$/);
  });

  test('uses no CPU while it is idle', async () => {
    const module = await begin();
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
