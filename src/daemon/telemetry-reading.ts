import type { Telemetry } from '../protocol/snapshot.ts';
import { saySize } from '../protocol/units.ts';

/** A disk with room for more files than that has room enough. */
const manyInodes = 1_000;

/**
 * What people read of figures: those that differ in digits that no screen shows are one reading. Load and free memory of the
 * machine, which never stand still, are no part of it. Null while something records: then every look counts.
 */
export function readingOf({ modules, host, checksums }: Telemetry): string | null {
  const each = Object.values(modules);
  if (each.some(({ bytesPerS }) => bytesPerS !== null)) return null;
  const { storage, clock, power, temperatureC, oomKills } = host;
  const said = each.map(({ cpuPercent, memoryBytes, ...others }) => [
    rounded(cpuPercent),
    sized(memoryBytes),
    others,
  ]);
  const freeInodes = storage.freeInodes === null ? null : Math.min(manyInodes, storage.freeInodes);
  const disk = { ...storage, freeBytes: sized(storage.freeBytes), freeInodes };
  const time = { ...clock, offsetMs: rounded(clock.offsetMs) };
  return JSON.stringify([said, disk, time, power, rounded(temperatureC), oomKills, checksums]);
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value);
}

function sized(bytes: number | null): string | null {
  return bytes === null ? null : saySize(bytes);
}
