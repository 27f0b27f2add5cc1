import { readdirSync } from 'node:fs';
import { until } from '../support/until.ts';
import { filesOf, manifestOf, sessions, theSession } from './support/recorded.ts';
import { story } from './support/story.ts';

const sensor = { use: 'demo-sensor', options: { rate: 50 } };
const unplugged = {
  use: 'demo-sensor',
  armTimeout: '2s',
  options: { failArm: 'no sensor on the bus' },
};
const slowToArm = { use: 'demo-sensor', armTimeout: '20s', options: { armAfter: 3_000 } };

story.concurrent(
  'a start that a required module cannot follow is refused in its words, leaves nothing on disk and uses no number',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules: { cam: sensor, mic: unplugged } });
    await rig.startUp();
    for (let round = 0; round < 3; round++) {
      const refused = await rig.run('record', 'start');
      expect(refused.code).toBe(5);
      expect(refused.stderr).toMatch(/mic.*no sensor on the bus/);
      const now = await rig.until('the rig is idle', ({ rig: { state } }) => state === 'idle');
      expect(now.rig).toMatchObject({ desired: 'idle', session: null, trial: null });
    }
    await until('nothing is left', () => readdirSync(rig.recordings).length === 0);
    await rig.wish('module.disable', { module: 'mic' }); // a person's wish: warn and go on
    await rig.wish('record.start');
    expect(rig.me.now().rig).toMatchObject({ session: { id: '0001' }, trial: { number: 1 } });
  },
);

story.concurrent(
  'with start-without, a module that cannot arm is named and the others record',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({
      modules: { cam: sensor, mic: unplugged },
      rig: { onMissingModule: 'start-without' },
    });
    await rig.startUp();
    const partly = await rig.run('record', 'start');
    expect(partly.code).toBe(7);
    expect(partly.stdout).toContain('mic');
    expect(rig.me.now().rig).toMatchObject({ state: 'recording', status: 'degraded' });
    await rig.wish('record.stop');
    const session = theSession(rig.recordings);
    expect(manifestOf(session).trials).toMatchObject([{ outcome: 'partial' }]);
    expect(filesOf(session, 'cam')).toHaveLength(1);
  },
);

story.concurrent(
  'a start that is called off while a module still arms leaves nothing behind and the rig idle',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules: { cam: sensor, mic: slowToArm } });
    await rig.startUp();
    const started = rig.me.wish({ kind: 'record.start', waitMs: 30_000 });
    await rig.until(
      'cam is armed and mic arms',
      ({ modules }) => modules['cam']?.phase === 'armed' && modules['mic']?.phase === 'arming',
    );
    expect(rig.me.now().rig).toMatchObject({
      state: 'arming',
      status: 'arming',
      waitingFor: ['mic'],
    });
    expect((await rig.run('is', 'recording')).code).toBe(8);
    await rig.wish('record.stop');
    expect(await started).toMatchObject({ ok: false, refusal: { reason: 'called-off' } });
    await until('nothing is left', () => sessions(rig.recordings).length === 0);
    expect(rig.me.module('mic')).toMatchObject({ run: 1, state: 'idle' });
  },
);

story.concurrent(
  'starts that are stopped at once, again and again, mix up no two of them',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules: { cam: sensor, mic: sensor } });
    await rig.startUp();
    for (let round = 0; round < 12; round++) {
      const [, stopped] = await Promise.all([
        rig.me.wish({ kind: 'record.start', waitMs: 20_000 }),
        rig.me.wish({ kind: 'record.stop', waitMs: 20_000 }),
      ]);
      expect(stopped.ok).toBe(true);
      if (round % 3 === 2) await rig.wish('record.start');
      if (round % 3 === 2) await rig.me.insist({ kind: 'record.stop' });
    }
    await rig.until('the rig is idle', ({ rig: { state } }) => state === 'idle');
    const { trials } = manifestOf(theSession(rig.recordings));
    expect(trials.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
    for (const { number, segments } of trials) {
      const files = segments.flatMap(({ modules: all }) =>
        Object.values(all).flatMap((one) => one.files.map(({ path }) => path)),
      );
      const own = ['cam', 'mic'].map((name) => `${name}/trial-00${number}/${name}_s001.csv`);
      expect(files.sort()).toEqual(own);
    }
    for (const { state, run, problem } of Object.values(rig.me.now().modules)) {
      expect([state, run, problem]).toEqual(['idle', 1, null]);
    }
  },
);

story.concurrent(
  'a start whose deadline passes is rolled back and says so',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules: { cam: sensor, mic: slowToArm } });
    await rig.startUp();
    const late = await rig.me.wish({ kind: 'record.start', waitMs: 700 });
    expect(late).toMatchObject({ ok: false, refusal: { reason: 'deadline' } });
    await rig.until(
      'the rig is idle',
      ({ rig: { state, desired } }) => state === 'idle' && desired === 'idle',
    );
    await until('nothing is left', () => readdirSync(rig.recordings).length === 0);
  },
);

story.concurrent(
  'a start that nobody watches never refuses: it goes with what arms, and the others join late',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({
      modules: { cam: sensor, mic: unplugged, gps: { ...sensor, options: { armAfter: 1_200 } } },
      rig: { autostart: 'always' },
    });
    await rig.start();
    await rig.until(
      'cam and gps record',
      ({ modules: { cam, gps } }) => cam?.state === 'recording' && gps?.state === 'recording',
    );
    expect(rig.me.now().rig).toMatchObject({ desired: 'recording', status: 'degraded' });
    await rig.until(
      'mic is asked again',
      ({ modules: { mic } }) => (mic?.problem?.count ?? 0) >= 2,
      20_000,
    );
    await rig.wish('record.stop');
    expect(manifestOf(theSession(rig.recordings)).trials).toMatchObject([{ outcome: 'partial' }]);
  },
);

story.concurrent(
  'a module whose first sample comes seconds after the go, and one that could not begin with the others, have a gap from the go',
  { timeout: 90_000 },
  async ({ makeRig, expect }) => {
    const delayed = { ...sensor.options, firstSampleDelay: 3_000 };
    const slow = { ...sensor, required: false, armTimeout: '20s', options: delayed };
    const frozen = { ...sensor, required: false, armTimeout: '1s' };
    const rig = await makeRig({ modules: { cam: sensor, slow, frozen } });
    await rig.startUp();
    const pid = rig.pidOf('frozen');
    process.kill(pid, 'SIGSTOP');
    await rig.wish('record.start');
    await rig.until('slow records', ({ modules }) => modules['slow']?.state === 'recording');
    process.kill(pid, 'SIGCONT'); // three seconds after the go at least
    await rig.until(
      'the other comes in',
      ({ modules }) => modules['frozen']?.state === 'recording',
      30_000,
    );
    await rig.wish('record.stop');
    const { gaps, problems, trials } = manifestOf(theSession(rig.recordings));
    const from = trials[0]?.startedAt ?? '';
    expect(gaps).toMatchObject([
      { module: 'slow', from, cause: 'its first sample came late' },
      { module: 'frozen', from, cause: 'it could not begin with the others' },
    ]);
    for (const { to } of gaps) {
      expect(Date.parse(to ?? '') - Date.parse(from)).toBeGreaterThanOrEqual(3_000);
    }
    expect(problems).toMatchObject([{ module: 'frozen', message: 'trial 1 began without frozen' }]);
    expect(trials).toMatchObject([{ outcome: 'complete' }]);
  },
);

story.concurrent(
  'with every module switched off there is nothing to record',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules: { cam: { ...sensor, enabled: false } } });
    await rig.startUp();
    const refused = await rig.run('record', 'start');
    expect(refused.code).toBe(5);
    expect(refused.stderr).toContain('rigdeck enable');
    expect(rig.me.now().rig.status).toBe('off');
  },
);
