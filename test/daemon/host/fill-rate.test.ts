import { expect, test } from 'vitest';
import { FillRate } from '../../../src/daemon/host/fill-rate.ts';

/** A reading every 5 s of what grew by so many bytes each time. */
function seen(rate: FillRate, growth: readonly number[], fromMs = 0): FillRate {
  let bytes = 0;
  for (const [index, grown] of growth.entries()) {
    bytes += grown;
    rate.see(bytes, fromMs + index * 5_000);
  }
  return rate;
}

test('there is nothing to go by until ten seconds were seen, and then the mean of them', () => {
  expect(seen(new FillRate(), []).soFar()).toBeNull();
  expect(seen(new FillRate(), [0, 5_000]).soFar()).toBeNull();
  expect(seen(new FillRate(), [0, 5_000, 5_000]).soFar()).toBeCloseTo(1_000);
});

test('a rate is known when a minute was seen: before that it may be far too low', () => {
  const late = [0, 0, 0, ...Array.from({ length: 9 }, () => 5_000)];
  const young = seen(new FillRate(), late);
  expect(young.soFar()).toBeLessThan(900);
  expect(young.known()).toBeNull();
  const old = seen(new FillRate(), [...late, 5_000]);
  expect(old.known()).toBe(old.soFar());
});

test('a burst does not make the time that is left jump', () => {
  const steady = Array.from({ length: 60 }, () => 5_000);
  const before = seen(new FillRate(), steady).soFar() ?? 0;
  const after = seen(new FillRate(), [...steady, 50_000]).soFar() ?? 0;
  expect(before).toBeCloseTo(1_000);
  expect(after).toBeLessThan(2_000);
});

test('a new rate is taken over within some minutes', () => {
  const growth = [
    ...Array.from({ length: 60 }, () => 5_000),
    ...Array.from({ length: 60 }, () => 0),
  ];
  expect(seen(new FillRate(), growth).soFar()).toBeLessThan(10);
});

test('a pause counts neither as time nor as data, and a count that begins anew is no loss', () => {
  const rate = seen(new FillRate(), [0, 5_000, 5_000]);
  rate.rest();
  expect(rate.soFar()).toBeCloseTo(1_000);
  seen(rate, [0, 5_000], 600_000);
  expect(rate.soFar()).toBeCloseTo(1_000);
  expect(rate.grownBytes()).toBe(15_000);
});
