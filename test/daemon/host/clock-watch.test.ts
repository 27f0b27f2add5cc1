import { expect, test } from 'vitest';
import { seeClock } from '../../../src/daemon/host/clock-watch.ts';
import { blankManifest } from '../../../src/daemon/recordings/manifest-notes.ts';

const reading = (wall: string, monoMs: number) => ({ wallMs: Date.parse(wall), monoMs });

test('a session that began in 1970 gets its true start when the clock becomes right', () => {
  const manifest = blankManifest('rig', {
    id: '0001',
    name: 'rec',
    startedAt: '1970-01-01T00:01:00.000Z',
  });
  manifest.clock.synchronized = false;
  const before = reading('1970-01-01T00:02:00Z', 60_000);
  const now = reading('2026-11-22T14:00:00Z', 120_000);
  expect(seeClock(manifest, before, now, true, true)).toBe(true);
  expect(manifest.session.startedAt).toBe('2026-11-22T13:58:00.000Z');
  expect(manifest.clock.steps).toMatchObject([{ at: '2026-11-22T14:00:00.000Z', monoMs: 120_000 }]);
});

test('a step of a clock that was right is noted and moves nothing', () => {
  const startedAt = '2026-11-22T14:00:00.000Z';
  const manifest = blankManifest('rig', { id: '0001', name: 'rec', startedAt });
  manifest.clock.synchronized = true;
  seeClock(
    manifest,
    reading('2026-11-22T14:00:00Z', 0),
    reading('2026-11-22T13:00:01Z', 1_000),
    true,
    true,
  );
  expect(manifest.session.startedAt).toBe(startedAt);
  expect(manifest.clock.steps).toMatchObject([{ byMs: -3_600_000 }]);
});

test('a clock that is slewed over a night makes no step', () => {
  const manifest = blankManifest('rig', {
    id: '0001',
    name: 'rec',
    startedAt: '2026-11-22T14:00:00.000Z',
  });
  manifest.clock.synchronized = true;
  const hours = 12 * 3_600_000;
  const later = { wallMs: hours + 20_000, monoMs: hours };
  expect(seeClock(manifest, { wallMs: 0, monoMs: 0 }, later, true, true)).toBe(false);
});
