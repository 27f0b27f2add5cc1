import { rmSync } from 'node:fs';
import { until } from '../support/until.ts';
import { filesOf, manifestOf, theSession } from './support/recorded.ts';
import { story } from './support/story.ts';

const sensor = { use: 'demo-sensor', options: { rate: 50 } };
const evidenceMs = 1_200;
const quick = { use: 'demo-sensor', evidenceTimeout: `${evidenceMs}ms` };

story.concurrent(
  'a module that says it records and writes nothing is stalled within two of its intervals, and the rig is no REC',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({
      modules: { cam: sensor, liar: { ...quick, options: { rate: 50, lie: true } } },
    });
    await rig.startUp();
    const beganMs = performance.now();
    const partly = await rig.run('record', 'start');
    expect(partly.code).toBe(7);
    expect(partly.stdout).toContain('no evidence yet that liar records');
    await rig.until(
      'it is seen through',
      ({ modules: { liar } }) => liar?.health === 'stalled' || liar?.problem?.code === 'unflushed',
      2 * evidenceMs + 3_000,
    );
    expect(rig.me.now().rig.status).not.toBe('recording');
    const now = await rig.until(
      'it is stalled',
      ({ modules: { liar } }) => liar?.health === 'stalled',
      20_000,
    );
    expect(performance.now() - beganMs).toBeLessThan(20_000);
    expect(now.modules['liar']).toMatchObject({ state: 'recording', problem: { code: 'stalled' } });
    expect(now.rig).toMatchObject({ status: 'degraded', state: 'recording' });
    expect(now.modules['cam']).toMatchObject({ state: 'recording', health: 'ok' });
    expect((await rig.run('is', 'recording')).code).toBe(0);
    expect((await rig.run('is', 'ok')).code).toBe(8);
    expect((await rig.run('is', 'degraded')).code).toBe(0);
    const screen = await rig.run('status');
    expect(screen.stdout).toMatch(/liar +\S* *REC\? stalled/);
    await rig.wish('record.stop');
    expect(rig.me.module('liar').problem).toBeNull();
    expect(rig.me.module('liar').lastProblem).toMatchObject({
      code: expect.stringMatching(/stalled|verdict/),
    });
  },
);

story.concurrent(
  'a sensor that goes quiet in the middle of a recording is stalled, and with onStall restart it is replaced',
  async ({ makeRig, expect }) => {
    const quiet = { ...quick, options: { rate: 50, stallAfter: 800 } };
    const rig = await makeRig({
      modules: { shown: quiet, cured: { ...quiet, onStall: 'restart' } },
    });
    await rig.startUp();
    await rig.wish('record.start');
    await rig.until(
      'both were proven',
      ({ modules: { shown, cured } }) => shown?.health === 'ok' && cured?.health === 'ok',
    );
    const seen = await rig.until(
      'it is stalled',
      ({ modules }) => modules['shown']?.health === 'stalled',
      10_000,
    );
    expect(seen.modules['shown']).toMatchObject({ run: 1, state: 'recording' });
    await rig.until(
      'the other is replaced',
      ({ modules }) => (modules['cured']?.run ?? 0) > 1 && modules['cured']?.state === 'recording',
    );
    expect(rig.me.module('shown').run).toBe(1);
  },
);

story.concurrent(
  'a module that is frozen while it records is stalled, and the words say that it is frozen',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({
      modules: { cam: { ...quick, options: { rate: 50 } }, mic: sensor },
    });
    await rig.startUp();
    await rig.wish('record.start');
    const pid = rig.pidOf('cam');
    process.kill(pid, 'SIGSTOP');
    const now = await rig.until(
      'it is stalled',
      ({ modules }) => modules['cam']?.health === 'stalled',
    );
    expect(now.modules['cam']?.problem?.message).toContain('frozen');
    process.kill(pid, 'SIGCONT');
    await rig.until(
      'it is well again',
      ({ modules }) => modules['cam']?.health === 'ok' && modules['cam'].problem === null,
    );
    expect(rig.me.module('cam')).toMatchObject({ run: 1, lastProblem: { code: 'stalled' } });
    expect(rig.me.now().rig.status).toBe('recording');
    const stop = await rig.run('record', 'stop', '--yes');
    expect(stop.stdout).toContain('NOT complete (partial)');
    const manifest = manifestOf(theSession(rig.recordings));
    expect(manifest.trials[0]?.outcome).toBe('partial');
    expect(manifest.gaps).toMatchObject([
      { module: 'cam', cause: expect.stringContaining('frozen') },
    ]);
    const { from = '', to } = manifest.gaps[0] ?? {};
    // Two bad looks raise, so that the gap began before the stall was told.
    expect(Date.parse(to ?? '') - Date.parse(from)).toBeGreaterThan(evidenceMs);
  },
);

story.concurrent(
  'a program whose only file is deleted while it records leaves a partial trial, and the stop says so',
  async ({ makeRig, expect }) => {
    const loop = 'exec >"$0.txt"; while :; do echo row; sleep 0.1; done';
    const record = { command: ['sh', '-c', loop, '{dir}/{prefix}'], stopSignal: 'SIGTERM' };
    const rig = await makeRig({
      modules: { plain: { protocol: 'none', evidenceTimeout: '60s', record }, mic: sensor },
    });
    await rig.startUp();
    await rig.wish('record.start');
    const [file = ''] = filesOf(theSession(rig.recordings), 'plain');
    rmSync(file);
    const stop = await rig.run('record', 'stop', '--yes');
    expect(stop.stdout).toContain('NOT complete (partial)');
    expect(stop.stdout).toContain('plain left no good file in trial 1');
    const { trials, problems } = manifestOf(theSession(rig.recordings));
    expect(trials).toMatchObject([{ number: 1, outcome: 'partial' }]);
    expect(problems).toMatchObject([{ module: 'plain', code: 'verdict' }]);
  },
);

story.concurrent(
  'an event logger without events is well, and one that counts without writing is unflushed before it is stalled',
  async ({ makeRig, expect }) => {
    const rig = await makeRig({
      modules: {
        buffers: { ...quick, options: { rate: 50, lie: true }, evidence: 'counters' },
        beats: { ...quick, options: { rate: 50, stallAfter: 300 }, evidence: 'heartbeat' },
        // It reports once a second: its counters stand still for longer than that only when it does.
        holds: { ...quick, evidenceTimeout: '3s', options: { rate: 50, lie: true } },
      },
    });
    await rig.startUp();
    const seen: string[] = [];
    await rig.me.insist({ kind: 'record.start' });
    await rig.until(
      'it is stalled',
      ({ modules: { holds } }) => {
        const code = holds?.problem?.code ?? 'none';
        if (seen.at(-1) !== code) seen.push(code);
        return holds?.health === 'stalled';
      },
      40_000,
    );
    expect(seen).toEqual(['none', 'unflushed', 'stalled']);
    expect(rig.me.module('buffers').health).toBe('ok');
    expect(rig.me.module('beats').health).toBe('ok');
  },
);

story.concurrent(
  'a module that does not answer while idle is unresponsive, and answers again',
  { timeout: 90_000 },
  async ({ makeRig, expect }) => {
    const rig = await makeRig({
      modules: { cam: sensor, deaf: { use: 'demo-sensor', options: { deafAfter: 1 } } },
    });
    await rig.startUp();
    const frozen = rig.pidOf('cam');
    process.kill(frozen, 'SIGSTOP');
    const gone = await rig.until(
      'both are unresponsive',
      ({ modules: { cam, deaf } }) =>
        cam?.health === 'unresponsive' && deaf?.health === 'unresponsive',
      45_000,
    );
    expect(gone.rig.status).toBe('degraded');
    expect(gone.modules['cam']?.problem).toMatchObject({ code: 'unresponsive' });
    process.kill(frozen, 'SIGCONT');
    await rig.until('it answers again', ({ modules }) => modules['cam']?.health === 'ok', 20_000);
    expect(rig.me.module('cam')).toMatchObject({ run: 1, problem: null });
    await rig.wish('module.disable', { module: 'deaf' }); // by signals, for it reads no command
    await until('it is gone', () => rig.copies('deaf').length === 0);
  },
);
