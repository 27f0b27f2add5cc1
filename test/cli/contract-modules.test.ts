import { expect } from 'vitest';
import { manifestOf, theSession } from '../stories/support/recorded.ts';
import type { Plan, StoryRig } from '../stories/support/rig.ts';
import { story } from '../stories/support/story.ts';
import { until } from '../support/until.ts';
import { bareModules, commandsTo, traceOf } from './contract-rig.ts';

type Bare = Parameters<typeof bareModules>[1];
type MakeRig = (plan: Plan) => Promise<StoryRig>;

async function rigOf(makeRig: MakeRig, modules: Bare, rig: object = {}): Promise<StoryRig> {
  const made = await makeRig({ modules: {} });
  made.configure({ modules: bareModules(made, modules), rig });
  await made.startUp();
  return made;
}

story('a module is started with the environment that the contract names', async ({ makeRig }) => {
  const rig = await rigOf(makeRig, { bare: { options: { shade: 'green' } } });
  const [first] = traceOf(rig, 'bare');
  expect(first?.environment).toMatchObject({
    RIGDECK_PROTOCOL: 'rigdeck/1',
    RIGDECK_MODULE: 'bare',
    RIGDECK_RUN: '1',
    RIGDECK_STATUS_FD: '3',
  });
  expect(JSON.parse(first?.environment?.['RIGDECK_OPTIONS'] ?? '')).toMatchObject({
    shade: 'green',
  });
  expect(rig.me.module('bare')).toMatchObject({
    state: 'idle',
    pid: first?.pid,
    can: ['arm', 'pause', 'mark'],
    version: '1.2',
  });
  expect((await rig.run('logs', 'bare')).stdout).toBe('bare module printed this\n');
});

story(
  'commands have the shape of the contract, in one line each, with ids that never come again',
  async ({ makeRig }) => {
    const rig = await rigOf(makeRig, { bare: {} });
    await rig.wish('record.start', { label: 'first' });
    await rig.wish('mark', { text: `door ${'é\u0001'.repeat(400)}` });
    await rig.wish('record.pause');
    await rig.wish('record.resume');
    await rig.wish('record.stop');
    await rig.wish('module.disable', { module: 'bare' });
    const given = commandsTo(rig, 'bare').filter((command) => command['do'] !== 'ping');
    expect(given.map((command) => command['do'])).toEqual([
      ...['arm', 'record', 'mark', 'pause', 'resume', 'stop', 'quit'],
    ]);
    const [arm, record, mark] = given;
    expect(arm).toEqual({
      do: 'arm',
      id: expect.any(Number),
      dir: expect.stringMatching(/^\/.*\/recordings\/0001_[^/]+\/bare\/trial-001$/),
      prefix: 'bare_s001',
      session: expect.objectContaining({ id: '0001', name: 'rec' }),
      trial: 1,
      segment: 1,
    });
    expect(record).toEqual({ do: 'record', id: expect.any(Number), atMonoNs: expect.any(String) });
    expect(mark).toMatchObject({
      text: expect.stringMatching(/^door /),
      atMonoNs: expect.any(String),
    });
    const ids = given.map((command) => command['id']);
    expect(new Set(ids).size).toBe(ids.length);
    const trace = traceOf(rig, 'bare');
    for (const { bytes = 0, isReady = null } of trace) {
      expect(bytes).toBeLessThanOrEqual(4_096);
      expect(isReady).not.toBe(false);
    }
    const { aheadMs = 0 } = trace.find((one) => one.aheadMs !== undefined) ?? {};
    expect(aheadMs).toBeLessThanOrEqual(105);
  },
);

story(
  'a module outlives the daemon: the next one begins with an empty line and speaks on',
  async ({ makeRig }) => {
    const rig = await rigOf(makeRig, { bare: {} });
    await rig.wish('record.start');
    const [{ pid } = {}] = traceOf(rig, 'bare');
    await rig.daemon.kill();
    const before = traceOf(rig, 'bare').length;
    await rig.start();
    await rig.until('it records on', ({ rig: { state } }) => state === 'recording');
    await rig.wish('record.pause');
    const since = traceOf(rig, 'bare').slice(before);
    expect(since.map(({ line }) => line)[0]).toBe('');
    const ids = commandsTo(rig, 'bare').map((command) => command['id']);
    expect(new Set(ids).size).toBe(ids.length);
    expect(traceOf(rig, 'bare').filter((one) => one.pid !== undefined)).toHaveLength(1);
    expect(rig.me.module('bare').pid).toBe(pid);
    expect(traceOf(rig, 'bare').some((one) => 'ended' in one)).toBe(false);
  },
);

story(
  'answers without ids, relative names and numbers for instants are understood',
  async ({ makeRig }) => {
    const habits = ['no ids', 'relative', 'numbers', 'slow'];
    const rig = await rigOf(makeRig, { bare: { options: { habits } }, other: {} });
    expect(await rig.wish('record.start')).toBeNull();
    await until('its figures are told', async () => {
      const { evidence } = rig.me.module('bare');
      return evidence.samples > 0 && evidence.dropped === 2;
    });
    expect(rig.me.module('bare')).toMatchObject({ problem: null, detail: 'bare', health: 'ok' });
    await rig.wish('record.stop');
    const [trial] = manifestOf(theSession(rig.recordings)).trials;
    expect(trial?.outcome).toBe('complete');
    expect(trial?.startSkewMs).toEqual(expect.any(Number));
    const { bare } = trial?.segments[0]?.modules ?? {};
    expect(bare).toMatchObject({
      firstSampleMonoNs: expect.stringMatching(/^\d+$/),
      files: [{ path: 'bare/trial-001/bare_s001.csv', verdict: 'ok', bytes: expect.any(Number) }],
    });
  },
);

story(
  'a module that cannot arm is quoted, with its own remedy, by record start',
  async ({ makeRig }) => {
    const rig = await rigOf(makeRig, { bare: { options: { habits: ['cannot arm'] } }, other: {} });
    const { code, stderr } = await rig.run('record', 'start');
    expect(code).toBe(5);
    expect(stderr).toContain('bare: no device at /dev/video9. Plug it in.');
    expect(rig.me.now().rig).toMatchObject({ state: 'idle', trial: null });
  },
);

story(
  'start skew is null when fewer than two modules say when their first sample was',
  async ({ makeRig }) => {
    const rig = await rigOf(makeRig, { bare: {} });
    await rig.wish('record.start');
    await rig.wish('record.stop');
    expect(manifestOf(theSession(rig.recordings)).trials).toMatchObject([{ startSkewMs: null }]);
  },
);

story(
  'an ordinary program: no pid while idle, words replaced, stopped by its signal, never paused',
  async ({ makeRig }) => {
    const script =
      'trap "exit 0" INT; readlink /proc/$$/fd/0 >"$1"; echo "$WHERE" >>"$1"; while :; do echo x >>"$1"; sleep 0.1; done';
    const rig = await makeRig({
      modules: {
        cam: {
          protocol: 'none',
          env: { WHERE: '{dir}|{module}|{session}|{trial}|{segment}|{prefix}' },
          record: {
            command: ['sh', '-c', script, 'sh', '{dir}/{module}_{segment}.txt'],
            stopSignal: 'SIGINT',
          },
        },
      },
    });
    await rig.startUp();
    expect(rig.me.module('cam')).toMatchObject({ state: 'idle', pid: null });
    await rig.wish('record.start');
    expect(rig.me.module('cam')).toMatchObject({ state: 'recording', pid: expect.any(Number) });
    expect((await rig.run('record', 'pause')).code).toBe(5);
    await rig.wish('record.stop');
    expect(rig.me.module('cam')).toMatchObject({ state: 'idle', pid: null });
    const session = theSession(rig.recordings);
    const manifest = manifestOf(session);
    expect(manifest.trials[0]?.segments[0]?.modules['cam']?.files).toMatchObject([
      { path: 'cam/trial-001/cam_s001.txt', verdict: 'ok' },
    ]);
  },
);
