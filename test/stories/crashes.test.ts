import { until } from '../support/until.ts';
import { manifestOf, theSession } from './support/recorded.ts';
import { story } from './support/story.ts';

const sensor = { use: 'demo-sensor', options: { rate: 50 } };

story.concurrent(
  'a module in a crash loop is tried with growing pauses, visibly, and retry is at once',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({
      modules: {
        bad: { use: 'demo-sensor', options: { crashIdle: 150, exitCode: 3 } },
        good: sensor,
      },
    });
    await rig.start();
    const pauses: number[] = [];
    for (let failure = 1; failure <= 4; failure++) {
      const now = await rig.until(
        `failure ${failure}`,
        ({ modules: { bad } }) =>
          bad?.state === 'crashed' && bad.run === failure && bad.retryAt !== null,
      );
      const { bad } = now.modules;
      expect(bad?.problem).toMatchObject({ code: 'exited', exit: { code: 3 } });
      expect(bad?.problem?.exit?.lastWords.join()).toContain('here it crashes');
      pauses.push(Date.parse(bad?.retryAt ?? '') - Date.parse(bad?.stateSince ?? ''));
    }
    for (const [index, ms] of pauses.entries()) {
      if (index === 0) continue; // a group that enters error is tried at once, once
      expect(ms).toBeGreaterThan(500 * 2 ** index * 0.79);
      expect(ms).toBeLessThan(500 * 2 ** index * 1.21);
    }
    expect(rig.me.module('good')).toMatchObject({ state: 'idle', run: 1 });

    const counted = rig.me.module('bad').restarts;
    await rig.daemon.kill();
    await rig.start();
    await rig.until('it is tried at once', ({ modules: { bad } }) => (bad?.run ?? 0) > 4);
    const next = await rig.until(
      'the series goes on',
      ({ modules: { bad } }) => bad?.state === 'crashed',
    );
    const { bad } = next.modules;
    expect(bad?.restarts).toBeGreaterThanOrEqual(counted);
    const pauseMs = Date.parse(bad?.retryAt ?? '') - Date.parse(bad?.stateSince ?? '');
    expect(pauseMs).toBeGreaterThan(500 * 2 ** 3 * 0.79);

    const run = bad?.run ?? 0;
    const beganMs = performance.now();
    await rig.me.wish({ kind: 'module.retry', module: 'bad' });
    await rig.until('retry is at once', ({ modules }) => modules['bad']?.run === run + 1);
    // Sooner than the pause it was in, of 3.2 s at least.
    expect(performance.now() - beganMs).toBeLessThan(3_000);
  },
);

story.concurrent(
  'exit code 78 is an error in words and no loop, and a restart is one more try',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({
      modules: { typo: { use: 'demo-sensor', options: { raet: 5 } }, good: sensor },
    });
    await rig.startUp();
    // It reports what is wrong before it ends, and is in error from then on.
    const ended = await rig.until('it has ended', ({ modules }) => modules['typo']?.pid === null);
    const { typo } = ended.modules;
    expect(typo).toMatchObject({ state: 'error', run: 1, retryAt: null });
    expect(typo?.problem).toMatchObject({ code: 'bad-configuration', exit: { code: 78 } });
    expect(typo?.problem?.message).toContain('raet');
    await rig.me.wish({ kind: 'module.retry', module: 'typo' });
    await rig.until(
      'one more try',
      ({ modules }) => modules['typo']?.run === 2 && modules['typo'].state === 'error',
    );
    const refused = await rig.me.wish({ kind: 'record.start', waitMs: 20_000 });
    expect(refused).toMatchObject({ ok: false });
    expect(rig.me.module('typo').run).toBe(2);
  },
);

story.concurrent(
  'a module that ran well and is killed is started again at once, also when it was adopted, and records on',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({ modules: { cam: sensor, mic: sensor } });
    await rig.startUp();
    const wellAtMs = performance.now() + 10_500;
    await rig.wish('record.start');
    await rig.daemon.kill();
    await rig.start();
    await until('it has run well', () => performance.now() > wellAtMs);

    const cam = rig.pidOf('cam');
    const killedMs = performance.now();
    process.kill(cam, 'SIGKILL');
    await rig.until(
      'another cam',
      ({ modules }) => modules['cam']?.run === 2 && modules['cam'].pid !== null,
    );
    // Told, not found by the health loop of 5 s.
    expect(performance.now() - killedMs).toBeLessThan(4_000);
    await rig.until(
      'cam records',
      ({ modules }) => modules['cam']?.state === 'recording' && modules['cam'].health === 'ok',
    );
    expect(rig.me.module('cam')).toMatchObject({
      restarts: 1,
      lastProblem: { code: 'exited', exit: { signal: 'SIGKILL' } },
    });
    expect(rig.me.module('mic')).toMatchObject({ run: 1, state: 'recording' });
    await rig.wish('record.stop');

    const { trials, gaps } = manifestOf(theSession(rig.recordings));
    expect(trials).toMatchObject([
      { segments: [{ number: 1 }, { number: 2, reason: 'module-crash', modules: { cam: {} } }] },
    ]);
    expect(Object.keys(trials[0]?.segments[1]?.modules ?? {})).toEqual(['cam']);
    expect(gaps).toMatchObject([{ module: 'cam', cause: expect.stringContaining('SIGKILL') }]);
  },
);

story.concurrent(
  'a module whose policy is never stays down, and says so',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({
      modules: {
        once: { use: 'demo-sensor', restart: { policy: 'never' } },
        calm: {
          use: 'demo-sensor',
          restart: { policy: 'on-failure' },
          options: { crashIdle: 300, exitCode: 0 },
        },
      },
    });
    await rig.startUp();
    process.kill(rig.pidOf('once'), 'SIGTERM');
    const down = await rig.until(
      'both are down',
      ({ modules: { once, calm } }) => once?.state === 'crashed' && calm?.state === 'crashed',
    );
    for (const name of ['once', 'calm']) {
      expect(down.modules[name]).toMatchObject({ retryAt: null, desired: 'on' });
      expect(down.modules[name]?.problem?.message).toMatch(
        /restart policy is `(never|on-failure)`/,
      );
    }
    await rig.wish('module.retry', { module: 'once' });
    expect(rig.me.module('once')).toMatchObject({ state: 'idle', run: 2 });
  },
);
