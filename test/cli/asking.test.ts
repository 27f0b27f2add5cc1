import { spawn } from 'node:child_process';
import { beforeAll, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { plainEnvironment, programFile, runProgram } from '../support/program.ts';
import { moduleWith, snapshotWith } from '../support/sample-rig.ts';
import { type ServedRig, serveRig } from './served-rig.ts';

let program: string;
let rig: ServedRig;
const run = (...words: string[]) => runProgram(words, { env: { RIGDECK_RUN_DIR: rig.runDir } });

beforeAll(async () => {
  program = await programFile();
});
beforeEach(async () => {
  rig = await serveRig(
    snapshotWith({ mic: moduleWith(), cam: moduleWith({ state: 'starting', phase: 'probing' }) }),
  );
});

it('status prints a row for each module, and the snapshot as JSON', async () => {
  const words = await run('status');
  expect(words).toMatchObject({ code: 0, stderr: '' });
  expect(words.stdout).toMatch(/field-rig-03 {2}● IDLE[\s\S]*mic +● IDLE[\s\S]*cam +◐ STARTING/);
  const json = await run('status', '--json');
  expect(JSON.parse(json.stdout)).toEqual(rig.snapshot());
});

it('without a command and without a terminal it is the status', async () => {
  expect((await run()).stdout).toBe((await run('status')).stdout);
});

it('is answers by its exit code alone', async () => {
  expect(await run('is', 'idle')).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(await run('is', 'ready')).toEqual({ code: 8, stdout: '', stderr: '' });
  expect((await run('is', 'cam:starting')).code).toBe(0);
  expect((await run('is', 'cma:starting')).code).toBe(4);
  expect((await run('is', 'cam:started')).code).toBe(2);
});

it('wait ends in the moment the condition comes true', async () => {
  const waiting = run('wait', 'cam:idle', '--timeout', '30');
  rig.change({ cam: moduleWith({ state: 'recording' }) });
  rig.change({ cam: moduleWith() });
  expect(await waiting).toEqual({ code: 0, stdout: '', stderr: '' });
});

it('wait says what did not come true in time', async () => {
  const { code, stderr } = await run('wait', 'ready', '--timeout', '300ms');
  expect(code).toBe(6);
  expect(stderr).toBe('rigdeck: ready did not come true within 300 ms. See `rigdeck status`.\n');
});

it('watch prints the snapshot, then each change, and ends with the daemon', async () => {
  const child = spawn(process.execPath, [program, '--run-dir', rig.runDir, 'watch'], {
    env: plainEnvironment(),
  });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await vi.waitFor(() => expect(text).toContain('\n'), 10_000);
  rig.change({ cam: moduleWith() });
  await vi.waitFor(() => expect(text.split('\n')).toHaveLength(3), 10_000);
  await rig.close();
  expect(await ended).toBe(3);
  const [first, second] = text.split('\n');
  expect(JSON.parse(first ?? '')).toMatchObject({ version: 1, seq: 1 });
  expect(JSON.parse(second ?? '')).toMatchObject({
    seq: 2,
    changed: { 'modules.cam': { state: 'idle' } },
  });
});

it('a reader that has seen enough ends watch quietly', async () => {
  const child = spawn(
    '/bin/sh',
    [
      '-c',
      '"$0" "$1" --run-dir "$2" watch | head -n 1 >/dev/null; wait',
      process.execPath,
      program,
      rig.runDir,
    ],
    { env: plainEnvironment() },
  );
  let complaints = '';
  child.stderr.on('data', (chunk) => {
    complaints += chunk;
  });
  let ended = false;
  child.once('exit', () => {
    ended = true;
  });
  await vi.waitFor(() => {
    rig.change({ cam: moduleWith() });
    expect(ended).toBe(true);
  }, 10_000);
  expect(complaints).toBe('');
});

it('logs gives the newest lines, and goes on with -f', async () => {
  expect((await run('logs', 'mic', '-n', '1')).stdout).toBe('mic is ready\n');
  expect(await run('logs', 'mik')).toMatchObject({ code: 4 });
  const child = spawn(process.execPath, [program, 'logs', 'mic', '-f'], {
    env: { ...plainEnvironment(), RIGDECK_RUN_DIR: rig.runDir },
  });
  onTestFinished(() => {
    child.kill();
  });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  await vi.waitFor(() => expect(rig.followers()).toBe(1), 10_000);
  rig.printLines('mic', ['mic hums']);
  await vi.waitFor(() => expect(text).toBe('mic began\nmic is ready\nmic hums\n'), 10_000);
});

it('a log with nothing in it is not silent, and prints no line for readers of lines', async () => {
  rig.emptyLogs();
  expect(await run('logs', 'mic')).toEqual({
    code: 0,
    stdout: '',
    stderr: 'mic has printed nothing\n',
  });
  expect(JSON.parse((await run('logs', 'mic', '--json')).stdout)).toMatchObject({ lines: [] });
  expect(await run('logs', 'No/Name')).toMatchObject({ code: 4 });
});

it('history says who did what and what became of it', async () => {
  const { stdout } = await run('history', 'mic', '--since', '10m', '-n', '7');
  expect(stdout.split('\n')[0]).toMatch(/^2026-11-22 .*the daemon starts: mic is being started$/);
  expect(stdout).toContain(
    'pi@pts/2 via ssh asked to restart mic: refused (mic changed since you looked)',
  );
  expect(rig.queries[0]).toMatchObject({ module: 'mic', limit: 7 });
  expect(JSON.parse((await run('history', '--json')).stdout)).toHaveLength(2);
  expect((await run('history', '--since', 'yore')).code).toBe(2);
});
