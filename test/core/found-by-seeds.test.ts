import { expect, test } from 'vitest';
import { begun, type CoreRig, ready } from './support/core-rig.ts';
import { startWallMs } from './support/plan.ts';

/** What the simulated lives of rigs found: each seed that broke a promise is a test by its name here. */

const inMs = (ms: number) => new Date(startWallMs + ms).toISOString();

function notes(rig: CoreRig, is: string): unknown[] {
  return rig.notes().filter((note) => note.is === is);
}

test('a start at a set time goes at its instant, also when a module is down: its lead is that of the others', () => {
  const rig = ready({ modules: { mic: {}, gps: { required: false } } });
  rig.ask({ kind: 'record.start', at: inMs(60_000) });
  rig.exits('gps', { code: 78 });
  rig.pass(45_000);
  rig.prepared();
  rig.saysArmed('mic');
  rig.pass(14_900);
  expect(rig.told('mic').at(-1)).toBe('record');
  expect(notes(rig, 'trial-began')).toMatchObject([{ startedAt: inMs(60_000) }]);
});

test('a trial that is being closed is over: a daemon that begins meanwhile does not go on with it', () => {
  const rig = ready({ modules: { mic: {} } });
  rig.record(['mic']);
  rig.ask({ kind: 'record.stop' });
  rig.ask({ kind: 'record.start' });
  expect(rig.rig.trial).toMatchObject({ number: 1 });
  rig.saysIdle('mic');
  expect(rig.of('close-trial')).toHaveLength(1);
  expect(rig.rig).toMatchObject({ desired: 'recording', trial: null });
});

test('a module that confirmed while no daemon listened is in the trial', () => {
  const heard = { firstSampleMonoNs: null, files: [] };
  const took = {
    heard,
    splitTo: null,
    pid: 7,
    startedAt: inMs(-9_000),
    ready: true,
    version: '1',
    can: ['arm'],
  };
  const adopted = { ...took, take: 'recording', trial: 3, segment: 1 } as const;
  const trial = { number: 3, label: null, startedAt: inMs(-9_000), segment: 1, partial: false };
  const rig = begun({
    modules: { mic: { adopted, run: 1 } },
    desired: 'recording',
    session: { id: '0001', name: 'rec', path: '/recordings/0001_rec', startedAt: inMs(-9_000) },
    trial: {
      ...trial,
      startedMonoMs: 991_000,
      pausedMs: 0,
      pausedSinceMonoMs: null,
      nextSegmentMs: null,
    },
  });
  expect(notes(rig, 'joined')).toMatchObject([{ module: 'mic', trial: 3, segment: 1 }]);
});

test('a module that could not pause says REC again only when it is seen to record', () => {
  const rig = ready({ modules: { mic: {} } });
  rig.record(['mic']);
  rig.look('mic');
  expect(rig.module('mic')).toMatchObject({ state: 'recording', phase: null, health: 'ok' });
  rig.ask({ kind: 'record.pause' });
  rig.pass(10_000);
  expect(rig.module('mic')).toMatchObject({ state: 'recording', phase: 'proving' });
  rig.look('mic');
  expect(rig.module('mic')).toMatchObject({ state: 'recording', phase: null, health: 'ok' });
});

test('stalled and unflushed do not take turns at every look', () => {
  const rig = ready({ modules: { mic: {} } });
  rig.record(['mic']);
  rig.look('mic', 'no');
  rig.look('mic', 'no');
  expect(rig.module('mic').health).toBe('stalled');
  rig.look('mic', 'unflushed');
  expect(rig.module('mic').health).toBe('stalled');
  rig.look('mic', 'unflushed');
  expect(rig.module('mic').health).toBe('degraded');
});

test('a module without a process has no commands to read', () => {
  const rig = ready({ modules: { mic: {} } });
  rig.exits('mic', { code: 78 });
  rig.input({ type: 'queue-full', module: 'mic', run: rig.run('mic') });
  expect(rig.module('mic').problem?.code).toBe('bad-configuration');
});
