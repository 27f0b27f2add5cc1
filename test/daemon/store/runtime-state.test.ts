import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runtimeDelayMs, runtimeStateFile } from '../../../src/daemon/store/runtime-state.ts';
import type { RuntimeState } from '../../../src/protocol/saved.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rig-runtime-'));
  path = join(folder, 'runtime-state.json');
});
afterEach(() => rm(folder, { recursive: true }));

const state = (restarts: number): RuntimeState => ({
  nextSession: 42,
  session: null,
  recordings: null,
  trial: null,
  modules: { mic: { run: 3, restarts, failures: 0, lastProblem: null } },
  logLevels: { mic: 'debug' },
  filling: { bytesPerS: 96_000, who: '0123456789abcdef' },
});

test('counters wait ten seconds for others, however many follow', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  try {
    const kept = runtimeStateFile(folder, () => undefined);
    for (let s = 0; s < 9; s += 1) {
      kept.keep(state(s), runtimeDelayMs);
      vi.advanceTimersByTime(1_000);
    }
    expect(existsSync(path)).toBe(false);
    vi.advanceTimersByTime(1_001);
    vi.useRealTimers();
    await vi.waitUntil(() => existsSync(path));
    expect((await runtimeStateFile(folder, () => undefined).read()).data).toEqual(state(8));
    kept.stop();
  } finally {
    vi.useRealTimers();
  }
});

test('the start and the stop of a recording are on disk at once, also what waited', async () => {
  const kept = runtimeStateFile(folder, () => undefined);
  const same = state(1);
  kept.keep(same, runtimeDelayMs);
  kept.keep(same);
  expect(await kept.flush()).toBeNull();
  expect((await runtimeStateFile(folder, () => undefined).read()).data).toEqual(state(1));
  const { ino } = await stat(path);
  kept.keep(state(1), runtimeDelayMs);
  expect(await kept.flush()).toBeNull();
  expect((await stat(path)).ino).toBe(ino);
  kept.stop();
});
