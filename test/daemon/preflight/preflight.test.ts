import { expect, test } from 'vitest';
import { type PreflightPort, preflight } from '../../../src/daemon/preflight/preflight.ts';
import type { Manifest } from '../../../src/protocol/manifest.ts';
import type { HostRecord, Snapshot } from '../../../src/protocol/snapshot.ts';
import {
  moduleWith,
  problemWith,
  sampleHost,
  snapshotWith,
  trialWith,
} from '../../support/sample-rig.ts';

type Facts = Partial<Omit<PreflightPort, 'snapshot'>> & {
  readonly snapshot?: Snapshot;
  readonly host?: Partial<HostRecord>;
};

function ask({ snapshot, host, ...facts }: Facts) {
  const rig = snapshot ?? snapshotWith({ cam: moduleWith(), mic: moduleWith({ required: false }) });
  return preflight({
    snapshot: () => ({ ...rig, host: { ...sampleHost, ...host } }),
    silences: () => ({ cam: 3_000 }),
    refusal: async () => null,
    tryWrite: async () => ({ ms: 4, words: null }),
    lastSession: async () => null,
    minFreeBytes: 500_000_000,
    onMissingModule: 'refuse',
    ...facts,
  });
}

async function told(facts: Facts, level: 'blocker' | 'warning'): Promise<readonly string[]> {
  const { checks } = await ask(facts);
  return checks.filter((one) => one.level === level).map((one) => `${one.about}: ${one.message}`);
}

const withModules = (modules: Parameters<typeof snapshotWith>[0]) => snapshotWith(modules);

test('a rig that is well is ready, and says what it looked at', async () => {
  const { verdict, checks } = await ask({});
  expect(verdict).toBe('ready');
  expect(checks.map(({ about, message }) => `${about}: ${message}`)).toEqual([
    'storage: 83 GB free in /data, a write took 4 ms',
    'clock: synchronized, 3 ms off its source',
    'power: ok',
    'temperature: 61 °C',
    'memory: 2.0 GB available',
    'cam: ready, heard 3 s ago',
    'mic: ready',
    'last session: nothing has been recorded yet',
  ]);
});

test('a rig that records already says so: it is not one that waits to begin', async () => {
  expect((await ask({})).recording).toBeNull();
  const rig = { state: 'recording', trial: trialWith({ number: 7 }) } as const;
  const { recording } = await ask({ snapshot: snapshotWith({ cam: moduleWith() }, rig) });
  expect(recording).toEqual({ state: 'recording', trial: 7 });
});

test('a disk that takes no recording blocks, with the words of the refusal', async () => {
  const refused = {
    reason: 'low-space',
    message: 'only 1 MB are free',
    remedy: 'Delete.',
  } as const;
  expect(await told({ refusal: async () => refused }, 'blocker')).toEqual([
    'storage: only 1 MB are free',
  ]);
  const failed = { ms: null, words: 'the disk is read-only' };
  expect(await told({ tryWrite: async () => failed }, 'blocker')).toEqual([
    'storage: a write to /data failed: the disk is read-only',
  ]);
  const slow = { ms: 2_000, words: null };
  expect(await told({ tryWrite: async () => slow }, 'warning')).toEqual([
    'storage: 83 GB free in /data, but a small write took 2 s',
  ]);
});

test('a machine that is not well is a warning each, with what to do', async () => {
  const host = {
    clock: { ...sampleHost.clock, synchronized: false },
    power: { ...sampleHost.power, ok: false, words: 'under-voltage now' },
    temperatureC: 82,
    memoryAvailableBytes: 20e6,
  };
  const { verdict, checks } = await ask({ host });
  expect(verdict).toBe('warnings');
  const warned = checks.filter(({ level }) => level === 'warning');
  expect(warned.map(({ about }) => about)).toEqual(['clock', 'power', 'temperature', 'memory']);
  for (const { remedy } of warned) expect(remedy).not.toBeNull();
});

test.each([
  [{ state: 'starting', phase: 'probing' }, 'cam: not ready yet: waiting until it is ready'],
  [{ state: 'crashed', problem: problemWith({ message: 'cam ended' }) }, 'cam: ended'],
  [{ state: 'error', problem: problemWith({ message: 'no lens' }) }, 'cam: no lens'],
  [{ health: 'unresponsive' }, 'cam: unresponsive'],
] as const)(
  'a required module that is %j blocks; one that is not required is a warning',
  async (facts, words) => {
    const snapshot = withModules({ cam: moduleWith(facts) });
    expect(await told({ snapshot }, 'blocker')).toEqual([words]);
    expect(await told({ snapshot, onMissingModule: 'start-without' }, 'warning')).toEqual([words]);
    const other = withModules({ cam: moduleWith({ ...facts, required: false }) });
    expect(await told({ snapshot: other }, 'blocker')).toEqual([]);
    expect(await told({ snapshot: other }, 'warning')).toEqual([`${words} (not required)`]);
  },
);

test('who is switched off is told, and a rig with nobody cannot record', async () => {
  const off = moduleWith({ desired: 'off', state: 'disabled' });
  const some = withModules({ cam: off, mic: moduleWith() });
  expect(await told({ snapshot: some }, 'warning')).toEqual(['cam: switched off']);
  expect(await told({ snapshot: withModules({ cam: off }) }, 'blocker')).toEqual([
    'modules: no module is switched on: there is nothing to record',
  ]);
});

test('what is wrong with the rig and was not acknowledged is told once', async () => {
  const seen = { ...problemWith({ code: 'flood', message: 'seen' }), acknowledged: true };
  const problems = [
    problemWith({ code: 'manifest', message: 'session.json could not be written' }),
    problemWith({ code: 'low-space', message: 'told by storage' }),
    seen,
  ];
  const snapshot = snapshotWith({ cam: moduleWith() }, { problems });
  expect(await told({ snapshot }, 'warning')).toEqual(['rig: session.json could not be written']);
});

test('the last session that went wrong is told before the next one', async () => {
  const manifest = (outcome: string, verdict: string) =>
    ({
      session: { id: '0042' },
      trials: [
        {
          number: 7,
          outcome,
          stoppedAt: '2026-11-22T14:00:00Z',
          segments: [{ modules: { cam: { files: [{ path: 'cam/a.csv', verdict }] } } }],
        },
        { number: 8, outcome: 'complete', stoppedAt: null, segments: [] },
      ],
    }) as unknown as Manifest;
  const last = (outcome: string, verdict: string) =>
    told({ lastSession: async () => manifest(outcome, verdict) }, 'warning');
  expect(await last('complete', 'ok')).toEqual([]);
  expect(await last('partial', 'ok')).toEqual([
    'last session: session 0042, trial 7: partial, 1 file in order',
  ]);
  expect(await last('complete', 'empty')).toEqual([
    'last session: session 0042, trial 7: complete; cam/a.csv is empty',
  ]);
});

test('while the first trial is recorded nobody says that nothing has been recorded', async () => {
  const first = {
    session: { id: '0042' },
    trials: [{ number: 1, stoppedAt: null, segments: [] }],
  } as unknown as Manifest;
  const { checks } = await ask({ lastSession: async () => first });
  expect(checks.at(-1)).toMatchObject({
    level: 'ok',
    message: 'session 0042: no trial is over yet',
  });
});
