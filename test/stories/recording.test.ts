import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../support/until.ts';
import {
  filesOf,
  manifestOf,
  rowsIn,
  rowsOf,
  sessions,
  theSession,
  unbroken,
} from './support/recorded.ts';
import { story } from './support/story.ts';

const sensor = { use: 'demo-sensor', options: { rate: 50 } };
const loop = (script: string) => ({
  protocol: 'none',
  record: { command: ['sh', '-c', script, 'loop', '{dir}/{prefix}.txt'], stopSignal: 'SIGTERM' },
});

story.concurrent(
  'pause and resume keep the file, markers are stamped, and a trial that is paused cannot be started',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules: { cam: sensor, mic: sensor } });
    await rig.startUp();
    await rig.wish('record.start', { label: 'dusk' });
    await rig.wish('mark', { text: 'one' });
    await rig.wish('record.pause');
    expect(rig.me.now().rig).toMatchObject({
      state: 'paused',
      status: 'paused',
      desired: 'paused',
    });
    const session = theSession(rig.recordings);
    const rows = rowsOf(session, 'cam').length;
    await rig.wish('mark');
    expect((await rig.run('record', 'start')).code).toBe(5);
    expect(rowsOf(session, 'cam')).toHaveLength(rows);
    await rig.wish('record.resume');
    await until('cam records on', () => rowsOf(session, 'cam').length > rows + 5);
    await rig.wish('record.stop');

    const { trials, markers } = manifestOf(session);
    expect(trials).toMatchObject([
      { label: 'dusk', outcome: 'complete', segments: [{ number: 1 }] },
    ]);
    expect(markers).toMatchObject([
      { text: 'one', trial: 1 },
      { text: null, trial: 1 },
    ]);
    for (const name of ['cam', 'mic']) {
      expect(filesOf(session, name)).toHaveLength(1);
      expect(rowsOf(session, name)).toEqual(unbroken(rowsOf(session, name)));
    }
  },
);

story.concurrent(
  'a required module that cannot pause refuses the pause for the rig, by name',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({
      modules: { cam: sensor, mic: { use: 'demo-sensor', options: { noPause: true } } },
    });
    await rig.startUp();
    await rig.wish('record.start');
    const refused = await rig.me.wish({ kind: 'record.pause', waitMs: 5_000 });
    expect(refused).toMatchObject({ ok: false, refusal: { reason: 'cannot-pause' } });
    expect(JSON.stringify(refused)).toContain('mic');
    expect(rig.me.now().rig.state).toBe('recording');
  },
);

story.concurrent(
  'a module that may lack and cannot pause records on, and the gap of the pause says so',
  async ({ makeRig, expect }) => {
    const card = { ...sensor, required: false, options: { ...sensor.options, noPause: true } };
    const rig = await makeRig({ modules: { cam: sensor, card } });
    await rig.startUp();
    await rig.wish('record.start');
    expect(await rig.wish('record.pause')).toBe('card still records');
    const session = theSession(rig.recordings);
    const rows = rowsOf(session, 'card').length;
    await until('card records on', () => rowsOf(session, 'card').length > rows + 5);
    await rig.wish('record.resume');
    await rig.wish('record.stop');
    const { gaps, trials } = manifestOf(session);
    const cause = 'paused (card recorded on)';
    expect(gaps).toMatchObject([{ module: null, cause, except: ['card'] }]);
    expect(trials).toMatchObject([{ outcome: 'complete' }]);
    expect((await rig.run('sessions', 'show')).stdout).toContain(`: all: ${cause}`);
  },
);

story.concurrent(
  'sessions are named, collect trials, and are verified; a changed file is found out',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules: { cam: sensor } });
    await rig.startUp();
    expect((await rig.run('session', 'start', 'owls')).code).toBe(0);
    for (let trial = 1; trial <= 2; trial++) {
      await rig.wish('record.start');
      expect(rig.me.now().rig.trial?.number).toBe(trial);
      expect((await rig.run('session', 'start', 'bats')).code).toBe(5);
      await rig.wish('record.stop');
    }
    expect((await rig.run('session', 'end')).code).toBe(0);
    await rig.wish('record.start');
    await rig.wish('record.stop');
    const [owls = '', other = ''] = sessions(rig.recordings);
    expect(owls).toMatch(/0001_.*_owls$/);
    expect(other).toMatch(/0002_.*_rec$/);
    expect(manifestOf(owls).session).toMatchObject({ name: 'owls', endedAt: expect.any(String) });
    expect(manifestOf(owls).trials).toHaveLength(2);

    const hashed = () =>
      manifestOf(owls).trials.every(({ segments }) =>
        segments.every(({ modules }) =>
          modules['cam']?.files.every(({ sha256 }) => sha256 !== null),
        ),
      );
    await until('the checksums are there', hashed, 20_000);
    expect((await rig.run('sessions', 'verify', '1')).code).toBe(0);
    const [file = ''] = filesOf(owls, 'cam');
    const text = readFileSync(file, 'utf8');
    const changed = text.replace(/\d\n$/, (last) => (last === '9\n' ? '8\n' : '9\n'));
    expect(changed).not.toBe(text);
    writeFileSync(file, changed);
    const bad = await rig.run('sessions', 'verify', '1');
    expect(bad.code).toBe(1);
    expect(bad.stdout + bad.stderr).toContain('cam_s001.csv');
    writeFileSync(file, text);
    appendFileSync(file, 'more\n');
    expect((await rig.run('sessions', 'verify', '1')).code).toBe(1);
  },
);

story.concurrent(
  'an ordinary program records beside a module in the same trial, crashes, and records on in a new segment',
  async ({ makeRig, expect }) => {
    const script = 'trap "exit 0" TERM; while :; do echo tick; sleep 0.05; done >"$1"';
    const rig = await makeRig({ modules: { cam: sensor, tool: loop(script) } });
    await rig.startUp();
    expect(rig.me.module('tool')).toMatchObject({ state: 'idle', pid: null });
    await rig.wish('record.start');
    const tool = rig.pidOf('tool');
    expect(rig.me.module('tool')).toMatchObject({ state: 'recording', pid: tool, health: 'ok' });

    await rig.daemon.kill();
    await rig.start();
    expect(rig.me.module('tool')).toMatchObject({ state: 'recording', pid: tool });
    process.kill(tool, 'SIGKILL');
    await rig.until(
      'it records again',
      ({ modules }) =>
        modules['tool']?.state === 'recording' &&
        modules['tool'].pid !== tool &&
        modules['tool'].health === 'ok',
    );
    await rig.wish('record.stop');
    await until('its process has ended', () => rig.copies('tool').length === 0);
    expect(rig.me.module('tool')).toMatchObject({ state: 'idle', pid: null });

    const session = theSession(rig.recordings);
    expect(filesOf(session, 'tool').map((path) => path.slice(-13))).toEqual([
      'tool_s001.txt',
      'tool_s002.txt',
    ]);
    const [cam = ''] = filesOf(session, 'cam');
    expect(rowsIn(cam)).toEqual(unbroken(rowsIn(cam)));
    const { trials, gaps } = manifestOf(session);
    expect(trials[0]?.segments).toMatchObject([
      { number: 1, modules: { tool: { files: [{ verdict: 'ok' }] } } },
      { number: 2, reason: 'module-crash', modules: { tool: { files: [{ verdict: 'ok' }] } } },
    ]);
    expect(gaps).toMatchObject([{ module: 'tool', cause: expect.stringContaining('SIGKILL') }]);
    expect((await rig.run('sessions', 'verify')).code).toBe(0);
  },
);

story.concurrent(
  'an ordinary program that is not installed refuses the start in words',
  async ({ makeRig, expect }) => {
    const tool = { protocol: 'none', record: { command: ['no-such-recorder', '{dir}'] } };
    const rig = await makeRig({ modules: { cam: sensor, tool } });
    await rig.startUp();
    const refused = await rig.run('record', 'start');
    expect(refused.code).toBe(5);
    expect(refused.stderr).toContain('no-such-recorder');
    expect(readFileSync(join(rig.runDir, 'status.json'), 'utf8')).toContain('"story"');
  },
);
