import { expect, test } from 'vitest';
import { withLook } from '../../src/client/rate-history.ts';
import type { Rates } from '../../src/protocol/rig.ts';
import type { ModuleRecord } from '../../src/protocol/snapshot.ts';
import { moduleWith, sampleHost, snapshotWith } from '../support/sample-rig.ts';

/** What is known after these looks at one module that is as it is said. */
function ratesAfter(
  looks: readonly (number | null)[],
  facts: Partial<ModuleRecord> = {},
  first: Rates = {},
) {
  const snapshot = snapshotWith({ mic: moduleWith({ state: 'recording', ...facts }) });
  return looks.reduce<Rates>((rates, bytesPerS) => {
    const mic = {
      cpuPercent: null,
      memoryBytes: null,
      bytes: 0,
      bytesPerS,
      samples: 0,
      dropped: 0,
      detail: null,
      gauges: {},
    };
    const telemetry = { at: snapshot.at, modules: { mic }, host: sampleHost };
    return withLook(rates, telemetry, snapshot);
  }, first);
}

test('the newest eight rates of a module that records are kept', () => {
  expect(ratesAfter([1, 2, 3, 4, 5, 6, 7, 8, 9])).toEqual({ mic: [2, 3, 4, 5, 6, 7, 8, 9] });
});

test('a rate that nobody has seen is a gap, one that was seen to be nothing is a zero', () => {
  expect(ratesAfter([5, null, 0])).toEqual({ mic: [5, null, 0] });
  expect(ratesAfter([null, null])).toEqual({});
  expect(ratesAfter([0, 0], { phase: 'proving' })).toEqual({});
});

test('what does not record any more leaves a gap, and nothing once the gap is all there is', () => {
  const crashed = { state: 'crashed' } as const;
  expect(ratesAfter([0], crashed, { mic: [5, 5] })).toEqual({ mic: [5, 5, null] });
  expect(ratesAfter(Array(8).fill(0), crashed, { mic: [5, 5] })).toEqual({});
});

test('while nothing records nothing is new', () => {
  const none: Rates = {};
  expect(ratesAfter([0, 0], { state: 'idle' }, none)).toBe(none);
});
