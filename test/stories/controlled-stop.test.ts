import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { noSmallDisk } from '../daemon/store/small-disk.ts';
import { until } from '../support/until.ts';
import { makeReadOnly } from './support/read-only.ts';
import { filesOf, manifestOf, theSession } from './support/recorded.ts';
import type { StoryRig } from './support/rig.ts';
import { story } from './support/story.ts';

const sensor = { use: 'demo-sensor', options: { rate: 50 } };

story.concurrent(
  'a module that ignores everything is ended by the ladder, and the stop is still in order',
  async ({ makeRig, expect }) => {
    const mule = { hangOnStop: true, ignoreSigterm: true, deafAfter: 1, rate: 50 };
    const rig = await makeRig({
      modules: {
        cam: sensor,
        mule: { use: 'demo-sensor', stopTimeout: '1s', required: false, options: mule },
        tail: { ...sensor, after: ['cam'] },
      },
      rig: { onMissingModule: 'start-without' },
    });
    await rig.startUp();
    await rig.me.wish({ kind: 'record.start', waitMs: 20_000 });
    const rungs = collectRungs(rig, 'mule');
    const down = rig.run('down', '--yes');
    expect(await down, JSON.stringify(await down)).toMatchObject({ code: 0 });
    expect(rungs()).toEqual(expect.arrayContaining(['SIGTERM', 'SIGKILL']));
    expect(rig.processes()).toEqual([]);
    const order = journal(rig).flatMap(({ what = [] }) =>
      what.filter((line) => /-> disabled/.test(line)),
    );
    const position = (name: string) => order.findIndex((line) => line.startsWith(`${name} `));
    expect(position('tail')).toBeLessThan(position('cam'));
    expect(manifestOf(theSession(rig.recordings)).session.endedAt).not.toBeNull();
  },
);

story.concurrent(
  'a module that does not finish its files is named while it is waited for, and ended',
  async ({ makeRig, expect }) => {
    const stuck = {
      use: 'demo-sensor',
      stopTimeout: '1500ms',
      options: { rate: 50, hangOnStop: true, ignoreSigterm: true },
    };
    const rig = await makeRig({ modules: { cam: sensor, stuck } });
    const daemon = await rig.startUp();
    await rig.wish('record.start');
    await rig.me.insist({ kind: 'daemon.stop' });
    const now = await rig.until(
      'it is waited for by name',
      ({ rig: { waitingFor } }) => waitingFor.length === 1,
    );
    expect(now.rig.waitingFor).toEqual(['stuck']);
    expect(await daemon.ended).toEqual({ code: 0, signal: null });
    expect(daemon.said()).toContain('stuck is finishing its files');
    expect(rig.processes()).toEqual([]);
    const session = theSession(rig.recordings);
    expect(filesOf(session, 'stuck')).toHaveLength(1);
    expect(manifestOf(session).trials).toMatchObject([{ outcome: 'partial' }]);
  },
);

story.concurrent(
  'what a module put into a session of its own is gone when the rig is down, deaf as it is',
  async ({ makeRig, expect }) => {
    const deaf = 'trap "" INT TERM; while :; do date >> "$1"; sleep 0.02; done';
    const leaves = `setsid sh -c '${deaf}' deaf "$1" & exec sleep 1000`;
    const command = ['sh', '-c', leaves, 'plain', '{dir}/{prefix}.txt'];
    const rig = await makeRig({ modules: { plain: { protocol: 'none', record: { command } } } });
    await rig.startUp();
    await rig.wish('record.start');
    await until('both processes run', () => rig.copies('plain').length === 2);
    const down = await rig.run('down', '--yes');
    expect(rig.processes()).toEqual([]);
    expect(down, down.stderr).toMatchObject({ code: 0 });
    const [file] = filesOf(theSession(rig.recordings), 'plain');
    const manifest = manifestOf(theSession(rig.recordings));
    const listed = manifest.trials[0]?.segments[0]?.modules['plain']?.files[0];
    expect(listed?.bytes).toBe(statSync(file ?? '').size);
  },
);

story.concurrent(
  'a slow module that says how long it needs is given the time',
  async ({ makeRig, expect }) => {
    const slow = {
      use: 'demo-sensor',
      stopTimeout: '1s',
      options: { rate: 50, slowFinalize: 3_000 },
    };
    const rig = await makeRig({ modules: { slow } });
    await rig.startUp();
    await rig.wish('record.start');
    await rig.wish('record.stop');
    expect(rig.me.module('slow')).toMatchObject({ run: 1, problem: null });
    expect(manifestOf(theSession(rig.recordings)).trials).toMatchObject([{ outcome: 'complete' }]);
  },
);

story.concurrent(
  'after the stop was asked for, nothing new is taken',
  async ({ makeRig, expect }) => {
    const slow = { use: 'demo-sensor', options: { rate: 50, slowFinalize: 1_500 } };
    const rig = await makeRig({ modules: { slow } });
    const daemon = await rig.startUp();
    await rig.wish('record.start');
    await rig.me.insist({ kind: 'daemon.stop' });
    const late = await rig.me.wish({ kind: 'mark', text: 'late' });
    expect(late).toMatchObject({ ok: false, refusal: { reason: 'shutting-down' } });
    expect(await rig.me.wish({ kind: 'daemon.stop' })).toMatchObject({ ok: true });
    expect((await daemon.ended).code).toBe(0);
  },
);

story.concurrent(
  'down says so when the daemon is killed before its stop is over',
  async ({ makeRig, expect }) => {
    const slow = { use: 'demo-sensor', options: { rate: 50, slowFinalize: 60_000 } };
    const rig = await makeRig({ modules: { slow } });
    const daemon = await rig.startUp();
    await rig.wish('record.start');
    const down = rig.run('down', '--yes');
    await rig.until('it finishes its files', () => rig.me.module('slow').phase === 'finalizing');
    await daemon.kill();
    expect(await down).toMatchObject({
      code: 7,
      stdout: expect.stringContaining('! the daemon ended before its stop was over'),
    });
  },
);

const withMounts = story.runIf(noSmallDisk === null);

withMounts.concurrent(
  'a state dir that cannot be written fails its step, and the other steps go on',
  async ({ makeDisk, makeRig, expect }) => {
    const stateDir = join(makeDisk().path, 'state');
    const rig = await makeRig({ modules: { cam: sensor }, stateDir });
    const daemon = await rig.startUp();
    await rig.wish('record.start');
    const mend = makeReadOnly(stateDir);
    const down = await rig.run('down', '--yes');
    const { code } = await daemon.ended;
    mend();
    expect(code).toBe(7);
    expect(down.code).toBe(7);
    expect(down.stdout).toMatch(/is down, but not all went in order\n! flush state: .*read-only/);
    expect(daemon.said()).toContain('step \\"flush state\\" failed');
    expect(daemon.said()).toContain('close sockets');
    expect(rig.processes()).toEqual([]);
    const status = JSON.parse(readFileSync(join(rig.runDir, 'status.json'), 'utf8'));
    expect(status).toMatchObject({
      stopped: true,
      failedSteps: [expect.stringMatching(/^flush state: /)],
    });
    expect(manifestOf(theSession(rig.recordings)).trials).toMatchObject([{ outcome: 'complete' }]);
  },
);

withMounts.concurrent(
  'a recordings disk that turns read-only fails its step, which leaves a dump and a line in the journal',
  { timeout: 90_000 },
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules: { cam: sensor } });
    const daemon = await rig.startUp();
    await rig.wish('record.start');
    const mend = makeReadOnly(rig.recordings);
    await rig.me.insist({ kind: 'daemon.stop' });
    const { code } = await daemon.ended;
    mend();
    expect(code).toBe(7);
    expect(rig.processes()).toEqual([]);
    const names = readdirSync(join(rig.stateDir, 'journal'));
    const dump = names.find((name) => name.startsWith('dump-')) ?? 'no dump';
    const { why, state } = JSON.parse(readFileSync(join(rig.stateDir, 'journal', dump), 'utf8'));
    expect(why).toContain('verify files closed');
    expect(Object.keys(state.modules)).toEqual(['cam']);
    const failed = journal(rig).filter(({ name }) => name === 'shutdown-step-failed');
    expect(failed).toMatchObject([{ message: expect.stringContaining('verify files closed') }]);
    expect(existsSync(join(rig.stateDir, 'running_modules.json'))).toBe(false);
  },
);

story.concurrent(
  'a controlled stop of a rig whose recordings folder is gone waits for nothing that will not come, and names the folder',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules: { cam: sensor } });
    await rig.startUp();
    await rig.wish('record.start');
    const session = theSession(rig.recordings);
    renameSync(rig.recordings, join(rig.folder, 'away'));
    const beganMs = performance.now();
    const down = await rig.run('down', '--yes');
    expect(performance.now() - beganMs).toBeLessThan(25_000); // the step alone has 30 s
    expect(down.code).toBe(7);
    expect(down.stdout).toContain(`! verify files closed: the folder ${session} is gone`);
    expect(down.stderr).not.toContain('waiting for cam (idle)');
  },
);

/** It records with one module, and somebody removes that one's file. */
async function loseTheFile(rig: StoryRig): Promise<void> {
  await rig.startUp();
  await rig.wish('record.start');
  const [file = ''] = filesOf(theSession(rig.recordings), 'cam');
  rmSync(file);
}

story.concurrent(
  'a controlled stop that finds files of the trial gone says so and is done in part, as a stop of the recording is',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules: { cam: sensor } });
    await loseTheFile(rig);
    const down = await rig.run('down', '--yes');
    expect(down.code).toBe(7);
    expect(down.stdout).toContain('! verify files closed: trial 1: cam/trial-001/cam_s001.csv is');
    expect(down.stdout).toContain('it is gone');
  },
);

story.concurrent(
  'a controlled stop says nothing of what an earlier trial lost',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules: { cam: sensor } });
    await loseTheFile(rig);
    expect((await rig.run('record', 'stop', '--yes')).code).toBe(7);
    expect(await rig.run('down')).toMatchObject({ code: 0 });
  },
);

story.concurrent(
  'a daemon that ends by a mistake of its own costs no recording',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules: { cam: sensor } });
    const daemon = await rig.startUp();
    await rig.wish('record.start');
    const cam = rig.pidOf('cam');
    daemon.signal('SIGABRT');
    expect((await daemon.ended).signal).toBe('SIGABRT');
    await rig.start();
    expect(rig.me.module('cam')).toMatchObject({ pid: cam, state: 'recording' });
  },
);

function collectRungs(rig: StoryRig, module: string): () => string[] {
  const { changes } = rig.me;
  const from = changes.length;
  return () =>
    changes.slice(from).flatMap(({ changed }) => {
      const record = changed[`modules.${module}`];
      const phase = record instanceof Object && 'phase' in record ? record.phase : null;
      return typeof phase === 'string' ? [phase] : [];
    });
}

function journal(rig: StoryRig): { readonly name?: string; readonly what?: readonly string[] }[] {
  return readFileSync(join(rig.stateDir, 'journal/000001.ndjson'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}
