import { expect, test } from 'vitest';
import { begun, type CoreRig, session } from './support/core-rig.ts';
import { type ModulePlan, startMonoMs } from './support/plan.ts';

const minute = 60_000;
const canAll = ['arm', 'pause', 'mark', 'split'];
const of = (rig: CoreRig, what: string) => rig.notes().filter(({ is }) => is === what);
const splits = (rig: CoreRig) =>
  rig.of('split').map(({ module, segment, atMonoNs }) => [module, segment, atMonoNs]);

const adopted = {
  pid: 7,
  startedAt: '2026-11-22T09:00:00.000Z',
  ready: true,
  version: '1',
  can: canAll,
  take: 'recording',
  trial: 3,
  segment: 1,
  splitTo: 2,
  heard: { firstSampleMonoNs: null, files: [] },
} as const;
const trial = {
  number: 3,
  label: null,
  startedAt: '2026-11-22T09:00:00.000Z',
  segment: 2,
  partial: false,
  startedMonoMs: 900_000,
  pausedMs: 0,
  pausedSinceMonoMs: null,
  nextSegmentMs: 120_000,
};

/** A new daemon finds a module that was told to split. */
function adopts(
  more: object = {},
  modules: Record<string, ModulePlan> = { mic: { adopted, run: 1 } },
) {
  const plan = { modules, segmentMs: minute, desired: 'recording', session, trial } as const;
  return begun({ ...plan, ...more });
}

test('a new daemon hears how a split ended that the one before had asked for', () => {
  const rig = adopts();
  expect(rig.module('mic')).toMatchObject({ state: 'recording', phase: 'splitting' });
  expect(of(rig, 'segment')).toMatchObject([{ segment: 2, reason: 'length' }]);
  rig.saysSplit('mic', 2);
  expect(of(rig, 'joined').at(-1)).toMatchObject({ module: 'mic', segment: 2 });
  expect(of(rig, 'gap')).toEqual([]);
  rig.look('mic');
  rig.pass(20_000);
  expect(splits(rig)).toEqual([['mic', 3, `${startMonoMs + 20_000}000000`]]);
});

test('a split that the daemon before could not tell any more is told with the next segment', () => {
  const rig = adopts();
  rig.look('mic');
  rig.pass(10_000);
  expect(rig.module('mic').problem?.code).toBe('not-split');
  rig.look('mic');
  rig.pass(10_000);
  expect(splits(rig)).toMatchObject([['mic', 3, expect.anything()]]);
});

test('a new daemon of a paused rig tells also those to pause that were splitting', () => {
  const rig = adopts({ desired: 'paused', trial: { ...trial, nextSegmentMs: 105_000 } });
  expect(rig.told('mic')).toEqual(['pause']);
  expect(rig.rig.trial?.nextSegmentMs).toBe(105_000);
});

test('a segment that was due while no daemon lived begins at once; a length that was changed counts', () => {
  const mic = { adopted: { ...adopted, splitTo: null }, run: 1 };
  const late = { ...trial, nextSegmentMs: 70_000 };
  const rig = adopts({ trial: late }, { mic });
  rig.look('mic');
  expect(splits(rig)).toEqual([['mic', 3, `${startMonoMs + 500}000000`]]);
  const shorter = adopts({ segmentMs: 5_000 }, { mic });
  expect(shorter.rig.trial?.nextSegmentMs).toBe(105_000);
  const never = adopts({ segmentMs: 0 }, { mic });
  expect(never.rig.trial?.nextSegmentMs).toBeNull();
});
