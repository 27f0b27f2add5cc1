import { beforeAll, beforeEach, expect, it } from 'vitest';
import { programFile, runProgram } from '../support/program.ts';
import { moduleWith, snapshotWith, trialWith } from '../support/sample-rig.ts';
import { openTerminal } from './open-terminal.ts';
import { type ServedRig, serveRig } from './served-rig.ts';

let program: string;
let rig: ServedRig;
const run = (...words: string[]) => runProgram(words, { env: { RIGDECK_RUN_DIR: rig.runDir } });
const onTerminal = (...words: string[]) =>
  openTerminal([program, '--run-dir', rig.runDir, ...words]);

const trial = trialWith({
  number: 7,
  label: 'maze left',
  startedAt: '2026-11-22T14:00:00.000Z',
  startedMonoMs: Number(process.hrtime.bigint() / 1_000_000n),
});
const session = { id: '0042', name: 'pilot-b', path: '/data/0042', startedAt: trial.startedAt };
const records = {
  status: 'recording',
  state: 'recording',
  desired: 'recording',
  session,
  trial,
} as const;

beforeAll(async () => {
  program = await programFile();
});
beforeEach(async () => {
  rig = await serveRig(snapshotWith({ mic: moduleWith() }));
});

function beginRecording() {
  rig.change({ mic: moduleWith({ state: 'recording' }) }, records);
}

it('record start waits until it is confirmed and says which trial it is', async () => {
  rig.answer(() => {
    beginRecording();
    return { ok: true, outcome: 'done', seq: 2 };
  });
  const { code, stdout } = await run('record', 'start', '--label', 'maze left');
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: 'recording: trial 7 "maze left" in session 0042\n',
  });
  expect(rig.intents).toMatchObject([
    { kind: 'record.start', label: 'maze left', waitMs: 600_000 },
  ]);
});

it('record start while a trial is recorded says which one', async () => {
  beginRecording();
  rig.answer(() => ({ ok: true, outcome: 'unchanged', seq: 2 }));
  const { code, stdout } = await run('record', 'start');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^already recording: trial \d+/);
});

it('record start that is not complete names who is missing and ends with 7', async () => {
  rig.answer(() => {
    beginRecording();
    return { ok: true, outcome: 'done', seq: 2, partly: 'cam does not record' };
  });
  const words = await run('record', 'start');
  expect(words.code).toBe(7);
  expect(words.stdout).toBe(
    'recording: trial 7 "maze left" in session 0042, but cam does not record\n',
  );
  const json = await run('record', 'start', '--json');
  expect(JSON.parse(json.stdout)).toMatchObject({ version: 1, partly: 'cam does not record' });
});

it('record start --at goes at a time, and --no-wait only submits', async () => {
  const beganMs = Date.now();
  rig.answer(() => ({ ok: true, outcome: 'accepted', seq: 1 }));
  expect((await run('record', 'start', '--at', '+10s', '--no-wait')).stdout).toBe(
    'taken, and not waited for: see `rigdeck status`\n',
  );
  const [intent] = rig.intents;
  if (intent?.kind !== 'record.start') throw new Error('no start');
  expect(intent.waitMs).toBeUndefined();
  expect(Date.parse(intent.at ?? '') - beganMs).toBeGreaterThan(9_900);
  expect((await run('record', 'start', '--at', 'noon')).code).toBe(2);
  expect((await run('record', 'start', '--at', '2020-01-01T00:00:00Z')).code).toBe(2);
});

it('what stops data needs --yes where nobody can be asked', async () => {
  beginRecording();
  for (const words of [['record', 'stop'], ['record', 'toggle'], ['down']]) {
    const { code, stderr } = await run(...words);
    expect(code).toBe(5);
    expect(stderr).toContain('trial 7 "maze left"');
    expect(stderr).toContain(`rigdeck ${words.join(' ')} --yes`);
  }
  expect(rig.intents).toEqual([]);
  const json = await run('record', 'stop', '--json');
  expect(JSON.parse(json.stderr)).toMatchObject({ error: { code: 'needs-yes' } });
});

it('record stop --yes stops, and says what was recorded', async () => {
  beginRecording();
  rig.answer(() => {
    rig.change(
      { mic: moduleWith() },
      { status: 'idle', state: 'idle', desired: 'idle', trial: null },
    );
    return { ok: true, outcome: 'done', seq: 3 };
  });
  const { code, stdout } = await run('record', 'stop', '--yes');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^stopped: trial 7 "maze left" in session 0042, /);
});

it('a stop that was not asked about cannot hit a recording that has begun since', async () => {
  await run('record', 'stop');
  expect(rig.intents).toMatchObject([{ kind: 'record.stop', expect: { epoch: 'e1', seq: 1 } }]);
});

it('record toggle is resolved against what was seen', async () => {
  await run('record', 'toggle');
  beginRecording();
  await run('record', 'toggle', '--yes');
  expect(rig.intents).toMatchObject([
    { kind: 'record.toggle', expect: { epoch: 'e1', seq: 1 } },
    { kind: 'record.toggle', expect: { epoch: 'e1', seq: 2 } },
  ]);
});

it('on a terminal record stop asks, and anything but yes goes on', async () => {
  beginRecording();
  const no = onTerminal('record', 'stop');
  await no.sees('Stop trial 7 "maze left" (');
  no.type('\r');
  expect(await no.ended).toBe(5);
  await no.sees('the recording goes on.');
  expect(rig.intents).toEqual([]);
  const yes = onTerminal('record', 'stop');
  await yes.sees('[y/N]');
  yes.type('y\r');
  expect(await yes.ended).toBe(0);
  expect(rig.intents).toMatchObject([{ kind: 'record.stop' }]);
});

it('down asks in other words than record stop: it ends the modules, too', async () => {
  beginRecording();
  const stop = onTerminal('record', 'stop');
  await stop.sees('? The modules go on running. [y/N]');
  stop.type('\r');
  expect(await stop.ended).toBe(5);
  const down = onTerminal('down');
  await down.sees(', then end all modules and the daemon? [y/N]');
  down.type('\r');
  expect(await down.ended).toBe(5);
  expect(rig.intents).toEqual([]);
});

it('Ctrl-C at the question stops nothing', async () => {
  beginRecording();
  const terminal = onTerminal('record', 'stop');
  await terminal.sees('[y/N]');
  terminal.type('\u0003');
  expect(await terminal.ended).toBe(5);
  expect(rig.intents).toEqual([]);
});

it('on a terminal it says who is waited for', async () => {
  let goOn: () => void = () => undefined;
  const told = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  rig.answer(async () => {
    const phaseSince = new Date().toISOString();
    const phaseUntil = new Date(Date.now() + 10_000).toISOString();
    rig.change(
      { mic: moduleWith({ phase: 'arming', phaseSince, phaseUntil }) },
      { state: 'arming', status: 'arming', waitingFor: ['mic'] },
    );
    await told;
    beginRecording();
    return { ok: true, outcome: 'done', seq: 4 };
  });
  const terminal = onTerminal('record', 'start');
  await terminal.sees(
    /0 of 1 armed, waiting for mic: opening its devices and files, \d+ s of 10 s/,
  );
  goOn();
  expect(await terminal.ended).toBe(0);
  await terminal.sees('recording: trial 7 "maze left" in session 0042');
});

it('status --watch draws on a screen of its own and gives the old one back', async () => {
  const terminal = onTerminal('status', '--watch');
  await terminal.sees('\u001b[?1049h');
  await terminal.sees('IDLE');
  rig.change({ mic: moduleWith({ state: 'crashed' }) });
  await terminal.sees('CRASHED');
  await rig.close();
  await terminal.sees('daemon not answering');
  terminal.type('\u0003');
  expect(await terminal.ended).toBe(0);
  expect(terminal.text().endsWith('\u001b[?25h\u001b[?1049l')).toBe(true);
});
