/** How busy the processor is, and how fast it runs. */
import { number, text } from './kernel-files.mjs';

/** @typedef {{ all: number, busy: number }} Ticks */

const minuteMs = 60_000;
const lookMs = 1_000;

/**
 * Gives a function that tells how busy all cores together were since it was asked last, and each of them.
 *
 * @param {string} root
 * @param {() => number} [clock] ms
 */
export function processor(root, clock = () => performance.now()) {
  let before = ticks(root);
  const lastMinute = overAMinute(clock);
  return () => {
    const now = ticks(root);
    const percents = now.map((one, index) => busyPercent(before[index], one));
    before = now;
    const [all = null, ...cores] = percents;
    return {
      cpuPercent: all,
      cpuMinutePercent: now[0] ? lastMinute(now[0]) : null,
      cores,
      cpuMHz: megahertz(root),
    };
  };
}

/** How busy it was over the last minute; null before there was one. @param {() => number} clock */
function overAMinute(clock) {
  /** @type {{ atMs: number, ticks: Ticks }[]} */
  const looks = [];
  return (/** @type {Ticks} */ now) => {
    const atMs = clock();
    const newest = looks.at(-1);
    if (newest === undefined || atMs - newest.atMs >= lookMs) looks.push({ atMs, ticks: now });
    // The first that stays is the newest of those that are a minute old.
    while ((looks[1]?.atMs ?? atMs) <= atMs - minuteMs) looks.shift();
    const [first] = looks;
    return first && first.atMs <= atMs - minuteMs ? busyPercent(first.ticks, now) : null;
  };
}

/** Of all cores, then of each, since boot; proc_stat(5): user nice system idle iowait irq softirq steal. @param {string} root */
function ticks(root) {
  const lines = (text(`${root}/proc/stat`) ?? '').split('\n');
  return lines.filter((line) => line.startsWith('cpu')).map(ticksOf);
}

/** @param {string} line */
function ticksOf(line) {
  const counts = line.trim().split(/\s+/).slice(1, 9).map(Number);
  const all = counts.reduce((sum, one) => sum + one, 0);
  return { all, busy: all - (counts[3] ?? 0) - (counts[4] ?? 0) };
}

/** @param {Ticks | undefined} from @param {Ticks} to */
function busyPercent(from, to) {
  const all = to.all - (from?.all ?? to.all);
  if (from === undefined || all <= 0) return null; // read twice within one tick
  const percent = (100 * (to.busy - from.busy)) / all; // iowait can run backwards
  return Math.round(10 * Math.min(Math.max(percent, 0), 100)) / 10;
}

/** Of the first core: a Pi has one clock for all. @param {string} root */
function megahertz(root) {
  const khz = number(text(`${root}/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq`));
  return khz === null ? null : khz / 1_000;
}
