/** Figures of this machine, read from the kernel: no subprocess, a fraction of a millisecond. What is not there is null. */
import { readdirSync, readFileSync } from 'node:fs';
import { statfs } from 'node:fs/promises';

/**
 * @typedef {object} Figures
 * @property {number | null} cpuPercent of all cores, since the reading before
 * @property {number | null} load1
 * @property {number | null} memoryUsedBytes total less available
 * @property {number | null} memoryAvailableBytes
 * @property {number | null} swapUsedBytes
 * @property {number | null} temperatureC of the hottest zone
 * @property {string | null} throttled the Pi's bits, in hex: 0-3 now, 16-19 since boot
 * @property {number | null} diskFreeBytes of the disk that is recorded to, for an ordinary user
 * @property {number | null} diskUsedPercent
 * @property {number | null} receivedBytes by all interfaces but lo, since boot
 * @property {number | null} sentBytes
 */

const thermal = '/sys/class/thermal';
const throttledFile = '/sys/devices/platform/soc/soc:firmware/get_throttled';

/**
 * Gives a function that reads the figures.
 *
 * @param {string} dir on the disk that is recorded to
 * @returns {() => Promise<Figures>}
 */
export function machine(dir) {
  const zones = list(thermal).filter((name) => name.startsWith('thermal_zone'));
  let before = cpuTicks();
  return async () => {
    const ticks = cpuTicks();
    const cpuPercent = busyPercent(before, ticks);
    before = ticks;
    return {
      cpuPercent,
      load1: number(text('/proc/loadavg')?.split(' ')[0]),
      ...memory(text('/proc/meminfo') ?? ''),
      temperatureC: hottest(zones),
      throttled: text(throttledFile)?.trim() ?? null,
      ...(await disk(dir)),
      ...network(text('/proc/net/dev') ?? ''),
    };
  };
}

/** Busy and all ticks since boot; proc_stat(5): user nice system idle iowait irq softirq steal. */
function cpuTicks() {
  const [first = ''] = (text('/proc/stat') ?? '').split('\n', 1);
  const ticks = first.trim().split(/\s+/).slice(1, 9).map(Number);
  const all = ticks.reduce((sum, one) => sum + one, 0);
  return { all, busy: all - (ticks[3] ?? 0) - (ticks[4] ?? 0) };
}

/** @param {{ all: number, busy: number }} from @param {{ all: number, busy: number }} to */
function busyPercent(from, to) {
  const all = to.all - from.all;
  if (all <= 0) return null; // read twice within one tick
  const percent = (100 * (to.busy - from.busy)) / all; // iowait can run backwards
  return Math.round(10 * Math.min(Math.max(percent, 0), 100)) / 10;
}

/** @param {string} meminfo */
function memory(meminfo) {
  const bytes = (/** @type {string} */ name) => {
    const kib = number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(meminfo)?.[1]);
    return kib === null ? null : kib * 1_024;
  };
  const available = bytes('MemAvailable');
  return {
    memoryUsedBytes: less(bytes('MemTotal'), available),
    memoryAvailableBytes: available,
    swapUsedBytes: less(bytes('SwapTotal'), bytes('SwapFree')),
  };
}

/** @param {string[]} zones */
function hottest(zones) {
  const milli = zones
    .map((zone) => number(text(`${thermal}/${zone}/temp`)))
    .filter((value) => value !== null);
  return milli.length === 0 ? null : Math.max(...milli) / 1_000;
}

/** @param {string} dir */
async function disk(dir) {
  try {
    const { bavail, bfree, blocks, bsize } = await statfs(dir);
    const used = blocks - bfree;
    // what df shows: blocks kept for root count neither as used nor as free
    return {
      diskFreeBytes: bavail * bsize,
      diskUsedPercent: Math.round((1_000 * used) / Math.max(used + bavail, 1)) / 10,
    };
  } catch {
    return { diskFreeBytes: null, diskUsedPercent: null };
  }
}

/** @param {string} dev /proc/net/dev: two lines of head, then `eth0: received bytes .. (8 fields) sent bytes ..` */
function network(dev) {
  const rows = dev
    .split('\n')
    .slice(2)
    .map((line) => line.trim().split(/[\s:]+/))
    .filter(([name]) => name !== undefined && name !== '' && name !== 'lo');
  const sum = (/** @type {number} */ field) =>
    rows.length === 0 ? null : rows.reduce((total, row) => total + Number(row[field]), 0);
  return { receivedBytes: sum(1), sentBytes: sum(9) };
}

/** @param {number | null} from @param {number | null} what */
const less = (from, what) => (from === null || what === null ? null : from - what);

/** @param {string | null | undefined} of */
function number(of) {
  const value = Number.parseFloat(of ?? '');
  return Number.isFinite(value) ? value : null;
}

/** @param {string} file */
function text(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null; // this machine has no such thing, or not now: a zone may answer EAGAIN
  }
}

/** @param {string} folder */
function list(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
