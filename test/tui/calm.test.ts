import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { calm } from '../../src/tui/calm.ts';
import { feedLog, joined, type LogSource } from '../../src/tui/log-feed.ts';
import { paceOf } from '../../src/tui/pace.ts';
import { ago, aModule, aSituation, aSnapshot, aView, sketchView } from './support/rig-view.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

function aRig() {
  const listeners = new Set<() => void>();
  const view = aView(null);
  return {
    view: () => view,
    subscribe: (listener: () => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    change: () => {
      for (const listener of listeners) listener();
    },
    listeners,
  };
}

test('a flood of changes is told four times a second, the last one too', () => {
  const rig = aRig();
  const told = vi.fn();
  const stop = calm(rig, Date.now).subscribe(told);
  for (let ms = 0; ms < 1_000; ms += 10) {
    rig.change();
    vi.advanceTimersByTime(10);
  }
  expect(told.mock.calls.length).toBeGreaterThanOrEqual(4);
  expect(told.mock.calls.length).toBeLessThanOrEqual(5);
  rig.change();
  const before = told.mock.calls.length;
  vi.advanceTimersByTime(300);
  expect(told.mock.calls.length).toBe(before + 1);
  stop();
  expect(rig.listeners.size).toBe(0);
});

test('after a key everything is told at once', () => {
  const rig = aRig();
  const calmed = calm(rig, Date.now);
  const told = vi.fn();
  calmed.subscribe(told);
  rig.change();
  rig.change();
  expect(told).toHaveBeenCalledTimes(1);
  calmed.hurry();
  rig.change();
  rig.change();
  expect(told).toHaveBeenCalledTimes(3);
});

test('lines that come while the log is being read are told once', () => {
  expect(joined(['a', 'b', 'c'], ['b', 'c', 'd'])).toEqual(['a', 'b', 'c', 'd']);
  expect(joined(['a'], ['b'])).toEqual(['a', 'b']);
  expect(joined([], ['a'])).toEqual(['a']);
});

test('a log is read, then followed, and a log that cannot be read says so', async () => {
  let follow: (lines: readonly string[]) => void = () => undefined;
  const rig: LogSource = {
    readLog: async () => ['one', 'two'],
    followLog: (_, listener) => {
      follow = listener;
      return () => undefined;
    },
  };
  const read = vi.fn();
  const lines = vi.fn();
  const trouble = vi.fn();
  const stop = feedLog(rig, 'mic', { read, lines, trouble });
  follow(['two', 'three']);
  await vi.advanceTimersByTimeAsync(0);
  expect(read.mock.calls).toEqual([[['one', 'two', 'three']]]);
  follow(['four']);
  follow(['five']);
  await vi.advanceTimersByTimeAsync(250);
  expect(lines).toHaveBeenLastCalledWith(['four', 'five']);
  stop();
  const broken: LogSource = {
    ...rig,
    readLog: () => Promise.reject(new Error('no daemon answers')),
  };
  feedLog(broken, 'mic', { read, lines, trouble });
  await vi.advanceTimersByTimeAsync(0);
  expect(trouble).toHaveBeenCalledWith('the log cannot be read: no daemon answers');
});

test('time is drawn every second while seconds count, every minute for old rows, else never', () => {
  const pace = (modules: Parameters<typeof aSnapshot>[0]) =>
    paceOf(aSituation(aView(aSnapshot(modules))));
  expect(paceOf(aSituation(sketchView()))).toBe(1_000);
  expect(pace({ modules: { mic: aModule({ startedAt: ago(30) }) } })).toBe(1_000);
  expect(pace({ modules: { mic: aModule({ retryAt: ago(-4) }) } })).toBe(1_000);
  expect(pace({ modules: { mic: aModule({ startedAt: ago(7_000) }) } })).toBe(60_000);
  expect(pace({ modules: { mic: aModule({ startedAt: null }) } })).toBeNull();
});
