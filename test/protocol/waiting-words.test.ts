import { expect, test } from 'vitest';
import { sayWaiting } from '../../src/protocol/waiting-words.ts';
import { moduleWith, snapshotWith } from '../support/sample-rig.ts';

const nowMs = Date.parse('2026-11-22T14:00:12.000Z');
const stopping = { state: 'stopping', waitingFor: ['cam'] } as const;
const finishing = { phase: 'finalizing', phaseUntil: '2026-11-22T14:00:42.000Z' } as const;

function words(facts: Parameters<typeof moduleWith>[0]): string {
  return sayWaiting(snapshotWith({ cam: moduleWith({ ...finishing, ...facts }) }, stopping), nowMs);
}

test('a stop says who is waited for, and how long that takes at most', () => {
  expect(words({})).toBe('waiting for cam: finishing its files, at most 30 s');
  expect(sayWaiting(snapshotWith({}, { ...stopping, waitingFor: [] }), nowMs)).toBe(
    'looking at the files of the trial',
  );
});

test('a module that says how long it needs is believed until that is over', () => {
  expect(words({ phaseEta: '2026-11-22T14:00:16.000Z' })).toBe(
    'waiting for cam: finishing its files, about 4 s left',
  );
  expect(words({ phaseEta: '2026-11-22T14:00:10.000Z' })).toContain('at most 30 s');
});

test('what is known from before counts no time', () => {
  const snapshot = snapshotWith({ cam: moduleWith(finishing) }, stopping);
  expect(sayWaiting(snapshot, null)).toBe('waiting for cam: finishing its files');
});

test('of many modules that do the same some are named, and how many more there are', () => {
  const names = Array.from({ length: 19 }, (_, at) => `sensor-${at}`);
  const all = (facts: Parameters<typeof moduleWith>[0]) =>
    Object.fromEntries(names.map((name) => [name, moduleWith(facts)]));
  const said = 'sensor-0, sensor-1, sensor-2 and 16 more';
  const rig = { state: 'stopping', waitingFor: [...names, 'cam'] } as const;
  const modules = { ...all(finishing), cam: moduleWith({ phase: 'finalizing' }) };
  expect(sayWaiting(snapshotWith(modules, rig), nowMs)).toBe(
    `waiting for ${said}: finishing its files, at most 30 s · cam: finishing its files`,
  );
  const proving = snapshotWith(all({ phase: 'proving' }), { state: 'recording' });
  expect(sayWaiting(proving, nowMs)).toBe(`waiting for the first data of ${said}`);
});
