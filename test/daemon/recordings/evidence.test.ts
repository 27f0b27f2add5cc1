import { expect, test } from 'vitest';
import {
  afterPause,
  type Figures,
  judgeLook,
  type LookState,
} from '../../../src/daemon/recordings/evidence.ts';

const evidenceMs = 5_000;
const startMs = Date.parse('2026-11-22T14:00:00.000Z');
const none: Figures = {
  kind: 'files',
  bytesOnDisk: 0,
  filesOnDisk: 1,
  newestMtimeMs: null,
  missing: [],
  counters: { bytes: 0, samples: 0, dropped: 0 },
  silentMs: 0,
};

/** Looks every second; each figure may say at what wall time it is seen. Gives what each look says. */
function looks(...figures: readonly (Partial<Figures> & { atMs?: number })[]) {
  let state: LookState | null = null;
  return figures.map(({ atMs, ...figure }, index) => {
    const nowMs = atMs ?? startMs + index * 1_000;
    const judged = judgeLook(state, { ...none, ...figure }, nowMs, evidenceMs);
    state = judged.state;
    return judged.look.moved;
  });
}
const samples = (n: number) => ({ bytes: 0, samples: n, dropped: 0 });

test('a file that only has its header proves nothing; its first growth does', () => {
  const header = { bytesOnDisk: 44, newestMtimeMs: startMs };
  expect(looks(header, header, { bytesOnDisk: 4_140 })).toEqual(['no', 'no', 'yes']);
});

test('a large file that was written just now proves a recording at the first look', () => {
  expect(looks({ bytesOnDisk: 90_000, newestMtimeMs: startMs - 100 })).toEqual(['yes']);
  expect(looks({ bytesOnDisk: 90_000, newestMtimeMs: startMs - 60_000 })).toEqual(['no']);
});

test('a module that stops writing is still believed for its evidence time, then not', () => {
  const grown = Array.from({ length: 7 }, () => ({ bytesOnDisk: 10 }));
  const said = looks({}, ...grown, { bytesOnDisk: 11 });
  expect(said).toEqual(['no', 'yes', 'yes', 'yes', 'yes', 'yes', 'no', 'no', 'yes']);
});

test('counters that rise while files stand still are unflushed, and a stall after three times', () => {
  const figures = Array.from({ length: 18 }, (_, n) => ({ counters: samples(n) }));
  const said = looks(...figures);
  expect(said.slice(0, 5)).toEqual(Array(5).fill('no'));
  expect(said.slice(5, 15)).toEqual(Array(10).fill('unflushed'));
  expect(said.slice(15)).toEqual(['no', 'no', 'no']);
});

test('a deleted file is a stall whatever the counters say', () => {
  const missing = ['mic/trial-001/mic_s001.wav'];
  let state: LookState | null = null;
  let judged = judgeLook(state, { ...none, bytesOnDisk: 10 }, startMs, evidenceMs);
  for (let n = 1; n < 12; n += 1) {
    state = judged.state;
    const figures = { ...none, filesOnDisk: 0, missing, counters: samples(n) };
    judged = judgeLook(state, figures, startMs + n * 1_000, evidenceMs);
  }
  expect(judged.look.moved).toBe('no');
});

test('an event logger is believed by its counters, or by its heart, where it is so configured', () => {
  const counting = (n: number) => ({ kind: 'counters', counters: samples(n) }) as const;
  expect(looks(counting(0), counting(1), counting(1))).toEqual(['no', 'yes', 'yes']);
  const heart = (silentMs: number | null) => ({ kind: 'heartbeat', silentMs }) as const;
  expect(looks(heart(10_500), heart(13_000), heart(null))).toEqual(['yes', 'no', 'yes']);
});

test('a clock that steps in either direction accuses nobody', () => {
  const grow = { bytesOnDisk: 10 };
  const jump = (year: string, s: number) => Date.parse(`${year}-01-01T00:00:00.000Z`) + s * 1_000;
  const said = looks(
    { atMs: jump('2026', 0) },
    { ...grow, atMs: jump('2026', 1) },
    { ...grow, atMs: jump('1970', 0) },
    { ...grow, atMs: jump('1970', 3) },
    { ...grow, atMs: jump('1970', 6) },
  );
  expect(said).toEqual(['no', 'yes', 'yes', 'yes', 'no']);
});

test('a pause is no stall when it is over', () => {
  const first = judgeLook(null, none, startMs, evidenceMs);
  const second = judgeLook(first.state, { ...none, bytesOnDisk: 9 }, startMs + 1_000, evidenceMs);
  const hourLater = startMs + 3_600_000;
  const state = afterPause(second.state, hourLater);
  const { look } = judgeLook(state, { ...none, bytesOnDisk: 9 }, hourLater + 1_000, evidenceMs);
  expect(look.moved).toBe('yes');
});
