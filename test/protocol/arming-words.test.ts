import { expect, test } from 'vitest';
import { sayArming } from '../../src/protocol/arming-words.ts';
import { moduleWith, problemWith, snapshotWith } from '../support/sample-rig.ts';

const nowMs = Date.parse('2026-11-22T14:00:12.000Z');
const armed = moduleWith({ phase: 'armed' });
const camera = moduleWith({
  phase: 'arming',
  phaseSince: '2026-11-22T14:00:00.000Z',
  phaseUntil: '2026-11-22T14:01:00.000Z',
});
const gps = moduleWith({
  state: 'starting',
  phase: 'probing',
  phaseSince: '2026-11-22T14:00:10.000Z',
  phaseUntil: '2026-11-22T14:00:40.000Z',
});
const off = moduleWith({ desired: 'off', state: 'disabled' });

test('a start says how many have armed, who is waited for, what it does, for how long already and how long it may take', () => {
  const rig = { state: 'arming', waitingFor: ['camera'] } as const;
  const modules = { mic: armed, imu: armed, camera, off };
  expect(sayArming(snapshotWith(modules, rig), nowMs)).toBe(
    '2 of 3 armed, waiting for camera: opening its devices and files, 12 s of 60 s',
  );
  const several = snapshotWith(
    { mic: armed, camera, gps },
    { ...rig, waitingFor: ['camera', 'gps'] },
  );
  expect(sayArming(several, nowMs)).toBe(
    '1 of 3 armed, waiting for camera: opening its devices and files, 12 s of 60 s · gps: waiting until it is ready, 2 s of 30 s',
  );
});

test('a start that is known from before counts no time', () => {
  const rig = { state: 'arming', waitingFor: ['camera'] } as const;
  expect(sayArming(snapshotWith({ camera }, rig), null)).toBe(
    '0 of 1 armed, waiting for camera: opening its devices and files',
  );
});

test('a start that waits for a module which is tried again says when', () => {
  const crashed = moduleWith({
    state: 'crashed',
    phase: 'backoff',
    retryAt: '2026-11-22T14:00:14Z',
  });
  const rig = { state: 'arming', waitingFor: ['mic'] } as const;
  expect(sayArming(snapshotWith({ mic: crashed }, rig), nowMs)).toBe(
    '0 of 1 armed, waiting for mic: crashed, again in 2 s',
  );
});

test('who has failed is told of as that, beside those who are waited for', () => {
  const failed = moduleWith({ problem: problemWith({ message: 'no camera' }) });
  const rig = { state: 'arming', waitingFor: ['cam', 'camera'] } as const;
  expect(sayArming(snapshotWith({ mic: armed, cam: failed, camera }, rig), null)).toBe(
    '1 of 3 armed, cam failed, waiting for camera: opening its devices and files',
  );
  const alone = { ...rig, waitingFor: ['cam'] };
  expect(sayArming(snapshotWith({ mic: armed, cam: failed }, alone), null)).toBe(
    '1 of 2 armed, cam failed',
  );
});

test('before anybody is asked, and while nothing is started', () => {
  expect(sayArming(snapshotWith({ mic: armed }, { state: 'arming' }), nowMs)).toBe(
    'preparing the recording',
  );
  expect(sayArming(snapshotWith({ mic: armed }, { state: 'recording' }), nowMs)).toBeNull();
});
