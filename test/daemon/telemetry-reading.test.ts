import { describe, expect, test } from 'vitest';
import { readingOf } from '../../src/daemon/telemetry-reading.ts';
import type { ModuleTelemetry, Telemetry } from '../../src/protocol/snapshot.ts';
import { sampleHost } from '../support/sample-rig.ts';

const idle: ModuleTelemetry = {
  cpuPercent: 0.1,
  memoryBytes: 45_703_168,
  bytes: 0,
  bytesPerS: null,
  samples: 0,
  dropped: 0,
  detail: null,
  gauges: {},
};

function figures(mic: Partial<ModuleTelemetry> = {}, host: Partial<Telemetry['host']> = {}) {
  const at = '2026-11-22T12:00:00.000Z';
  const modules = { mic: { ...idle, ...mic } };
  return { at, modules, host: { ...sampleHost, ...host }, checksums: null } satisfies Telemetry;
}

describe('figures of an idle rig', () => {
  test('are one reading in digits that no screen shows', () => {
    const later = figures({ cpuPercent: 0.2, memoryBytes: 45_707_264 }, { load1: 3.1 });
    expect(readingOf(later)).toBe(readingOf(figures()));
  });

  test.each([
    ['the memory of a module', figures({ memoryBytes: 61_000_000 })],
    ['what a module says of itself', figures({ detail: '48 kHz' })],
    ['a gauge', figures({ gauges: { queue: { value: 3 } } })],
    ['the temperature of the machine', figures({}, { temperatureC: 79 })],
    ['the room on the disk', figures({}, { storage: { ...sampleHost.storage, freeBytes: 7 } })],
  ])('are another one when %s changes', (_, later) => {
    expect(readingOf(later)).not.toBe(readingOf(figures()));
  });
});

test('while a module records every look counts', () => {
  expect(readingOf(figures({ bytesPerS: 0 }))).toBeNull();
});
