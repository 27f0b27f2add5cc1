import { expect, test } from 'vitest';
import { recordedMs, sayRecorded } from '../../src/protocol/recorded-time.ts';
import { trialWith } from '../support/sample-rig.ts';

const runs = trialWith({ startedMonoMs: 1_000 });
const wasPaused = { ...runs, pausedMs: 20_000 };
const isPaused = { ...wasPaused, pausedSinceMonoMs: 61_000 };

test('the clock of a trial counts what was recorded, and no pause', () => {
  expect(sayRecorded({ state: 'recording', trial: runs }, 762_000)).toBe('00:12:41');
  expect(sayRecorded({ state: 'recording', trial: wasPaused }, 762_000)).toBe('00:12:21');
  expect(recordedMs(runs, 900)).toBe(0); // told to go in a moment
  expect(sayRecorded({ state: 'idle', trial: null }, 762_000)).toBeNull();
});

test('while a trial is paused its clock stands, and says since when', () => {
  const rig = { state: 'paused', trial: isPaused } as const;
  expect(recordedMs(isPaused, 101_000)).toBe(40_000);
  expect(sayRecorded(rig, 101_400)).toBe('for 40 s, 00:00:40 recorded');
  expect(sayRecorded(rig, 101_400, 'short')).toBe('40 s, 00:40');
  expect(sayRecorded(rig, 61_000)).toBe('for 1 s, 00:00:40 recorded');
  expect(sayRecorded({ ...rig, state: 'stopping' }, 101_400)).toBe('00:00:40');
});
