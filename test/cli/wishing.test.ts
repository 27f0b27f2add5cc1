import { beforeEach, expect, it } from 'vitest';
import { runProgram } from '../support/program.ts';
import { moduleWith, problemWith, snapshotWith } from '../support/sample-rig.ts';
import { done, type ServedRig, serveRig } from './served-rig.ts';

let rig: ServedRig;
const run = (...words: string[]) => runProgram(words, { env: { RIGDECK_RUN_DIR: rig.runDir } });

beforeEach(async () => {
  rig = await serveRig(
    snapshotWith({ mic: moduleWith(), cam: moduleWith({ state: 'starting', phase: 'probing' }) }),
  );
});

it('enable submits a wish for each module, and waits as long as it is told', async () => {
  const { code, stdout } = await run('enable', 'mic', 'cam', '--wait', '7');
  expect(code).toBe(0);
  expect(stdout).toBe('mic: runs\ncam: runs\n');
  expect(rig.intents).toEqual([
    { kind: 'module.enable', module: 'mic', waitMs: 7_000 },
    { kind: 'module.enable', module: 'cam', waitMs: 7_000 },
  ]);
});

it('an unknown module is refused before anything is done, and says what there is', async () => {
  const { code, stderr } = await run('disable', 'mic', 'camm');
  expect(code).toBe(4);
  expect(stderr).toBe('rigdeck: there is no module "camm". Did you mean cam?\n');
  expect((await run('disable', 'xyz')).stderr).toContain('There are: mic, cam.');
  expect(rig.intents).toEqual([]);
});

it('one of several that fails makes it partly done', async () => {
  rig.answer((intent) => ('module' in intent && intent.module === 'cam' ? tooLate : done(5)));
  expect(await run('enable', '--all', '--wait', '1s')).toEqual({
    code: 7,
    stdout: 'mic: runs\n',
    stderr: 'cam: cam was not ready in time; it is off again\n',
  });
  expect((await run('enable', 'cam', '--wait', '1s')).code).toBe(6);
});

it('retry --all is about what has failed', async () => {
  rig.change({ cam: moduleWith({ state: 'crashed', problem: problemWith({}) }) });
  expect((await run('retry', '--all')).stdout).toBe('cam: asked to retry\n');
  expect(rig.intents).toEqual([{ kind: 'module.retry', module: 'cam' }]);
});

it('a wish that changes nothing says what is the case, and is no failure', async () => {
  rig.answer(() => ({ ok: true, outcome: 'unchanged', seq: 1 }));
  rig.change({ cam: moduleWith({ state: 'recording' }) });
  expect(await run('retry', 'cam')).toEqual({
    code: 0,
    stdout: 'cam is recording: nothing to retry\n',
    stderr: '',
  });
  expect((await run('enable', 'cam', '--wait', '5s')).stdout).toBe(
    'cam is on already, and recording\n',
  );
});

it('a refusal is one line with its remedy, or one JSON object', async () => {
  rig.answer(() => ({
    ok: false,
    seq: 1,
    refusal: { reason: 'busy', message: 'too much at once', remedy: 'Try again.' },
  }));
  expect(await run('restart', 'mic')).toEqual({
    code: 5,
    stdout: '',
    stderr: 'rigdeck: too much at once. Try again.\n',
  });
  const json = await run('mark', 'x', '--json');
  expect(json.code).toBe(5);
  expect(JSON.parse(json.stderr)).toEqual({
    error: { code: 'busy', message: 'too much at once', remedy: 'Try again.' },
  });
});

it('marks, sessions and log levels are submitted as they were typed', async () => {
  await run('mark', 'door', 'opened');
  await run('session', 'start', 'pilot-b');
  await run('session', 'end');
  await run('log-level', 'debug');
  await run('log-level', 'mic', 'warn');
  expect(rig.intents).toMatchObject([
    { kind: 'mark', text: 'door opened' },
    { kind: 'session.start', name: 'pilot-b' },
    { kind: 'session.end' },
    { kind: 'log.level', module: null, level: 'debug' },
    { kind: 'log.level', module: 'mic', level: 'warn' },
  ]);
});

const tooLate = {
  ok: false,
  seq: 5,
  refusal: {
    reason: 'deadline',
    message: 'cam was not ready in time; it is off again',
    remedy: null,
  },
} as const;
