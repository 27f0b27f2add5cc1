import { expect, test } from 'vitest';
import { Flood } from '../../../src/gpio/backends/flood.ts';

/** How often a line is read that flaps so often in a second, for so many seconds: edge by edge, or 50 ms of them after a rest. */
function readsOf(perSecond: number, seconds: number): number {
  const flood = new Flood();
  let [nowMs, reads] = [0, 0];
  let edges = 1;
  while (nowMs < seconds * 1_000) {
    const passesMs = flood.took(edges, nowMs) ? 50 : 1_000 / perSecond;
    edges = Math.max(1, Math.round((passesMs * perSecond) / 1_000));
    nowMs += passesMs;
    reads += 1;
  }
  return reads;
}

test('a line that flaps a thousand times a second is read twenty times', () => {
  expect(readsOf(1_000, 60)).toBeLessThan(60 * 20 + 200);
});

test('the fastest of fingers, and the hum of the mains, are read edge by edge', () => {
  expect(readsOf(20, 60)).toBe(20 * 60);
  expect(readsOf(100, 60)).toBe(100 * 60);
});

test('an old switch that bounces forty times is read edge by edge, and so is the next press', () => {
  const flood = new Flood();
  for (let press = 0; press < 10; press += 1) {
    for (let edge = 0; edge < 40; edge += 1) {
      expect(flood.took(1, press * 300 + edge * 0.6)).toBe(false);
    }
  }
});
