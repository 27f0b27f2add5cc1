import { expect, test } from 'vitest';
import { sayGroup, worstBadge } from '../../src/protocol/group-words.ts';
import type { ModuleRecord } from '../../src/protocol/snapshot.ts';
import { moduleWith } from '../support/sample-rig.ts';

const nowMs = Date.parse('2026-11-22T14:00:07Z');
const evidence = {
  bytes: 1,
  samples: 1,
  dropped: 0,
  files: 1,
  lastProgressAt: '2026-11-22T14:00:00Z',
};
const is = (facts: Partial<ModuleRecord>) => moduleWith({ evidence, ...facts });
const records = is({ state: 'recording' });
const stalled = is({ state: 'recording', health: 'stalled' });
const crashed = is({ state: 'crashed' });
const idle = is({});
const off = is({ state: 'disabled', desired: 'off' });

test('the badge of a group is the worst of its modules', () => {
  const worst = (...modules: ModuleRecord[]) => worstBadge(modules, nowMs).text;
  expect(worst(records, crashed, stalled)).toBe('CRASHED');
  expect(worst(records, stalled, idle)).toBe('REC? stalled 7 s');
  expect(worst(records, is({ state: 'recording', health: 'degraded' }))).toBe('REC !');
  expect(worst(records, is({ state: 'recording', phase: 'proving' }))).toBe('REC ...');
  expect(worst(records, is({ phase: 'arming' }))).toBe('ARMING');
  expect(worst(idle, is({ health: 'unresponsive' }))).toBe('IDLE no answer');
});

test('a group that records in part does not say REC, and one without a wanted module is off', () => {
  expect(worstBadge([records, idle], nowMs).text).toBe('IDLE');
  expect(worstBadge([off, records], nowMs).text).toBe('REC');
  expect(worstBadge([off, off], nowMs).text).toBe('OFF');
  expect(worstBadge([], nowMs).text).toBe('OFF');
});

test('how many of a group are what is said with the worst first', () => {
  expect(sayGroup([records, records, off, crashed, stalled, idle], nowMs)).toBe(
    '1 crashed, 1 stalled, 1 idle, 2 rec, 1 off',
  );
});

test('a state of a later version is not hidden behind one that is well', () => {
  const odd = { ...idle, state: 'dreaming' } as unknown as ModuleRecord;
  expect(worstBadge([records, odd], nowMs).text).toBe('DREAMING');
  expect(sayGroup([odd, { ...odd }], nowMs)).toMatch(/dreaming/);
});
