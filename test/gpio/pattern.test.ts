import { expect, test } from 'vitest';
import { litUntilMs, moduleRhythms, rhythmOf, rigRhythms } from '../../src/gpio/pattern.ts';
import { levelAt, type Rhythm, type Show, showEndMs } from '../../src/protocol/rhythm.ts';
import { moduleWith, problemWith, sampleHost, snapshotWith } from '../support/sample-rig.ts';

const recording = moduleWith({ state: 'recording' });

test('the light of the rig looks like REC only while the screen says plain REC', () => {
  const rig = { status: 'recording', state: 'recording', desired: 'recording' } as const;
  const shown = (facts: Parameters<typeof moduleWith>[0]) =>
    rhythmOf('rig', snapshotWith({ mic: moduleWith({ state: 'recording', ...facts }) }, rig));
  expect(shown({})).toBe('recording');
  expect(shown({ phase: 'proving', health: 'unknown' })).toBe('busy');
  expect(shown({ health: 'degraded' })).toBe('trouble');
  expect(shown({ health: 'stalled' })).toBe('trouble');
  expect(shown({ state: 'idle' })).toBe('trouble');
});

test('no status without a recording looks like REC, and the light of the rig is never dark', () => {
  const cells = Object.values(rigRhythms).flatMap((row) => Object.values(row));
  expect(cells.length).toBe(9 * 5);
  expect(cells).not.toContain('recording');
  expect(cells).not.toContain('off');
});

test('a module is dark only when nobody wants it, and like REC only by its badge', () => {
  for (const [state, row] of Object.entries(moduleRhythms)) {
    const cells = Object.values(row);
    expect(cells).not.toContain('recording');
    expect(cells.includes('off')).toBe(state === 'disabled');
  }
  const shown = (facts: Parameters<typeof moduleWith>[0]) =>
    rhythmOf('module.mic', snapshotWith({ mic: moduleWith(facts) }));
  expect(shown({ state: 'recording' })).toBe('recording');
  expect(shown({ state: 'recording', phase: 'proving' })).toBe('busy');
  expect(shown({ state: 'recording', phase: 'finalizing' })).toBe('busy');
  expect(shown({ state: 'idle', phase: 'arming' })).toBe('busy');
  expect(shown({ state: 'idle' })).toBe('idle');
  expect(rhythmOf('module.gone', snapshotWith({ mic: recording }))).toBe('trouble');
});

test('storage, clock and clients', () => {
  const storage = (facts: Partial<typeof sampleHost.storage>, ...codes: 'low-space'[]) => {
    const problems = codes.map((code) => problemWith({ code }));
    const host = { ...sampleHost, storage: { ...sampleHost.storage, ...facts } };
    return rhythmOf('storage', snapshotWith({}, { problems }, { host }));
  };
  expect(storage({})).toBe('idle');
  expect(storage({}, 'low-space')).toBe('trouble');
  expect(storage({ freeBytes: 0 }, 'low-space')).toBe('failed');
  expect(storage({ readOnly: true })).toBe('failed');
  expect(storage({ gone: true })).toBe('failed');
  expect(storage({ freeBytes: null })).toBe('busy');
  const clock = (facts: Partial<typeof sampleHost.clock>) => {
    const host = { ...sampleHost, clock: { ...sampleHost.clock, ...facts } };
    return rhythmOf('clock', snapshotWith({}, {}, { host }));
  };
  expect(clock({})).toBe('idle');
  expect(clock({ synchronized: false, offsetMs: null })).toBe('trouble');
  expect(clock({ offsetMs: -1_000 })).toBe('trouble');
  expect(clock({ synchronized: null })).toBe('busy');
  const somebody = { id: 1, name: 'tui', actor: 'pi', role: 'view', since: 'now' } as const;
  expect(rhythmOf('clients', snapshotWith({}))).toBe('idle');
  expect(rhythmOf('clients', snapshotWith({}, {}, { clients: [somebody] }))).toBe('busy');
});

const rhythms: readonly Rhythm[] = ['idle', 'recording', 'busy', 'trouble', 'failed'];

test('a light that is driven never stands still for three seconds', () => {
  for (const rhythm of rhythms) {
    let nowMs = 12_345.678;
    for (let changes = 0; changes < 50; changes += 1) {
      const { level, nextChangeMs } = levelAt(rhythm, null, nowMs);
      if (nextChangeMs === null) throw new Error(`${rhythm} stands still`);
      expect(nextChangeMs - nowMs).toBeGreaterThan(0);
      expect(nextChangeMs - nowMs).toBeLessThan(3_000);
      expect(levelAt(rhythm, null, nextChangeMs + 0.001).level).not.toBe(level);
      nowMs = nextChangeMs + 0.001;
    }
  }
});

test('a hold is shown faster and faster, and the light goes on with its rhythm when it is over', () => {
  const show: Show = { is: 'holding', sinceMs: 1_000, untilMs: 3_000 };
  const changes: number[] = [];
  for (let nowMs = 1_000; nowMs < showEndMs(show); ) {
    const { nextChangeMs } = levelAt('idle', show, nowMs);
    if (nextChangeMs === null) throw new Error('it stands still');
    changes.push(nextChangeMs - nowMs);
    nowMs = nextChangeMs;
  }
  expect(changes.length).toBe(20);
  expect(changes).toEqual([...changes].sort((a, b) => b - a));
  expect(levelAt('off', show, 3_000)).toEqual({ level: 0, nextChangeMs: null });
});

test('a dark light is lit for half a minute after a press', () => {
  const led = {
    line: 'GPIO22',
    name: 'status',
    shows: 'rig',
    activeLow: false,
    exit: 'off',
  } as const;
  expect(litUntilMs({ ...led, dark: false }, null)).toBeNull();
  expect(litUntilMs({ ...led, dark: true }, null)).toBe(Number.NEGATIVE_INFINITY);
  expect(litUntilMs({ ...led, dark: true }, 1_000)).toBe(31_000);
});
