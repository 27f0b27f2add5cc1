import { beforeAll, beforeEach, expect, it } from 'vitest';
import { programFile, runProgram } from '../support/program.ts';
import { moduleWith, snapshotWith, trialWith } from '../support/sample-rig.ts';
import { openTerminal } from './open-terminal.ts';
import { type ServedRig, serveRig } from './served-rig.ts';

let program: string;
let rig: ServedRig;
const run = (...words: string[]) => runProgram(words, { env: { RIGDECK_RUN_DIR: rig.runDir } });
const onTerminal = (...words: string[]) =>
  openTerminal([program, '--run-dir', rig.runDir, ...words], { cols: 120, rows: 24 });

const trial = trialWith({
  number: 7,
  label: 'maze left',
  startedAt: '2026-11-22T14:00:00.000Z',
  startedMonoMs: Number(process.hrtime.bigint() / 1_000_000n),
});
const restartOfMic = { kind: 'module.restart', module: 'mic' };

beforeAll(async () => {
  program = await programFile();
});
beforeEach(async () => {
  rig = await serveRig(snapshotWith({ mic: moduleWith(), gps: moduleWith() }));
});

/** mic is part of the trial, gps is not. */
function beginRecording() {
  rig.change(
    { mic: moduleWith({ state: 'recording' }) },
    { status: 'recording', state: 'recording', desired: 'recording', trial },
  );
}

it('on a terminal a restart of what records asks, and anything but yes does nothing', async () => {
  beginRecording();
  const no = onTerminal('restart', 'mic', 'gps');
  await no.sees('Restart mic? It is part of trial 7 "maze left". That leaves a gap. [y/N]');
  no.type('\r');
  expect(await no.ended).toBe(5);
  await no.sees('Nothing was done: trial 7 "maze left" goes on as it is.');
  expect(rig.intents).toEqual([]);
  const yes = onTerminal('restart', 'mic');
  await yes.sees('[y/N]');
  yes.type('y\r');
  expect(await yes.ended).toBe(0);
  expect(rig.intents).toEqual([restartOfMic]);
});

it('Ctrl-C at the question is a no, and the answer has a line of its own', async () => {
  beginRecording();
  const left = onTerminal('restart', 'mic');
  await left.sees('[y/N]');
  left.type('\u0003');
  expect(await left.ended).toBe(5);
  await left.sees('\nNothing was done');
  expect(rig.intents).toEqual([]);
});

it('on a terminal it asks too before it disables what records, all of it in one question', async () => {
  beginRecording();
  rig.change({ gps: moduleWith({ state: 'paused' }) });
  const no = onTerminal('disable', '--all');
  await no.sees('Disable mic, gps? They are part of trial 7');
  no.type('n\r');
  expect(await no.ended).toBe(5);
  expect(rig.intents).toEqual([]);
});

it('it asks nothing about modules that do not record, and nothing with --yes', async () => {
  const idle = onTerminal('restart', 'mic');
  expect(await idle.ended).toBe(0);
  beginRecording();
  const beside = onTerminal('restart', 'gps');
  expect(await beside.ended).toBe(0);
  const sure = onTerminal('restart', 'mic', '--yes');
  expect(await sure.ended).toBe(0);
  expect([idle, beside, sure].map((one) => one.text().includes('[y/N]'))).toEqual([
    false,
    false,
    false,
  ]);
  expect(rig.intents).toHaveLength(3);
});

it('a script that restarts what records is asked nothing', async () => {
  beginRecording();
  expect(await run('restart', 'mic')).toEqual({
    code: 0,
    stdout: 'mic: asked to restart\n',
    stderr: '',
  });
  expect((await run('restart', 'mic', '--yes')).code).toBe(0);
  expect(rig.intents).toEqual([restartOfMic, restartOfMic]);
});
