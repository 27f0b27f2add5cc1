import { afterEach, expect, test, vi } from 'vitest';
import { ClockSteps } from '../../../src/daemon/host/clock-steps.ts';

afterEach(() => {
  vi.useRealTimers();
});

test('a clock that is set is noticed once, by how much, forward and back; time that passes is no step', () => {
  const clock = new ClockSteps();
  expect(clock.look()).toBeNull();
  const hourMs = 3_600_000;
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + hourMs });
  expect(Math.abs((clock.look() ?? 0) - hourMs)).toBeLessThan(10_000);
  vi.useRealTimers();
  expect(Math.abs((clock.look() ?? 0) + hourMs)).toBeLessThan(10_000);
  expect(clock.look()).toBeNull();
});
