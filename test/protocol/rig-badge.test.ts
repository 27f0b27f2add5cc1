import { expect, test } from 'vitest';
import { rigBadge } from '../../src/protocol/rig-badge.ts';
import type { ModuleRecord } from '../../src/protocol/snapshot.ts';
import type { Status } from '../../src/protocol/vocabulary.ts';
import { moduleWith, snapshotWith } from '../support/sample-rig.ts';

const well = moduleWith({ state: 'recording' });
/** What a rig that records says of itself with these modules. */
function says(modules: Readonly<Record<string, ModuleRecord>>, status: Status = 'recording') {
  return rigBadge(snapshotWith(modules, { state: 'recording', status })).text;
}
const with2 = (facts: Partial<ModuleRecord>, status?: Status) =>
  says({ cam: well, mic: moduleWith({ state: 'recording', ...facts }) }, status);

test('a rig says plain REC only with evidence of every required module', () => {
  expect(with2({})).toBe('REC');
  expect(with2({ phase: 'proving', health: 'unknown' })).toBe('REC ...');
  expect(with2({ health: 'stalled' }, 'degraded')).toBe('REC?');
  expect(with2({ health: 'unresponsive' }, 'degraded')).toBe('REC?');
  expect(with2({ state: 'crashed', health: 'unknown' }, 'degraded')).toBe('REC?');
  expect(with2({ state: 'idle' }, 'degraded')).toBe('REC?');
  expect(with2({ state: 'paused' }, 'degraded')).toBe('REC?');
  // Its counters rise, its files stand still.
  expect(with2({ health: 'degraded' })).toBe('REC !');
});

test('a rig whose module that is not required records nothing says that something is wrong', () => {
  expect(with2({ required: false, health: 'stalled' }, 'degraded')).toBe('REC !');
  expect(with2({ required: false, phase: 'proving', health: 'unknown' })).toBe('REC');
});

test('where no module is required, all of them are', () => {
  const cam = moduleWith({ state: 'recording', required: false });
  const mic = moduleWith({ state: 'recording', required: false, health: 'stalled' });
  expect(says({ cam, mic }, 'degraded')).toBe('REC?');
});
