/** Figures of this machine, read from the kernel: no subprocess, a fraction of a millisecond. What is not there is null. */
import { disk } from './disk.mjs';
import { less, list, number, text } from './kernel-files.mjs';
import { power } from './power.mjs';
import { processor } from './processor.mjs';

/**
 * @typedef {object} Figures
 * @property {number | null} cpuPercent of all cores, since the reading before
 * @property {number | null} cpuMinutePercent of all cores, over the last minute
 * @property {(number | null)[]} cores of each
 * @property {number | null} cpuMHz
 * @property {number | null} load1
 * @property {number | null} memoryUsedBytes total less available
 * @property {number | null} memoryAvailableBytes
 * @property {number | null} swapUsedBytes
 * @property {number | null} temperatureC of the hottest zone
 * @property {string | null} throttled the Pi's bits, in hex: 0-3 now, 16-19 since boot
 * @property {number | null} underVoltage 1: now
 * @property {number | null} slowedDown 1: now, for lack of power or for heat
 * @property {number | null} diskFreeBytes of the disk that is recorded to, for an ordinary user
 * @property {number | null} diskUsedPercent
 * @property {number | null} diskWriteBytesPerS to that disk, by everybody, since the reading before
 * @property {number | null} ioPressurePercent of the last 10 s, in which somebody waited for a disk
 * @property {number | null} memoryPressurePercent the same for memory
 * @property {number | null} receivedBytes by all interfaces but lo, since boot
 * @property {number | null} sentBytes
 */

/**
 * Gives a function that reads the figures.
 *
 * @param {string} dir on the disk that is recorded to
 * @param {string} [root] before /proc and /sys, for tests
 * @returns {() => Promise<Figures>}
 */
export function machine(dir, root = '') {
  const zones = list(`${root}/sys/class/thermal`).filter((name) => name.startsWith('thermal_zone'));
  const readers = { processor: processor(root), power: power(root), disk: disk(root, dir) };
  return async () => ({
    ...readers.processor(),
    load1: number(text(`${root}/proc/loadavg`)),
    ...memory(text(`${root}/proc/meminfo`) ?? ''),
    temperatureC: hottest(zones.map((zone) => text(`${root}/sys/class/thermal/${zone}/temp`))),
    ...readers.power(),
    ...(await readers.disk()),
    ioPressurePercent: pressure(text(`${root}/proc/pressure/io`)),
    memoryPressurePercent: pressure(text(`${root}/proc/pressure/memory`)),
    ...network(text(`${root}/proc/net/dev`) ?? ''),
  });
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

/** @param {(string | null)[]} temperatures in thousandths of a degree */
function hottest(temperatures) {
  const milli = temperatures.map(number).filter((value) => value !== null);
  return milli.length === 0 ? null : Math.max(...milli) / 1_000;
}

/** `some avg10=1.81 avg60=..`: the part of the time in which at least one task waited (the kernel's accounting/psi). @param {string | null} psi */
function pressure(psi) {
  return number(/^some avg10=(\S+)/m.exec(psi ?? '')?.[1]);
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
