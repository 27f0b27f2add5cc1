import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { HostRecord } from '../../protocol/snapshot.ts';

/** Figures of this machine but for its disk. */
export type HostFigures = Omit<HostRecord, 'storage'>;

/** What is known before the first reading. */
export const unknownFigures: HostFigures = {
  clock: { synchronized: null, offsetMs: null },
  power: { ok: null, words: 'power unknown' },
  temperatureC: null,
  load1: null,
  memoryAvailableBytes: null,
};

/** Reads the figures from the kernel, without starting a process. What cannot be known is null, never zero. */
export async function readFigures(): Promise<HostFigures> {
  const [temperature, load, memory, throttled] = await Promise.all([
    readNumber('/sys/class/thermal/thermal_zone0/temp'),
    readText('/proc/loadavg'),
    readText('/proc/meminfo'),
    readText('/sys/devices/platform/soc/soc:firmware/get_throttled'),
  ]);
  const available = /^MemAvailable:\s+(\d+) kB/m.exec(memory ?? '')?.[1];
  return {
    clock: { synchronized: clockSynchronized(), offsetMs: null },
    power: powerOf(throttled),
    temperatureC: temperature === null ? null : Math.round(temperature / 100) / 10,
    load1: load === null ? null : Number.parseFloat(load),
    memoryAvailableBytes: available === undefined ? null : Number(available) * 1024,
  };
}

/**
 * Whether this machine's clock follows a time source, as systemd-timesyncd leaves word of it (systemd-timesyncd(8)); null
 * where nobody does.
 */
export function clockSynchronized(): boolean | null {
  if (existsSync('/run/systemd/timesync/synchronized')) return true;
  return existsSync('/run/systemd/timesync') ? false : null;
}

/** Bits 0-3 are now, 16-19 since boot (Raspberry Pi documentation, vcgencmd get_throttled). */
function powerOf(throttled: string | null): HostRecord['power'] {
  if (throttled === null) return { ok: null, words: 'power unknown' };
  const bits = Number.parseInt(throttled, 16);
  if ((bits & 0x1) !== 0) return { ok: false, words: 'under-voltage now' };
  if ((bits & 0x6) !== 0) return { ok: false, words: 'throttled now' };
  if ((bits & 0x1_0000) !== 0) return { ok: true, words: 'power ok, under-voltage since boot' };
  return { ok: true, words: 'power ok' };
}

async function readText(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch {
    return null; // this machine has no such sensor
  }
}

async function readNumber(path: string): Promise<number | null> {
  const value = Number.parseFloat((await readText(path)) ?? '');
  return Number.isFinite(value) ? value : null;
}
