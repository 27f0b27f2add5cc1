import { expect, test } from 'vitest';
import type { Adopted } from '../../src/core/spec.ts';
import { begun, CoreRig, session } from './support/core-rig.ts';
import { type ModulePlan, type RigPlan, startMonoMs } from './support/plan.ts';
import { trialLeft } from './support/taken-up.ts';

const living: Adopted = {
  pid: 4_711,
  startedAt: '2026-11-22T09:00:00.000Z',
  ready: true,
  version: '1.0',
  can: ['arm', 'pause', 'mark'],
  take: 'idle',
  trial: null,
  segment: null,
  splitTo: null,
  heard: { firstSampleMonoNs: null, files: [] },
};
const records: Adopted = { ...living, take: 'recording', trial: 3, segment: 1 };
const trial = { ...trialLeft, label: 'frogs', startedAt: '2026-11-22T10:00:00.000Z' };
const ended = {
  exit: { code: null, signal: 'SIGKILL' },
  at: '2026-11-22T11:50:00.000Z',
  lastWords: ['Killed'],
} as const;

/** A rig that was recording trial 3 when its daemon ended. */
function wasRecording(modules: Record<string, ModulePlan>, more: Partial<RigPlan> = {}): RigPlan {
  return { modules, desired: 'recording', session, trial, ...more };
}

function comesBack(rig: CoreRig, name: string): void {
  rig.saysReady(name);
  rig.saysArmed(name, []);
  rig.saysRecording(name);
  rig.look(name);
}

const of = (rig: CoreRig, what: string) => rig.notes().filter(({ is }) => is === what);

/** The gaps that are over: how long who was missing, as it stays in the manifest. */
const gaps = (rig: CoreRig) =>
  rig.notes().flatMap((note) => (note.is === 'gap' && note.to !== null ? [note] : []));

test('a module that lives on is adopted as it is: same process, same run, no second copy, no move', () => {
  const rig = begun({ modules: { mic: { adopted: living, run: 7, restarts: 2 } } });
  expect(rig.module('mic')).toMatchObject({
    state: 'idle',
    pid: 4_711,
    run: 7,
    restarts: 2,
    startedAt: living.startedAt,
    version: '1.0',
  });
  expect(rig.of('spawn')).toEqual([]);
  expect(rig.manager.transitions('mic')).toEqual([]);
  expect(rig.rig.startup).toBe('complete');
});

test('what was adopted is in the first snapshot, before any change', () => {
  const rig = new CoreRig({ modules: { mic: { adopted: living, run: 7 } } });
  expect(rig.snapshot()).toMatchObject({ seq: 0, modules: { mic: { state: 'idle' } } });
});

test('a module that had not said ready yet has its whole start time again', () => {
  const rig = begun({ modules: { mic: { adopted: { ...living, ready: false }, run: 1 } } });
  expect(rig.module('mic')).toMatchObject({ state: 'starting', phase: 'probing', pid: 4_711 });
  rig.pass(29_999);
  expect(rig.module('mic').problem).toBeNull();
  rig.pass(1);
  expect(rig.module('mic').problem?.code).toBe('start-timeout');
});

test('a module that lives on and is not wanted any more is ended', () => {
  const rig = begun({ modules: { mic: { adopted: living, run: 1, desired: 'off' } } });
  expect(rig.told('mic')).toEqual(['quit']);
});

const lost = { pid: 4_712, startedAt: living.startedAt };

test('a module of which a run lives that cannot be told anything is started when that has ended, and keeps nobody waiting', () => {
  const rig = begun({
    modules: { mic: { lost, run: 7, restarts: 2 }, gps: { adopted: living, run: 1 } },
  });
  expect(rig.module('mic')).toMatchObject({ state: 'stopping', phase: 'SIGTERM', pid: 4_712 });
  expect(rig.module('gps')).toMatchObject({ state: 'idle', pid: 4_711 });
  expect(rig.of('spawn')).toEqual([]);
  rig.exits('mic');
  expect(rig.of('spawn')).toEqual([{ type: 'spawn', module: 'mic', run: 8, restarts: 2 }]);
});

test('a run that cannot be told anything and does not end is killed after its stop time', () => {
  const rig = begun({ modules: { mic: { lost, run: 7 } } });
  rig.pass(29_999);
  expect(rig.of('signal')).toEqual([]);
  rig.pass(1);
  expect(rig.of('signal')).toEqual([{ type: 'signal', module: 'mic', run: 7, signal: 'SIGKILL' }]);
});

test('a run that cannot be told anything, of a module that is not wanted any more, ends for good', () => {
  const rig = begun({ modules: { mic: { lost, run: 7, desired: 'off' } } });
  rig.exits('mic');
  expect(rig.of('spawn')).toEqual([]);
  expect(rig.module('mic').state).toBe('disabled');
});

test('the gap of a run that a new daemon could not take over says so', () => {
  const rig = begun(wasRecording({ mic: { lost, run: 7 } }));
  expect(rig.notes()).toContainEqual(
    expect.objectContaining({
      is: 'gap',
      module: 'mic',
      cause: 'a new daemon could not take mic over, and ended it',
    }),
  );
});

test('a trial that was stopped is closed when the run that nobody could tell so has ended', () => {
  const rig = begun({ ...wasRecording({ mic: { lost, run: 7 } }), desired: 'idle' });
  expect(rig.of('close-trial')).toEqual([]);
  rig.exits('mic');
  expect(rig.of('close-trial')).toHaveLength(1);
});

test('every wanted module that does not live is tried once, at once; its counters go on', () => {
  const rig = begun({
    modules: { mic: { run: 7, restarts: 4, failures: 9 }, gps: { adopted: living } },
  });
  expect(rig.of('spawn')).toEqual([{ type: 'spawn', module: 'mic', run: 8, restarts: 4 }]);
  rig.exits('mic');
  expect(rig.module('mic').retryAt).toBe(new Date(rig.wallMs + 600_000).toISOString());
});

test('an end that nobody watched is known: exit, time and last words', () => {
  const rig = begun({ modules: { mic: { run: 1, ended } } });
  expect(rig.module('mic')).toMatchObject({
    desired: 'on',
    state: 'starting',
    lastProblem: {
      code: 'exited',
      lastAt: ended.at,
      exit: { signal: 'SIGKILL', lastWords: ['Killed'] },
    },
  });
});

test('the end of a module that nobody wanted is no problem', () => {
  const rig = begun({ modules: { mic: { run: 1, desired: 'off', ended } } });
  expect(rig.module('mic')).toMatchObject({ state: 'disabled', lastProblem: null });
});

test('a module that records on goes on in its file, and what it records is to be proven anew', () => {
  const rig = begun(wasRecording({ mic: { adopted: records, run: 1 } }));
  expect(rig.rig).toMatchObject({ state: 'recording', desired: 'recording', status: 'recording' });
  expect(rig.rig.trial).toMatchObject({
    number: 3,
    label: 'frogs',
    segment: 1,
    partial: false,
    startedMonoMs: 900_000,
  });
  expect(rig.module('mic')).toMatchObject({
    state: 'recording',
    phase: 'proving',
    health: 'unknown',
  });
  expect(rig.of('arm')).toEqual([]);
  expect([...of(rig, 'segment'), ...of(rig, 'gap')]).toEqual([]);
  rig.stop(['mic']);
  expect(rig.newest('close-trial')).toMatchObject({ trial: 3, outcome: 'complete' });
});

test('modules that a new daemon does not find share a new segment, and their gaps are written down', () => {
  const rig = begun(
    wasRecording({
      mic: { adopted: records, run: 1 },
      gps: { run: 1, ended },
      camera: { run: 1, ended: { ...ended, at: '2026-11-22T11:55:00.000Z' } },
    }),
  );
  comesBack(rig, 'gps');
  comesBack(rig, 'camera');
  expect(rig.of('arm')).toMatchObject([
    { module: 'gps', trial: 3, segment: 2 },
    { module: 'camera', trial: 3, segment: 2 },
  ]);
  expect(of(rig, 'segment')).toMatchObject([{ segment: 2, reason: 'daemon-restart' }]);
  const to = new Date(rig.wallMs).toISOString();
  expect(gaps(rig)).toMatchObject([
    { module: 'gps', from: ended.at, to },
    { module: 'camera', from: '2026-11-22T11:55:00.000Z', to },
  ]);
  expect(rig.module('mic').state).toBe('recording');
  rig.stop(['mic', 'gps', 'camera']);
  expect(rig.newest('close-trial')).toMatchObject({ outcome: 'partial' });
});

test('after a power cut the rig records on by itself in a new segment, and the gap is written down', () => {
  const rig = begun(wasRecording({ mic: { run: 1 }, gps: { run: 1 } }, { powerLost: true }));
  expect(rig.rig).toMatchObject({ desired: 'recording', state: 'arming', status: 'arming' });
  expect(rig.rig.trial?.startedMonoMs).toBe(startMonoMs); // the clock of the boot before is gone
  comesBack(rig, 'mic');
  comesBack(rig, 'gps');
  expect(rig.rig).toMatchObject({ state: 'recording', status: 'recording', trial: { number: 3 } });
  expect(of(rig, 'segment')).toMatchObject([{ segment: 2, reason: 'power-loss' }]);
  expect(gaps(rig)).toMatchObject([
    { module: 'mic', from: null },
    { module: 'gps', from: null },
  ]);
});

test('a rig that cannot record on after a power cut says so, and goes on trying', () => {
  const rig = begun(wasRecording({ mic: { run: 1 }, gps: { run: 1 } }, { powerLost: true }));
  rig.exits('mic');
  rig.exits('gps');
  expect(rig.rig).toMatchObject({ desired: 'recording', status: 'error' });
  rig.pass(2_000);
  comesBack(rig, 'mic');
  expect(rig.rig).toMatchObject({ state: 'recording', status: 'degraded' });
});

test('autostart: never closes the trial that a power cut left open, as interrupted', () => {
  const rig = begun(wasRecording({ mic: { run: 1 } }, { powerLost: true, autostart: 'never' }));
  expect(rig.newest('close-trial')).toMatchObject({ trial: 3, outcome: 'interrupted' });
  rig.closed();
  expect(rig.rig).toMatchObject({ desired: 'idle', state: 'idle', trial: null });
  rig.saysReady('mic');
  expect(rig.of('arm')).toEqual([]);
});

test('autostart: never does not stop what records on', () => {
  const rig = begun(wasRecording({ mic: { adopted: records, run: 1 } }, { autostart: 'never' }));
  expect(rig.rig).toMatchObject({ desired: 'recording', state: 'recording' });
  expect(rig.told('mic')).toEqual([]);
});

test('autostart: always begins a trial of its own when none was open', () => {
  const rig = begun({ modules: { mic: {} }, autostart: 'always' }, true);
  expect(rig.rig).toMatchObject({ desired: 'recording', state: 'arming' });
  expect(rig.of('prepare-trial')).toHaveLength(1);
});

test('autostart: always after a trial that was being stopped first closes that one', () => {
  const rig = begun({ ...wasRecording({ mic: { run: 1 } }), desired: 'idle' }, true);
  expect(rig.of('close-trial')).toMatchObject([{ trial: 3 }]);
  expect(rig.of('prepare-trial')).toEqual([]);
  rig.closed();
  expect(rig.of('prepare-trial')).toHaveLength(1);
});

test('a stop that the daemon before had begun is ended by the new one', () => {
  const finalizing = { ...records, take: 'finalizing' } as const;
  const rig = begun({ ...wasRecording({ mic: { adopted: finalizing, run: 1 } }), desired: 'idle' });
  expect(rig.rig).toMatchObject({ state: 'stopping', desired: 'idle', waitingFor: ['mic'] });
  rig.saysIdle('mic');
  expect(rig.newest('close-trial')).toMatchObject({ trial: 3, outcome: 'complete' });
});

test('a module that records though the wish was to stop is stopped', () => {
  const rig = begun({ ...wasRecording({ mic: { adopted: records, run: 1 } }), desired: 'idle' });
  expect(rig.told('mic')).toEqual(['stop']);
});

test.each([
  ['is paused on', 'paused', 60_000, { pausedMs: 5_000, pausedSinceMonoMs: startMonoMs - 60_000 }],
  ['was just going on', 'recording', 60_000, { pausedMs: 65_000, pausedSinceMonoMs: null }],
] as const)(
  'what a trial that %s has paused is known to the next daemon',
  (_, desired, forMs, known) => {
    const paused = { ...records, take: 'paused' } as const;
    const rig = begun({
      ...wasRecording({ mic: { adopted: paused, run: 1 } }),
      desired,
      trial: { ...trial, pausedMs: 5_000, pausedSinceMonoMs: startMonoMs - forMs },
    });
    expect(rig.rig.trial).toMatchObject(known);
  },
);

test('a paused rig is paused after a restart of the daemon, whoever had not heard of it', () => {
  const paused = { ...records, take: 'paused' } as const;
  const rig = begun({
    ...wasRecording({ mic: { adopted: paused, run: 1 }, gps: { adopted: records, run: 1 } }),
    desired: 'paused',
  });
  expect(rig.rig).toMatchObject({ desired: 'paused', state: 'paused' });
  expect(rig.rig.trial).toMatchObject({ pausedMs: 0, pausedSinceMonoMs: startMonoMs });
  expect(rig.told('mic')).toEqual([]);
  expect(rig.told('gps')).toEqual(['pause']);
  rig.says('gps', { is: 'paused' });
  expect(rig.rig.status).toBe('paused');
});

test('a module that holds its device for a start that nobody remembers lets go', () => {
  const armed = { ...living, take: 'armed', trial: 4, segment: 1 } as const;
  const rig = begun({ modules: { mic: { adopted: armed, run: 1 } } });
  expect(rig.told('mic')).toEqual(['stop']);
  rig.saysIdle('mic');
  expect(rig.module('mic').phase).toBeNull();
});

test('a module that was switched off while the rig recorded is not waited for after a restart', () => {
  const rig = begun(
    wasRecording({ mic: { adopted: records, run: 1 }, gps: { run: 1, desired: 'off', ended } }),
  );
  expect(rig.rig.status).toBe('recording');
  rig.ask({ kind: 'module.enable', module: 'gps' });
  comesBack(rig, 'gps');
  expect(of(rig, 'segment')).toMatchObject([{ segment: 2, reason: 'resume' }]);
  expect(gaps(rig)).toEqual([]); // a person's wish is no gap
  rig.stop(['mic', 'gps']);
  expect(rig.newest('close-trial')).toMatchObject({ outcome: 'complete' });
});

test('a module that records for a trial which is not the rig’s any more is stopped', () => {
  const rig = begun({ modules: { mic: { adopted: records, run: 1 } } });
  expect(rig.told('mic')).toEqual(['stop']);
  rig.saysIdle('mic');
  expect(rig.module('mic').state).toBe('idle');
  expect(rig.of('close-trial')).toEqual([]);
});

test('a module that finished its files alone on the way out is not asked again by a new daemon', () => {
  const finalizing = { ...records, take: 'finalizing' } as const;
  const rig = begun({ modules: { mic: { adopted: finalizing, run: 1 } } });
  expect(rig.told('mic')).toEqual([]);
  rig.pass(30_000);
  expect(rig.told('mic')).toEqual(['SIGINT']); // its budget is spent
});

test('without room the trial is closed, and the wish to record stands and is tried again', () => {
  const plan = wasRecording({ mic: { run: 1 } }, { powerLost: true, roomToResume: false });
  const rig = begun(plan, true);
  rig.closed();
  expect(rig.newest('close-trial')).toMatchObject({ outcome: 'interrupted' });
  expect(rig.of('prepare-trial')).toHaveLength(1);
  expect(rig.rig.desired).toBe('recording');
});

test('a module that is new in rig.yaml comes late into the trial that goes on, and leaves no gap in it', () => {
  const rig = begun(
    wasRecording({ mic: { adopted: records, run: 1 }, cam: { before: 'new', run: 0 } }),
  );
  expect(of(rig, 'gap')).toEqual([]);
  comesBack(rig, 'cam');
  expect(of(rig, 'joined').at(-1)).toMatchObject({ module: 'cam', late: true });
  expect(of(rig, 'gap')).toEqual([]);
  expect(rig.rig.trial).toMatchObject({ partial: false });
});

test('a required module that never came into the trial leaves no gap, but the trial lacks it', () => {
  const rig = begun(
    wasRecording({ mic: { adopted: records, run: 1 }, cam: { before: 'known', run: 3 } }),
  );
  comesBack(rig, 'cam');
  expect(of(rig, 'gap')).toEqual([]);
  expect(rig.rig.trial).toMatchObject({ partial: true });
});

test.each([
  ['known', 1],
  ['new', 0],
] as const)('after a power cut a module that was %s leaves %i gap', (before, count) => {
  const rig = begun(
    wasRecording({ mic: { run: 1 }, cam: { before, run: 3 } }, { powerLost: true }),
  );
  for (const name of ['mic', 'cam']) comesBack(rig, name);
  expect(gaps(rig).filter(({ module }) => module === 'cam')).toHaveLength(count);
});
