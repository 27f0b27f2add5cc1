import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect } from 'vitest';
import { canonicalJson } from '../../src/protocol/canonical.ts';
import { theSession } from '../stories/support/recorded.ts';
import type { StoryRig } from '../stories/support/rig.ts';
import { story } from '../stories/support/story.ts';
import { until } from '../support/until.ts';

const modules = {
  mic: { use: 'demo-sensor', options: { rate: 50 } },
  spare: { use: 'demo-sensor', enabled: false, required: false },
};

type Facts = Record<string, unknown>;

function json(...path: string[]): Facts {
  return JSON.parse(readFileSync(join(...path), 'utf8'));
}

/** What a saved file says, when its envelope is right. */
function saved(path: string): Facts {
  const { version, checksum, data } = json(path);
  expect(version).toBe(1);
  expect(checksum).toBe(createHash('sha256').update(canonicalJson(data)).digest('hex'));
  return data as Facts;
}

function modeOf(path: string): number {
  return statSync(path).mode & 0o777;
}

const isoUtc = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

async function recordingRig(makeRig: (plan: { modules: typeof modules }) => Promise<StoryRig>) {
  const rig = await makeRig({ modules });
  await rig.startUp();
  await rig.wish('record.start', { label: 'first' });
  await rig.wish('mark', { text: 'door' });
  return rig;
}

story(
  'the run dir has two sockets, the status, and a folder for each running module',
  async ({ makeRig }) => {
    const rig = await recordingRig(makeRig);
    expect(modeOf(join(rig.runDir, 'control.sock'))).toBe(0o660);
    expect(modeOf(join(rig.runDir, 'view.sock'))).toBe(0o666);
    expect(readdirSync(rig.runDir)).toContain('mic');
    const status = await until('it is written', () => {
      const now = json(rig.runDir, 'status.json');
      return (now['rig'] as Facts)['state'] === 'recording' && now;
    });
    expect(status).toMatchObject({
      version: 1,
      epoch: rig.me.now().epoch,
      modules: { mic: { state: 'recording' } },
      daemon: { pid: rig.daemon.pid, startTicks: expect.any(String), bootId: expect.any(String) },
    });
    await rig.run('down', '--yes');
    expect(json(rig.runDir, 'status.json')).toMatchObject({
      stopped: true,
      rig: { status: 'off' },
    });
    expect(existsSync(join(rig.runDir, 'control.sock'))).toBe(false);
  },
);

story(
  'the state dir says what is wanted and how far numbers are, each in its envelope',
  async ({ makeRig }) => {
    const rig = await recordingRig(makeRig);
    const running = join(rig.stateDir, 'running_modules.json');
    await until('the wish to record is saved', () => saved(running)['recording'] === 'recording');
    expect(saved(running)).toMatchObject({
      recording: 'recording',
      modules: { mic: { desired: 'on' }, spare: { desired: 'off' } },
    });
    const numbers = join(rig.stateDir, 'runtime-state.json');
    await until(
      'the trial is saved',
      () => existsSync(numbers) && saved(numbers)['trial'] !== null,
    );
    expect(saved(numbers)).toMatchObject({ session: { id: '0001' }, trial: { number: 1 } });
    expect(JSON.stringify(saved(numbers))).not.toMatch(/desired|phase|"pid"/);
    const journal = join(rig.stateDir, 'journal');
    expect(readdirSync(journal).filter((name) => name.endsWith('.ndjson'))).not.toEqual([]);
    await rig.run('down', '--yes');
    expect(existsSync(running)).toBe(false);
    expect(saved(numbers)).toMatchObject({ trial: null });
  },
);

story('a session has its folder and a valid session.json from second 0 on', async ({ makeRig }) => {
  const rig = await recordingRig(makeRig);
  const session = theSession(rig.recordings);
  expect(basename(session)).toMatch(/^0001_(\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d|unsynced)_rec$/);
  expect(readdirSync(session)).toEqual(
    expect.arrayContaining(['events.jsonl', 'README.txt', 'mic']),
  );
  const open = await until('the marker is in it', () => {
    const now = json(session, 'session.json');
    return (now['markers'] as unknown[]).length > 0 && now;
  });
  expect(open).toMatchObject({
    version: 1,
    rig: 'story',
    session: { id: '0001', name: 'rec', startedAt: isoUtc, endedAt: null },
    host: expect.any(Object),
    versions: expect.any(Object),
    config: expect.any(Object),
    clock: { steps: [] },
    trials: [trialWith({ stoppedAt: null, outcome: 'interrupted' }, { verdict: 'open' })],
    gaps: [],
    markers: [{ at: isoUtc, monoNs: digits, text: 'door', actor: expect.any(String), trial: 1 }],
    problems: [],
    health: expect.any(Object),
  });
  for (const key of ['synchronized', 'offsetMs', 'source'])
    expect(open['clock']).toHaveProperty(key);
  await rig.run('down', '--yes');
  expect(json(session, 'session.json')).toMatchObject({
    session: { endedAt: isoUtc },
    trials: [trialWith({ stoppedAt: isoUtc, outcome: 'complete' }, { verdict: 'ok' })],
  });
  const path = 'mic/trial-001/mic_s001.csv';
  expect(existsSync(join(session, path))).toBe(true);
});

const digits = expect.stringMatching(/^\d+$/);

/** The one trial of such a rig. */
function trialWith(trial: Facts, file: Facts) {
  const path = 'mic/trial-001/mic_s001.csv';
  const files = [expect.objectContaining({ path, bytes: expect.any(Number), ...file })];
  const mic = expect.objectContaining({ firstSampleMonoNs: digits, files });
  const segment = { number: 1, startedAt: isoUtc, reason: 'start', modules: { mic } };
  return expect.objectContaining({
    number: 1,
    label: 'first',
    startedAt: isoUtc,
    goMonoNs: digits,
    startSkewMs: null,
    segments: [expect.objectContaining(segment)],
    ...trial,
  });
}

story('--state-dir none keeps nothing on disk', async ({ makeRig }) => {
  const rig = await makeRig({ modules, stateDir: 'none' });
  await rig.startUp();
  await rig.wish('module.enable', { module: 'spare' });
  await rig.run('down');
  expect(existsSync(join(rig.folder, 'none'))).toBe(false);
  expect(readdirSync(rig.folder)).not.toContain('state');
});
