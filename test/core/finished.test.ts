import { expect, test } from 'vitest';
import type { Adopted } from '../../src/core/spec.ts';
import { begun, session } from './support/core-rig.ts';
import type { ModulePlan, RigPlan } from './support/plan.ts';
import { trialLeft } from './support/taken-up.ts';

const living: Adopted = {
  pid: 4_711,
  startedAt: '2026-11-22T09:00:00.000Z',
  ready: true,
  version: '1.0',
  can: ['arm'],
  take: 'idle',
  trial: null,
  segment: null,
  splitTo: null,
  heard: { firstSampleMonoNs: null, files: [] },
};
const trial = { ...trialLeft, startedAt: '2026-11-22T10:00:00.000Z' };
const finished = { trial: 3, segment: 1 };
const done: ModulePlan = { adopted: living, run: 1, finished };
const exit = { code: null, signal: 'SIGKILL' };
const crashed: ModulePlan = {
  run: 1,
  ended: { exit, at: '2026-11-22T11:50:00.000Z', lastWords: [] },
};

/** People had stopped trial 3, and the daemon was killed before the trial was closed. */
function stopped(modules: Record<string, ModulePlan>, more: Partial<RigPlan> = {}) {
  return begun({ modules, desired: 'idle', session, trial, ...more });
}

test('a trial whose modules all finished while no daemon watched is complete, and was over with its last byte', () => {
  const rig = stopped({ mic: done, gps: { run: 1, finished } }); // gps ended upon its stop
  expect(rig.newest('close-trial')).toMatchObject({
    trial: 3,
    outcome: 'complete',
    end: 'last-byte',
  });
  expect(rig.notes()).toEqual([
    { is: 'left', module: 'mic', ...finished, how: 'finished', at: null },
    { is: 'left', module: 'gps', ...finished, how: 'finished', at: null },
  ]);
});

test('one that had lacked a required module is partial, as it would have been', () => {
  const rig = stopped({ mic: done }, { trial: { ...trial, partial: true } });
  expect(rig.newest('close-trial').outcome).toBe('partial');
});

test('a required module that crashed while it finished its files makes it partial, another one does not', () => {
  expect(stopped({ mic: done, gps: crashed }).newest('close-trial').outcome).toBe('partial');
  const optional = stopped({ mic: done, gps: { ...crashed, required: false } });
  expect(optional.newest('close-trial').outcome).toBe('complete');
});

test('who still finishes its files is waited for, and who has finished is not missing', () => {
  const busy = { ...living, take: 'finalizing', trial: 3, segment: 1 } as const;
  const rig = stopped({ mic: done, gps: { adopted: busy, run: 1 } });
  expect(rig.rig).toMatchObject({ state: 'stopping', waitingFor: ['gps'] });
  rig.saysIdle('gps');
  expect(rig.newest('close-trial')).toMatchObject({ outcome: 'complete', end: 'now' });
});

test('a trial that nobody stopped, or whose modules are all gone, is interrupted', () => {
  const gone = stopped({ mic: crashed, gps: { ...crashed } });
  expect(gone.newest('close-trial')).toMatchObject({ outcome: 'interrupted', end: 'last-byte' });
  const plan = { desired: 'recording', autostart: 'never', powerLost: true } as const;
  const cut = stopped({ mic: { run: 1 } }, plan);
  expect(cut.newest('close-trial').outcome).toBe('interrupted');
});

test('what a module has finished of another trial says nothing of this one', () => {
  const before = { trial: 2, segment: 1 };
  const rig = stopped({ mic: { ...done, finished: before } });
  expect(rig.newest('close-trial').outcome).toBe('interrupted');
});
