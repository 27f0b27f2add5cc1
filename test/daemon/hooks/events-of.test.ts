import { expect, test } from 'vitest';
import { eventsOf, type Seen } from '../../../src/daemon/hooks/events-of.ts';
import type { ProblemCode } from '../../../src/protocol/problem.ts';
import type { Change, ModuleRecord, RigRecord } from '../../../src/protocol/snapshot.ts';
import { moduleWith, problemWith, snapshotWith, trialWith } from '../../support/sample-rig.ts';

const rigRecord = (facts: Partial<RigRecord>) => snapshotWith({}, facts).rig;
const seen = (rig: Partial<RigRecord>, cam: Partial<ModuleRecord> = {}): Seen =>
  snapshotWith({ cam: moduleWith(cam) }, rig);
const change = (changed: Change['changed']): Change => {
  const at = '2026-11-22T14:02:10.000Z';
  return { epoch: 'e', seq: 7, at, monoMs: 1, actor: 'a', cause: 'c', changed, checksum: '' };
};
const problem = (code: ProblemCode, count = 1) => problemWith({ code, message: `${code}!`, count });
const told = (before: Seen, changed: Change['changed']) =>
  eventsOf(before, change(changed)).map(({ event, module }) => [event, module]);

test('a crash tells of the module, of its problem, and of the rig', () => {
  const before = seen({ status: 'recording' }, { state: 'recording', health: 'ok' });
  const changed = {
    'modules.cam': moduleWith({ state: 'crashed', health: 'unknown', problem: problem('exited') }),
    rig: rigRecord({ status: 'degraded' }),
  };
  expect(told(before, changed)).toEqual([
    ['module.crashed', 'cam'],
    ['problem.raised', 'cam'],
    ['rig.degraded', null],
  ]);
  expect(eventsOf(before, change(changed))[0]).toMatchObject({
    version: 1,
    message: 'exited!',
    seq: 7,
    rig: { status: 'degraded' },
    modules: { cam: { state: 'crashed' } },
  });
});

test('a stall is told once, and its end as a recovery', () => {
  const good = { state: 'recording', health: 'ok' } as const;
  const bad = { state: 'recording', health: 'stalled', problem: problem('stalled') } as const;
  expect(told(seen({}, good), { 'modules.cam': moduleWith(bad) })).toEqual([
    ['module.stalled', 'cam'],
    ['problem.raised', 'cam'],
  ]);
  expect(told(seen({}, bad), { 'modules.cam': moduleWith({ ...bad, run: 2 }) })).toEqual([]);
  expect(told(seen({}, bad), { 'modules.cam': moduleWith(good) })).toEqual([
    ['module.recovered', 'cam'],
    ['problem.over', 'cam'],
  ]);
});

test('trials, sessions and markers are told', () => {
  const session = { id: '0001', name: 'rec', path: '/r', startedAt: '' };
  const trial = trialWith();
  const recording = rigRecord({ session, trial });
  expect(told(seen({}), { rig: recording })).toEqual([
    ['session.opened', null],
    ['record.started', null],
  ]);
  expect(told({ rig: recording, modules: {} }, { rig: rigRecord({}) })).toEqual([
    ['session.ended', null],
    ['record.stopped', null],
  ]);
  const lastMarker = { at: '', monoNs: '1', actor: 'a', text: 'owl', trial: 1 };
  expect(told(seen({}), { rig: rigRecord({ lastMarker }) })).toEqual([['mark', null]]);
});

test('a hook that fails is a problem for people, and never an event for hooks', () => {
  const changed = { rig: rigRecord({ problems: [problem('hook'), problem('low-space', 2)] }) };
  expect(told(seen({ problems: [problem('low-space')] }), changed)).toEqual([
    ['problem.raised', null],
  ]);
  expect(told(seen({ problems: [problem('hook')] }), { rig: rigRecord({}) })).toEqual([]);
});
