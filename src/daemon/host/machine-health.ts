import type { MachineHealth } from '../../protocol/manifest.ts';
import { happened, powerOf } from './power.ts';
import type { MachineLook, Stall } from './sensors.ts';

/** A look with the room on the disk that is recorded to. */
export type HealthLook = MachineLook & { readonly freeBytes: number | null };

/**
 * What the machine went through since the start of a session or trial, one look further. Pure.
 *
 * @param health until now; null at the first look, which is where counting begins
 * @param before the look before this one; null when there was none, or another daemon took it
 */
export function addLook(
  health: MachineHealth | null,
  before: HealthLook | null,
  now: HealthLook,
): MachineHealth {
  const power = powerOf(now);
  const last = health === null || before === null ? null : powerOf(before);
  const of = (what: 'underVoltage' | 'throttled') => ({
    now: power[what],
    sinceStart: either(health?.power[what].sinceStart ?? null, happened(what, last, power)),
    sinceBoot: power.sinceBoot?.[what] ?? null,
  });
  const counted = health === null ? null : before;
  return {
    power: { underVoltage: of('underVoltage'), throttled: of('throttled') },
    highestTemperatureC: extreme(Math.max, health?.highestTemperatureC, now.temperatureC),
    highestLoad1: extreme(Math.max, health?.highestLoad1, now.load1),
    lowestFreeBytes: extreme(Math.min, health?.lowestFreeBytes, now.freeBytes),
    lowestMemoryBytes: extreme(Math.min, health?.lowestMemoryBytes, now.memoryAvailableBytes),
    oomKills: sum(health?.oomKills, counted?.oomKills, now.oomKills),
    ioStallMs: stall(health?.ioStallMs, counted?.ioStallMs, now.ioStallMs),
    memoryStallMs: stall(health?.memoryStallMs, counted?.memoryStallMs, now.memoryStallMs),
  };
}

type Known<T> = T | null | undefined;

function either(before: boolean | null, now: boolean | null): boolean | null {
  return before === null || now === null ? (before ?? now) : before || now;
}

function extreme(
  pick: (a: number, b: number) => number,
  before: Known<number>,
  now: number | null,
): number | null {
  return typeof before === 'number' && now !== null ? pick(before, now) : (now ?? before ?? null);
}

/** Counters count since the machine was started: what is added is what was counted between two looks. */
function sum(health: Known<number>, before: Known<number>, now: number | null): number | null {
  if (now === null) return health ?? null;
  return (health ?? 0) + Math.max(0, now - (before ?? now));
}

function stall(health: Known<Stall>, before: Known<Stall>, now: Stall | null): Stall | null {
  if (now === null) return health ?? null;
  return {
    some: sum(health?.some, before?.some, now.some) ?? 0,
    full: sum(health?.full, before?.full, now.full) ?? 0,
  };
}
