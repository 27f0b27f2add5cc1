import { expect, test } from 'vitest';
import { addLook, type HealthLook } from '../../../src/daemon/host/machine-health.ts';
import type { MachineHealth } from '../../../src/protocol/manifest.ts';

const calm: HealthLook = {
  throttled: 0,
  voltageAlarm: false,
  temperatureC: 50,
  load1: 0.5,
  memoryAvailableBytes: 1_000_000,
  oomKills: 3,
  ioStallMs: { some: 1_000, full: 900 },
  memoryStallMs: { some: 10, full: 5 },
  freeBytes: 5_000_000,
};

/** All looks of a session, one after the other. */
function after(...looks: readonly HealthLook[]): MachineHealth {
  let health: MachineHealth | null = null;
  let before: HealthLook | null = null;
  for (const look of looks) {
    health = addLook(health, before, look);
    before = look;
  }
  if (health === null) throw new Error('there was no look');
  return health;
}

test('counting begins with the first look: what was before does not belong to the session', () => {
  const earlier = { ...calm, throttled: 0x5_0000 };
  expect(after(earlier)).toEqual({
    power: {
      underVoltage: { now: false, sinceStart: false, sinceBoot: true },
      throttled: { now: false, sinceStart: false, sinceBoot: true },
    },
    highestTemperatureC: 50,
    highestLoad1: 0.5,
    lowestFreeBytes: 5_000_000,
    lowestMemoryBytes: 1_000_000,
    oomKills: 0,
    ioStallMs: { some: 0, full: 0 },
    memoryStallMs: { some: 0, full: 0 },
  });
});

test('what was worst stays, and counters are added up', () => {
  const hot = {
    ...calm,
    temperatureC: 83.5,
    load1: 4,
    freeBytes: 1_000,
    memoryAvailableBytes: 200,
  };
  const stalled = { ...calm, oomKills: 5, ioStallMs: { some: 4_000, full: 2_900 } };
  expect(after(calm, hot, stalled)).toMatchObject({
    highestTemperatureC: 83.5,
    highestLoad1: 4,
    lowestFreeBytes: 1_000,
    lowestMemoryBytes: 200,
    oomKills: 2,
    ioStallMs: { some: 3_000, full: 2_000 },
  });
});

test('a dip between two looks is known from what the firmware newly remembers', () => {
  const { power } = after(calm, { ...calm, throttled: 0x1_0000 }, calm);
  expect(power.underVoltage).toEqual({ now: false, sinceStart: true, sinceBoot: false });
  expect(power.throttled.sinceStart).toBe(false);
});

test('what the firmware remembered before the start is told apart from what is seen now', () => {
  const sticky = { ...calm, throttled: 0x5_0000 };
  const bad = { ...calm, throttled: 0x5_0005 };
  expect(after(sticky, sticky).power.underVoltage.sinceStart).toBe(false);
  expect(after(sticky, bad).power).toEqual({
    underVoltage: { now: true, sinceStart: true, sinceBoot: true },
    throttled: { now: true, sinceStart: true, sinceBoot: true },
  });
});

test('the alarm of the kernel counts as under-voltage, also where the firmware is silent', () => {
  const silent = { ...calm, throttled: null, voltageAlarm: true };
  expect(after(silent, { ...silent, voltageAlarm: false }).power).toEqual({
    underVoltage: { now: false, sinceStart: true, sinceBoot: null },
    throttled: { now: null, sinceStart: null, sinceBoot: null },
  });
});

test('a machine that is no Pi has unknowns, no zeros', () => {
  const pc = { ...calm, throttled: null, voltageAlarm: null, temperatureC: null, oomKills: null };
  expect(after(pc, { ...pc, ioStallMs: null, memoryStallMs: null })).toMatchObject({
    power: { underVoltage: { now: null, sinceStart: null, sinceBoot: null } },
    highestTemperatureC: null,
    oomKills: null,
    ioStallMs: { some: 0, full: 0 },
  });
});

test('another daemon, or another boot, goes on with the sums', () => {
  const health = { ...after(calm, { ...calm, oomKills: 4 }) };
  const next = addLook(health, null, { ...calm, oomKills: 0 });
  expect(addLook(next, { ...calm, oomKills: 0 }, { ...calm, oomKills: 1 }).oomKills).toBe(2);
});
