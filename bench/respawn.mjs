/** How soon a module that was killed runs again. */
import { execFileSync, spawn } from 'node:child_process';
import { createReadStream, openSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { alike, Rig } from './support/rig.mjs';
import { until } from './support/until.mjs';

export const title = 'A module that was killed';
export const about =
  'From SIGKILL of a module that had run well for ten seconds to the first line of the next one, which it writes to a FIFO; beside a Node program that starts a killed child again.';

/** A module that was ready this long has run well, and is started again at once. */
const wellMs = 11_000;
const script = new URL('fixtures/idle.sh', import.meta.url).pathname;

export async function run({ program, quick }) {
  const kills = quick ? 3 : 15;
  const modules = alike(2 * kills, { command: ['sh', script] });
  const rig = new Rig(program, modules);
  const begins = openBegins(rig.folder);
  try {
    rig.launch({ BENCH_FIFO: begins.path });
    await until('every module began', () => begins.count() === 2 * kills);
    await pause(wellMs);
    const names = Object.keys(modules);
    const own = await killEach(rig, begins, names.slice(0, kills));
    await rig.killDaemon();
    rig.launch({ BENCH_FIFO: begins.path });
    (await rig.connect()).close();
    await pause(wellMs);
    const adopted = await killEach(rig, begins, names.slice(kills));
    const peer = { what: 'a bare Node parent', samples: await bareParent(begins, kills) };
    const target = { of: 'median', atMost: 100 };
    return [
      { what: 'started by this daemon', unit: 'ms', samples: own, peer, target },
      { what: 'adopted from a killed daemon', unit: 'ms', samples: adopted, peer, target },
    ];
  } finally {
    begins.close();
    await rig.remove();
  }
}

/** A FIFO into which every module writes its name when it begins. */
function openBegins(folder) {
  const path = join(folder, 'begins');
  execFileSync('mkfifo', [path]);
  // Opened for both, so that it neither blocks nor ends while nobody writes.
  const stream = createReadStream(path, { fd: openSync(path, 'r+') });
  const lines = createInterface(stream);
  let count = 0;
  lines.on('line', () => {
    count += 1;
  });
  return {
    path,
    count: () => count,
    next: (name) =>
      new Promise((resolve) => {
        const hear = (line) => {
          if (line !== name) return;
          lines.off('line', hear);
          resolve(performance.now());
        };
        lines.on('line', hear);
      }),
    // A read that waits for a writer ends only with a line.
    close: () => execFileSync('sh', ['-c', 'echo end >"$0"', path]) && stream.destroy(),
  };
}

async function killEach(rig, begins, names) {
  const samples = [];
  for (const name of names) {
    const [{ pid }] = rig.processes('module').filter((one) => one.module === name);
    const again = begins.next(name);
    const killedAt = performance.now();
    process.kill(pid, 'SIGKILL');
    samples.push((await again) - killedAt);
    await pause(300);
  }
  return samples;
}

/** The least that anybody could do: the same program, and its parent starts it again when it ends. */
async function bareParent(begins, kills) {
  const source = `
    const { spawn } = require('node:child_process');
    const start = () => {
      const child = spawn('sh', [process.argv[1]], { stdio: ['pipe', 'ignore', 'ignore', 'ignore'] });
      process.stdout.write(child.pid + '\\n');
      child.once('exit', start);
    };
    start();`;
  const env = { ...process.env, BENCH_FIFO: begins.path, RIGDECK_MODULE: 'bare' };
  const parent = spawn(process.execPath, ['-e', source, script], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let pid = 0;
  createInterface(parent.stdout).on('line', (line) => {
    pid = Number(line);
  });
  await begins.next('bare');
  const samples = [];
  for (let kill = 0; kill < kills; kill += 1) {
    await pause(300);
    const again = begins.next('bare');
    const killedAt = performance.now();
    process.kill(pid, 'SIGKILL');
    samples.push((await again) - killedAt);
  }
  await pause(300);
  parent.kill('SIGKILL');
  return samples;
}
