import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { plainEnvironment, programFile, runProgram } from '../support/program.ts';
import { moduleWith, snapshotWith, trialWith } from '../support/sample-rig.ts';
import { openTerminal } from './open-terminal.ts';
import { type ServedRig, serveRig } from './served-rig.ts';

let program: string;
let rig: ServedRig;
const run = (...words: string[]) => runProgram(words, { env: { RIGDECK_RUN_DIR: rig.runDir } });

/** In two hours: however slow the machine is, that far away. */
const scheduled = { at: new Date(Date.now() + 7_200_000).toISOString(), label: null };
const modules = { mic: moduleWith() };

beforeAll(async () => {
  program = await programFile();
});
beforeEach(async () => {
  rig = await serveRig(snapshotWith(modules));
});

it('a start that is set and not waited for says when it comes, and how to call it off', async () => {
  rig.answer(() => {
    rig.change(modules, { scheduled });
    return { ok: true, outcome: 'accepted', seq: 2 };
  });
  const { code, stdout } = await run('record', 'start', '--at', '+2h', '--no-wait');
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^set: the recording starts at [-\d: ]+, in (2 h|1 h 5\d m); `rigdeck record stop` calls it off\n$/,
  );
  expect(rig.intents).toMatchObject([{ kind: 'record.start', inMs: 7_200_000 }]);
});

it('a start at a time of day goes by the wall clock, one in so long does not', async () => {
  await run('record', 'start', '--at', scheduled.at, '--no-wait');
  await run('record', 'start', '--at', '+10s', '--no-wait');
  const [byWall, relative] = rig.intents;
  expect(byWall).toMatchObject({ at: scheduled.at });
  expect(byWall).not.toHaveProperty('inMs');
  expect(relative).toMatchObject({ inMs: 10_000 });
});

it('record stop says that it called off a start that was set', async () => {
  rig.change(modules, { scheduled });
  rig.answer(() => {
    rig.change(modules, { scheduled: null });
    return { ok: true, outcome: 'done', seq: 3 };
  });
  const { code, stdout } = await run('record', 'stop');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^the start that was set for [-\d: ]+ is called off\n$/);
});

it('record stop that ends a trial says that the next start stays set', async () => {
  const trial = trialWith({ number: 7 });
  rig.change(modules, { state: 'recording', desired: 'recording', trial, scheduled });
  rig.answer(() => {
    rig.change(modules, { state: 'idle', desired: 'idle', trial: null });
    return { ok: true, outcome: 'done', seq: 3 };
  });
  const { stdout } = await run('record', 'stop', '--yes');
  expect(stdout).toMatch(/\n {2}the next starts at .*; `rigdeck record stop` calls it off\n$/);
});

it('status says when the rig starts', async () => {
  rig.change(modules, { scheduled });
  expect((await run('status')).stdout).toMatch(/IDLE · starts at [-\d: ]+, in (2 h|1 h 5\d m)\n/);
  const { rig: record } = JSON.parse((await run('status', '--json')).stdout);
  expect(record.scheduled).toEqual(scheduled);
});

it('a start that is waited for says at once when it comes, also where nobody looks on', async () => {
  let goes = () => {};
  rig.answer(() => {
    rig.change(modules, { scheduled });
    return new Promise((resolve) => {
      goes = () => resolve({ ok: true, outcome: 'done', seq: 2 });
    });
  });
  const words = [program, '--run-dir', rig.runDir, 'record', 'start', '--at', '+2h'];
  const child = spawn(process.execPath, words, { env: plainEnvironment() });
  child.stderr.once('data', () => goes());
  expect(await text(child.stderr)).toMatch(
    /^the recording starts at [-\d: ]+, in (2 h|1 h 5\d m)\n$/,
  );
});

it('Ctrl-C while a start waits for its time says that it stays set, and how to call it off', async () => {
  rig.answer(() => {
    rig.change(modules, { scheduled });
    return new Promise(() => undefined);
  });
  const words = [program, 'record', 'start', '--at', '+2h'];
  const env = { RIGDECK_RUN_DIR: rig.runDir };
  const terminal = openTerminal(words, { cols: 120, rows: 24 }, env);
  await terminal.sees('the recording starts at');
  terminal.type('\u0003');
  await terminal.ended;
  expect(terminal.text()).toMatch(
    /the start stays set for [-\d: ]+\. Call it off: rigdeck record stop/,
  );
});
