/** What the kernel knows of a process: proc(5). */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** In the environment of all that a bench starts, however deep down, so that all of it is found again. */
export const mark = 'RIGDECK_BENCH';

/** User and system time, in seconds. Linux counts it in hundredths (time(7)). */
export function cpuSeconds(pid) {
  const [utime, stime] = statFields(pid).slice(11, 13);
  return (Number(utime) + Number(stime)) / 100;
}

/** The same in ms, as the scheduler counts it: to the nanosecond, where the kernel tells (proc_pid_schedstat(5)). */
export function busyMs(pid) {
  const counted = list(`/proc/${pid}/task`).map(({ name }) => {
    const [ranNs] = read(`${pid}/task/${name}`, 'schedstat').split(' ');
    return Number(ranNs || Number.NaN) / 1e6;
  });
  const sum = counted.reduce((all, ms) => all + ms, 0);
  return Number.isFinite(sum) && sum > 0 ? sum : cpuSeconds(pid) * 1_000;
}

/** Its share of the memory that it uses: what several processes share counts for each by its part. */
export function pssBytes(pid) {
  return rollup(pid, 'Pss');
}

/** All memory that it has in use, shared or not. */
export function rssBytes(pid) {
  return rollup(pid, 'Rss');
}

function rollup(pid, field) {
  const found = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(read(pid, 'smaps_rollup'));
  return found === null ? Number.NaN : Number(found[1]) * 1024;
}

/** Counters of /proc/PID/io: `write_bytes` is what was sent to a disk, `syscw` are calls that write to anything. */
export function ioCounters(pid) {
  const pairs = read(pid, 'io').matchAll(/^(\w+): (\d+)$/gm);
  return Object.fromEntries([...pairs].map(([, name, value]) => [name, Number(value)]));
}

/** All living processes that carry this mark, with what they are. */
export function markedProcesses(value) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .flatMap((pid) => {
      const environment = read(pid, 'environ').split('\0');
      if (!environment.includes(`${mark}=${value}`)) return [];
      if (/^[ZX]?$/.test(statFields(pid)[0] ?? '')) return [];
      const entry = environment.find((one) => one.startsWith('RIGDECK_MODULE='));
      const module = entry?.slice('RIGDECK_MODULE='.length) ?? null;
      const command = read(pid, 'cmdline').split('\0').join(' ').trim();
      const parent = Number(statFields(pid)[1]);
      return [{ pid, parent, module, command, kind: kindOf(command, module) }];
    });
}

function kindOf(command, module) {
  if (module === null) return / daemon( |$)/.test(command) ? 'daemon' : 'other';
  return command.includes('keeper.sh') ? 'keeper' : 'module';
}

/** Bytes that the files of a folder and of those in it take up, and when the newest was changed. */
export function folderFacts(folder) {
  const facts = { bytes: 0, newestMs: 0 };
  for (const entry of list(folder)) {
    const path = join(folder, entry.name);
    const inside = entry.isDirectory() ? folderFacts(path) : { bytes: 0, newestMs: 0 };
    const own = stat(path);
    facts.bytes += own.bytes + inside.bytes;
    facts.newestMs = Math.max(facts.newestMs, own.newestMs, inside.newestMs);
  }
  return facts;
}

function list(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // gone while we looked
  }
}

function stat(path) {
  try {
    const { blocks, mtimeMs } = statSync(path);
    return { bytes: blocks * 512, newestMs: mtimeMs };
  } catch {
    return { bytes: 0, newestMs: 0 }; // gone while we looked
  }
}

/** Fields from the third on: the second is a name in brackets that may hold anything. */
function statFields(pid) {
  const text = read(pid, 'stat');
  return text.slice(text.lastIndexOf(')') + 2).split(' ');
}

function read(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return ''; // gone, or another user's
  }
}
