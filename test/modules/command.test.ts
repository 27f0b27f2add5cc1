import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { bundledCommand } from './bundled-command.ts';
import { ModuleProcess } from './module-process.ts';
import { childrenOf, framesIn, isGone } from './video.ts';

let it: ModuleProcess | undefined;
afterEach(async () => {
  await it?.remove();
  it = undefined;
});

function start(options: object, env: NodeJS.ProcessEnv = {}): ModuleProcess {
  it = new ModuleProcess(bundledCommand('command'), options, env);
  return it;
}

async function ready(options: object): Promise<ModuleProcess> {
  const module = start(options);
  await module.hears('ready', { v: 1 });
  return module;
}

/** It names no files before it has ended: the rig finds them in its folder. */
async function records(module: ModuleProcess, prefix = 'it_s001'): Promise<void> {
  await module.hears('armed', { id: module.arm(prefix) });
  await module.hears('recording', { id: module.tell('record', { atMonoNs: '0' }) });
}

const shell = (script: string) => ['sh', '-c', script, 'program', '{dir}', '{prefix}'];
/** A program that writes a row as often as it can be told to wait, and finishes its file when it is told to stop. */
const rows = shell(
  'trap "echo end >>$1/$2.txt; exit 0" INT; n=0; while :; do n=$((n+1)); echo $n >>$1/$2.txt; echo "row $n lost 2"; sleep 0.02; done',
);

test('ffmpeg is a module from its command line alone: what it prints is counted, and its file is finished', async () => {
  const picture = ['-re', '-f', 'lavfi', '-i', 'testsrc2=size=160x120:rate=25'];
  const module = await ready({
    run: ['ffmpeg', '-hide_banner', '-nostdin', '-n', ...picture, '-g', '5', '{dir}/{prefix}.mkv'],
    progress: 'frame=\\s*(\\d+)',
    gauges: { fps: { match: 'fps=\\s*([\\d.]+)', warn: 200, unit: 'fps' } },
  });
  await records(module);
  const last = await until('frames are counted', () =>
    module.said.findLast((line) => line.is === 'progress' && Number(line['samples']) > 10),
  );
  expect(last).toMatchObject({
    detail: expect.stringContaining('frame='),
    gauges: { fps: { warn: 200, unit: 'fps', value: expect.any(Number) } },
  });
  const file = path.join(module.dir, 'it_s001.mkv');
  expect(await module.stops()).toMatchObject({ files: [file] });
  expect(framesIn(file).length).toBeGreaterThan(10);
  expect(module.said.findLast((line) => line.is === 'progress')).toMatchObject({
    bytes: readFileSync(file).length,
  });
});

test('is told where to write, records more than once, and counts what is lost', async () => {
  const module = await ready({
    run: [
      'sh',
      '-c',
      'trap "exit 0" TERM; echo "$PLACES" >"$PLACE"; while :; do echo lost 3; sleep 0.05; done',
    ],
    env: {
      PLACES: '{module} {session} {trial} {segment} {prefix} {other}',
      PLACE: '{dir}/{prefix}.txt',
    },
    dropped: 'lost (\\d+)',
    stopSignal: 'SIGTERM',
  });
  await records(module);
  await module.hears('progress', { dropped: 3 });
  await module.stops();
  expect(module.read('it_s001.txt')).toBe('it 0042 1 s001 it_s001 {other}\n');
  await records(module, 'it_s002');
  await until('it runs', () => existsSync(path.join(module.dir, 'it_s002.txt')));
  expect(await module.stops()).toMatchObject({ files: [path.join(module.dir, 'it_s002.txt')] });
  expect(childrenOf(module.pid)).toEqual([]);
});

test('begins at the instant, not before', async () => {
  const clock =
    'require("fs").writeFileSync(process.argv[1], process.hrtime.bigint() + "\\n"); setInterval(() => 0, 1e6)';
  const run = [process.execPath, '-e', clock, '{dir}/{prefix}.txt'];
  const module = await ready({ run });
  await module.hears('armed', { id: module.arm() });
  const atNs = process.hrtime.bigint() + 400_000_000n;
  const line = await module.hears('recording', {
    id: module.tell('record', { atMonoNs: String(atNs) }),
  });
  const [began = ''] = await module.growsTo('it_s001.txt', 1);
  expect(BigInt(began) >= atNs).toBe(true);
  expect(line['firstSampleMonoNs']).toBeUndefined(); // nobody but the program knows when that came
});

test('finishes its file on SIGTERM of the whole group', async () => {
  const module = await ready({ run: rows });
  await records(module);
  await module.growsTo('it_s001.txt', 3);
  process.kill(-module.pid, 'SIGTERM');
  expect(await module.exited).toEqual({ code: 0, signal: null });
  expect(module.read('it_s001.txt')).toMatch(/\d\nend\n$/);
});

test('killed with -9 takes its program along, which finishes its file', async () => {
  const module = await ready({ run: rows });
  await records(module);
  await module.growsTo('it_s001.txt', 3);
  const [program] = childrenOf(module.pid);
  module.kill('SIGKILL');
  await until('the program is gone', () => isGone(program?.pid ?? 0));
  expect(module.read('it_s001.txt')).toMatch(/\d\nend\n$/);
});

test('that does not stop is ended when the rig loses patience', async () => {
  const module = await ready({
    run: shell('trap "" INT; echo data >$1/$2.txt; while :; do sleep 0.05; done'),
  });
  await records(module);
  await module.growsTo('it_s001.txt', 1);
  module.tell('stop');
  await module.hears('finalizing');
  module.kill('SIGTERM');
  expect(await module.exited).toEqual({ code: 0, signal: null });
  expect(module.said.some(({ is }) => is === 'idle')).toBe(true);
});

test('whose program ends by itself says how and with which words, and is started again', async () => {
  const module = await ready({
    run: shell('echo data >$1/$2.txt; echo the lens is dirty; exit 3'),
  });
  await module.hears('armed', { id: module.arm() });
  module.tell('record', { atMonoNs: '0' });
  expect(await module.exited).toEqual({ code: 1, signal: null });
  expect(module.said.at(-1)).toMatchObject({
    is: 'error',
    code: 'ended',
    message: 'sh ended with code 3: the lens is dirty',
    recoverable: true,
  });
  expect(module.prints).toContain('info: the lens is dirty');
});

test.each([
  ['left no file', ':', /^sh has ended and left no file in \//],
  ['left an empty file', ': >$1/$2.txt', /it_s001\.txt empty$/],
])('that %s says so when it is stopped', async (_, script, words) => {
  const module = await ready({
    run: shell(`trap "exit 0" INT; ${script}; echo waits; while :; do sleep 0.05; done`),
  });
  await records(module);
  await until('it runs', () => module.prints.includes('waits'));
  module.tell('stop');
  const message = expect.stringMatching(words);
  expect(await module.hears('error', { code: 'no-data' })).toMatchObject({ message });
  await module.hears('idle');
});

test('is not ready before its probe succeeds', async () => {
  const module = start({
    run: rows,
    probe: ['sh', '-c', 'test -e ./device || { echo no device; exit 4; }'],
  });
  expect(await module.hears('error', { code: 'probe' })).toMatchObject({
    message: expect.stringMatching(/failed with code 4: no device$/),
  });
  expect(module.said.some(({ is }) => is === 'ready')).toBe(false);
  writeFileSync(path.join(module.folder, 'device'), '');
  await module.hears('ready');
});

test('whose program is not installed says so, and is ready as soon as it is', async () => {
  const module = start({ run: ['./later.sh'] });
  expect(await module.hears('error', { code: 'no-tool' })).toMatchObject({
    message: './later.sh is not installed',
    remedy: expect.stringContaining(module.folder),
  });
  writeFileSync(path.join(module.folder, 'later.sh'), '#!/bin/sh\n', { mode: 0o755 });
  await module.hears('ready');
});

test.each([
  [{}, 'option run is missing'],
  [{ run: 'ffmpeg -i x' }, 'option run must be a list of words'],
  [{ run: ['a', 1] }, 'option run must be a list of words'],
  [{ run: ['a'], stopSignal: 'SIGFOO' }, 'option stopSignal must be one of SIGINT'],
  [{ run: ['a'], progress: '(' }, 'a pattern of progress, dropped or gauges is wrong'],
  [{ run: ['a'], probes: [] }, 'unknown option probes'],
])('wrong options %j are no reason to try again', async (options, words) => {
  const module = start(options);
  expect(await module.exited).toEqual({ code: 78, signal: null });
  expect(module.said.at(-1)).toMatchObject({ message: expect.stringContaining(words) });
});
