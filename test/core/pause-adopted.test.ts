import { expect, test } from 'vitest';
import type { Adopted } from '../../src/core/spec.ts';
import { begun, session } from './support/core-rig.ts';
import { type RigPlan, startMonoMs, startWallMs } from './support/plan.ts';
import { livingIn, trialLeft } from './support/taken-up.ts';

const records = livingIn('recording');
const isPaused = livingIn('paused');
const trial = trialLeft;

/** A daemon that takes up trial 3, and what it notes of its pause. */
function takesUp(mic: Adopted, gps: Adopted, more: Partial<RigPlan>) {
  const modules = { mic: { adopted: mic, run: 1 }, gps: { adopted: gps, run: 1 } };
  const rig = begun({ modules, session, trial, ...more });
  const pauses = () => rig.notes().filter(({ is }) => is === 'paused' || is === 'resumed');
  return { rig, pauses };
}

const iso = (ms: number) => new Date(ms).toISOString();

test('a pause that the daemon before was killed in is noted by the next one, from when it was', () => {
  const { rig, pauses } = takesUp(isPaused, isPaused, {
    desired: 'paused',
    trial: { ...trial, pausedSinceMonoMs: startMonoMs - 4_000 },
  });
  expect(rig.rig.state).toBe('paused');
  expect(pauses()).toEqual([{ is: 'paused', trial: 3, at: iso(startWallMs - 4_000) }]);
});

test('a pause of which no module had heard begins with the next daemon', () => {
  const { rig, pauses } = takesUp(records, records, { desired: 'paused' });
  expect([rig.told('mic'), rig.told('gps')]).toEqual([['pause'], ['pause']]);
  expect(pauses()).toEqual([{ is: 'paused', trial: 3, at: iso(startWallMs) }]);
});

test('a pause that is noted late names who records on, because it cannot pause', () => {
  const { pauses } = takesUp(isPaused, { ...records, can: [] }, { desired: 'paused' });
  expect(pauses()).toMatchObject([{ is: 'paused', except: ['gps'] }]);
});

test('a pause that ended while a daemon was killed is over when the next one looks, and not before', () => {
  const { rig, pauses } = takesUp(isPaused, records, {
    desired: 'recording',
    trial: { ...trial, pausedSinceMonoMs: startMonoMs - 4_000 },
    isPauseNoted: true,
  });
  expect(rig.told('mic')).toEqual(['resume']);
  expect(pauses()).toEqual([{ is: 'resumed', trial: 3, at: iso(startWallMs) }]);
  rig.saysRecording('mic');
  expect(pauses()).toHaveLength(1);
  expect(rig.rig.trial).toMatchObject({ pausedMs: 4_000, pausedSinceMonoMs: null });
});

test.each([
  ['paused', true],
  ['recording', false],
  ['idle', true],
] as const)(
  'where the rig is wished %s and the manifest knows, nothing is noted twice',
  (desired, isPauseNoted) => {
    const mic = isPauseNoted ? isPaused : records;
    expect(takesUp(mic, mic, { desired, isPauseNoted }).pauses()).toEqual([]);
  },
);
