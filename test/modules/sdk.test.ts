import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { firstFile, ModuleProcess } from './module-process.ts';

const sdk = path.resolve(import.meta.dirname, '../../modules/sdk');
const folder = mkdtempSync(path.join(tmpdir(), 'rigdeck-sdk-'));
afterAll(() => rmSync(folder, { recursive: true }));
cpSync(path.join(sdk, 'python/rigdeck.py'), path.join(folder, 'rigdeck.py'));
cpSync(path.join(sdk, 'node'), path.join(folder, 'rigdeck'), { recursive: true });

/** The same module twice: what it does after a few rows is an option. */
const python = `
import time
from rigdeck import Problem, log, options, run
chosen = options(after="go on", rate=100)
def record(take):
    rows = take.open("txt", "head\\n")
    for _ in take.samples(chosen.rate):
        rows.write("x" * 99 + "\\n")
        log("debug", "a row")
        if take.count < 3 or chosen.after == "go on":
            continue
        if chosen.after == "bug":
            raise KeyError("bug")
        if chosen.after == "end":
            break
        if chosen.after == "block":
            time.sleep(3600)
        raise Problem("lens-cap", "the lens cap is on", recoverable=chosen.after == "problem", remedy="take it off")
run(record, version="3", can=["arm", "pause", "mark", "split"])
`;
const node = `
import { log, options, Problem, run } from './rigdeck/rigdeck.mjs';
const { after, rate } = options({ after: 'go on', rate: 100 });
async function record(take) {
  const rows = take.open('txt', 'head\\n');
  for await (const _ of take.samples(rate)) {
    rows.write('x'.repeat(99) + '\\n');
    log('debug', 'a row');
    if (take.count < 3 || after === 'go on') continue;
    if (after === 'bug') throw new TypeError('bug');
    if (after === 'end') break;
    if (after === 'block') await new Promise(() => setInterval(() => {}, 1e6));
    throw new Problem('lens-cap', 'the lens cap is on', { recoverable: after === 'problem', remedy: 'take it off' });
  }
}
await run({ record, version: '3', can: ['arm', 'pause', 'mark', 'split'] });
`;
writeFileSync(path.join(folder, 'it.py'), python);
writeFileSync(path.join(folder, 'it.mjs'), node);
const subjects = [
  { name: 'Python', command: ['python3', path.join(folder, 'it.py')] },
  { name: 'Node', command: [process.execPath, path.join(folder, 'it.mjs')] },
];

let it: ModuleProcess | undefined;
afterEach(async () => {
  await it?.remove();
  it = undefined;
});

async function ready(command: string[], options: object): Promise<ModuleProcess> {
  it = new ModuleProcess(command, options);
  await it.hears('ready', { version: '3' });
  return it;
}

describe.each(subjects)('a module with the $name SDK', ({ command }) => {
  test('that hits a bug while it records finishes its file, says so and ends with 1', async () => {
    const module = await ready(command, { after: 'bug' });
    const file = await module.records();
    expect(await module.exited).toEqual({ code: 1, signal: null });
    expect(module.said.at(-1)).toMatchObject({
      is: 'error',
      message: expect.stringContaining('bug'),
    });
    expect(module.prints).toContain('it.'); // the place in the program, for the last words
    expect(module.read(file)).toMatch(/^head\n(x{99}\n)+$/);
  });

  test('that cannot go on says what to do; it is not tried again where that is no cure', async () => {
    const first = await ready(command, { after: 'problem' });
    await first.records();
    expect(await first.exited).toEqual({ code: 1, signal: null });
    const said = {
      is: 'error',
      code: 'lens-cap',
      message: 'the lens cap is on',
      remedy: 'take it off',
    };
    expect(first.said.at(-1)).toEqual({ ...said, recoverable: true });
    await first.remove();

    const second = await ready(command, { after: 'give up' });
    await second.records();
    expect(await second.exited).toEqual({ code: 78, signal: null });
    expect(second.said.at(-1)).toEqual({ ...said, recoverable: false });
  });

  test('whose recording ends by itself does not pretend that all is well', async () => {
    const module = await ready(command, { after: 'end' });
    await module.records();
    expect(await module.exited).toEqual({ code: 1, signal: null });
    expect(module.said.at(-1)).toMatchObject({ is: 'error', code: 'ended' });
  });

  test('whose recording is over within milliseconds has said before that it began', async () => {
    const module = await ready(command, { after: 'end', rate: 1_000 });
    await module.records();
    await module.exited;
    const kinds = module.said.map(({ is }) => is);
    expect(kinds.indexOf('recording')).toBeGreaterThan(0);
    expect(kinds.indexOf('error')).toBeGreaterThan(kinds.indexOf('recording'));
  });

  test('whose device blocks answers pings all the same', async () => {
    const module = await ready(command, { after: 'block' });
    await module.records();
    await module.growsTo('it_s001.txt', 4);
    await module.hears('pong', { id: module.tell('ping') });
  });
});

describe.each(subjects)('a module with the $name SDK, going on,', ({ command }) => {
  test('records on in a new file when it is told to split, and names it', async () => {
    const module = await ready(command, {});
    const first = await module.records();
    const other = path.join(module.folder, 'other');
    mkdirSync(other);
    const fields = { dir: other, prefix: 'it_s002', segment: 2, atMonoNs: '0' };
    const second = firstFile(await module.hears('recording', { id: module.tell('split', fields) }));
    expect(second).toBe(path.join(other, 'it_s002.txt'));
    await module.growsTo(second, 5);
    // now that file exists: it says so and goes on in it
    await module.hears('error', { id: module.tell('split', fields), code: 'split-failed' });
    const rows = module.read(second).split('\n').length;
    await module.growsTo(second, rows + 3);
    await module.stops();
    const files = [first, second].map((file) => module.read(file));
    for (const text of files) expect(text).toMatch(/^head\n(x{99}\n)+$/);
    const last = module.said.findLast((line) => line.is === 'progress');
    expect(last).toMatchObject({ bytes: files.join('').length }); // counted since arm
  });

  test('prints more when the log level is changed while it runs', async () => {
    const module = await ready(command, {});
    const file = await module.records();
    await module.growsTo(file, 10);
    expect(module.prints).not.toContain('a row');
    module.tell('log', { level: 'debug' });
    await until('a debug line', () => module.prints.includes('debug: a row') || undefined);
  });

  test('does commands that come in one piece, one after the other', async () => {
    const module = await ready(command, {});
    const arm = (id: number, prefix: string) =>
      `{"do":"arm","id":${id},"dir":"${module.dir}","prefix":"${prefix}"}\n`;
    module.write(`${arm(1, 'a')}{"do":"record","id":2}\n{"do":"stop","id":3}\n${arm(4, 'b')}`);
    await module.hears('idle', { id: 3 });
    await module.hears('armed', { id: 4 });
  });

  test('records on when its stdin ends, which no rig does, and ends when it is idle', async () => {
    const dir = mkdtempSync(path.join(folder, 'eof-'));
    const [program = '', ...args] = command;
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    child.stdin.end(`{"do":"arm","id":1,"dir":"${dir}","prefix":"a"}\n{"do":"record","id":2}\n`);
    const file = path.join(dir, 'a.txt');
    await until('rows', () => (existsSync(file) && readFileSync(file).length > 1_000) || undefined);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);

    const idle = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    expect(await once(idle, 'exit')).toEqual([0, null]);
  });
});

describe.skipIf(!canMount()).each(subjects)(
  'on a disk that fills up (needs the right to mount), $name',
  ({ command }) => {
    test('leaves whole rows, says why and ends, so that it is tried again', async () => {
      const module = await ready(command, {});
      const small = path.join(module.folder, 'small');
      mkdirSync(small);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', small]);
      try {
        await module.hears('armed', { id: module.tell('arm', { dir: small, prefix: 'a' }) });
        module.tell('record', { atMonoNs: '0' });
        expect(await module.exited).toEqual({ code: 1, signal: null });
        expect(module.said.at(-1)).toMatchObject({
          is: 'error',
          message: expect.stringMatching(/no space left/i),
        });
        expect(readFileSync(path.join(small, 'a.txt'), 'utf8')).toMatch(/^head\n(x{99}\n)+$/);
      } finally {
        execFileSync('umount', [small]);
      }
    });
  },
);

function canMount(): boolean {
  const probe = path.join(folder, 'probe');
  mkdirSync(probe);
  const mounted =
    spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', probe]).status === 0;
  return mounted && spawnSync('umount', [probe]).status === 0;
}
