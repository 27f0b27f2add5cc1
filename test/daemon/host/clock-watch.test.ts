import { expect, test } from 'vitest';
import { earlierReading, isTrusted, seeClock } from '../../../src/daemon/host/clock-watch.ts';
import { blankManifest } from '../../../src/daemon/recordings/manifest-notes.ts';
import type { Manifest } from '../../../src/protocol/manifest.ts';

const reading = (wall: string, monoMs: number) => ({ wallMs: Date.parse(wall), monoMs });
const keptBy = (synchronized: boolean | null) => ({ synchronized, offsetMs: null, source: null });
const all = { session: true, trials: new Set([1, 2]) };

function manifestOf(startedAt: string, synchronized: boolean | null): Manifest {
  const manifest = blankManifest('rig', { id: '0001', name: 'rec', startedAt });
  manifest.clock.synchronized = synchronized;
  return manifest;
}

const trial = (number: number, startedAt: string): Manifest['trials'][number] => ({
  number,
  label: null,
  startedAt,
  stoppedAt: null,
  goMonoNs: '0',
  startSkewMs: null,
  outcome: 'interrupted',
  segments: [{ number: 1, startedAt, reason: 'start', modules: {} }],
});

for (const synchronized of [false, null]) {
  test(`a session that began in 1970 gets its true start when time arrives, with a clock that says ${synchronized}`, () => {
    const manifest = manifestOf('1970-01-01T00:01:00.000Z', synchronized);
    const before = reading('1970-01-01T00:02:00Z', 60_000);
    const now = reading('2026-11-22T14:00:00Z', 120_000);
    const seen = seeClock(manifest, before, now, keptBy(true), all);
    expect(seen).toMatchObject({ isChanged: true, wasTrusted: false });
    expect(manifest.session.startedAt).toBe('2026-11-22T13:58:00.000Z');
    expect(manifest.clock).toMatchObject({
      synchronized: true,
      steps: [{ at: '2026-11-22T14:00:00.000Z', monoMs: 120_000, byMs: seen.stepMs }],
    });
  });
}

test('only what this daemon dated by the wrong clock is set right', () => {
  const manifest = manifestOf('2026-11-20T08:00:00.000Z', false);
  manifest.trials.push(trial(1, '2026-11-20T08:00:10.000Z'), trial(2, '2026-11-21T00:00:00.000Z'));
  const before = reading('2026-11-21T00:01:00Z', 60_000);
  const now = reading('2026-11-22T00:01:00Z', 60_000);
  seeClock(manifest, before, now, keptBy(true), { session: false, trials: new Set([2]) });
  expect(manifest.session.startedAt).toBe('2026-11-20T08:00:00.000Z');
  expect(manifest.trials).toMatchObject([
    { startedAt: '2026-11-20T08:00:10.000Z' },
    {
      startedAt: '2026-11-22T00:00:00.000Z',
      segments: [{ startedAt: '2026-11-22T00:00:00.000Z' }],
    },
  ]);
});

test('a step of a clock that was right is noted and moves nothing', () => {
  const startedAt = '2026-11-22T14:00:00.000Z';
  const manifest = manifestOf(startedAt, true);
  const [before, now] = [reading(startedAt, 0), reading('2026-11-22T13:00:01Z', 1_000)];
  expect(seeClock(manifest, before, now, keptBy(true), all)).toMatchObject({
    stepMs: -3_600_000,
    wasTrusted: true,
  });
  expect(manifest.session.startedAt).toBe(startedAt);
  expect(manifest.clock.steps).toMatchObject([{ byMs: -3_600_000 }]);
});

test('a clock that is slewed over a night, or moves by less than half a second, makes no step', () => {
  const manifest = manifestOf('2026-11-22T14:00:00.000Z', true);
  const hours = 12 * 3_600_000;
  const start = { wallMs: Date.parse('2026-11-22T14:00:00.000Z'), monoMs: 0 };
  const night = { wallMs: start.wallMs + hours + 20_000, monoMs: hours };
  expect(seeClock(manifest, start, night, keptBy(true), all)).toEqual({
    isChanged: false,
    stepMs: null,
    wasTrusted: true,
  });
  const moved = { wallMs: start.wallMs + 5_499, monoMs: 5_000 };
  expect(seeClock(manifest, start, moved, keptBy(true), all).stepMs).toBeNull();
});

test('who keeps the clock, and how well, is noted without a word on disk for it', () => {
  const manifest = manifestOf('2026-11-22T14:00:00.000Z', true);
  const at = reading('2026-11-22T14:00:00Z', 0);
  const facts = { synchronized: true, offsetMs: -1.5, source: 'chrony: 10.0.0.1' };
  expect(seeClock(manifest, at, at, facts, all).isChanged).toBe(false);
  expect(manifest.clock).toMatchObject(facts);
});

test.each([
  ['2026-11-22T14:00:00Z', true, true],
  ['2026-11-22T14:00:00Z', null, true],
  ['2026-11-22T14:00:00Z', false, false],
  ['1970-01-01T00:00:30Z', null, false],
])('a clock at %s that says %s is trusted: %s', (at, synchronized, is) => {
  expect(isTrusted(new Date(at), synchronized)).toBe(is);
});

test('the next daemon of this boot goes on from the newest reading of both clocks, and knows whose times it may set right', () => {
  const manifest = manifestOf('2026-11-22T10:00:00.000Z', true);
  const go = (number: number, startedAt: string, goMs: number) => ({
    ...trial(number, startedAt),
    goMonoNs: `${goMs}000000`,
  });
  manifest.host = { bootId: 'this' };
  manifest.trials.push(go(1, '2026-11-22T10:00:10.000Z', 10_000));
  manifest.clock.steps.push({ at: '2026-11-22T11:00:20.000Z', monoMs: 20_000, byMs: 3_600_000 });
  manifest.trials.push(
    go(2, '2026-11-22T11:00:30.000Z', 30_000),
    trial(3, '2026-11-22T11:00:40.000Z'),
  );
  expect(earlierReading(manifest, 'another')).toBeNull();
  const earlier = earlierReading(manifest, 'this');
  expect(earlier?.reading).toMatchObject(reading('2026-11-22T11:00:30.000Z', 30_000));
  expect(earlier?.given.session).toBe(false);
  expect(earlier?.given.trials).toEqual(new Set([2]));
});
