/** A module that prints without end. */
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, openSync, rmSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { cpuSeconds, folderFacts } from './support/proc.mjs';
import { Rig } from './support/rig.mjs';

export const title = '100 MB of prints';
export const about =
  'One module prints 100 MB as fast as it can, in blocks of 4 KB. CPU time of the daemon from the first of it to three seconds after the last, and the speed of the program beside the same program that prints to a plain file of the same file system.';

const program = new URL('fixtures/prints.mjs', import.meta.url).pathname;
const megabytes = 100;
/** MB a second: as fast as it goes, and as fast as a program that works prints at most. */
const unlimited = 1e6;
const slowly = 20;

export async function run({ program: rigdeck, quick }) {
  const rig = new Rig(rigdeck, { loud: { command: [process.execPath, program] } });
  const fifos = { BENCH_GO: join(rig.runDir, 'go'), BENCH_FIFO: join(rig.runDir, 'took') };
  execFileSync('mkfifo', Object.values(fifos));
  const found = { cpu: [], slowCpu: [], speed: [], plain: [], size: [] };
  try {
    rig.launch(fifos);
    const client = await rig.connect();
    for (let round = 0; round < (quick ? 2 : 7); round += 1) {
      const fast = await flood(rig, fifos, unlimited);
      found.cpu.push(fast.cpu);
      found.speed.push(fast.speed);
      found.size.push(fast.size);
      found.plain.push(await printPlainly(rig, fifos));
      await again(client);
      if (round % 2 === 0) {
        found.slowCpu.push((await flood(rig, fifos, slowly)).cpu);
        await again(client);
      }
    }
    client.close();
  } finally {
    await rig.remove();
  }
  return [
    {
      what: 'CPU time of the daemon',
      unit: 's',
      samples: found.cpu,
      target: { of: 'median', atMost: 0.1 },
    },
    {
      what: `CPU time of the daemon when they come at ${slowly} MB/s`,
      unit: 's',
      samples: found.slowCpu,
      target: { of: 'median', atMost: 0.1 },
    },
    {
      what: 'speed of the module',
      unit: 'MB/s',
      samples: found.speed,
      peer: { what: 'to a plain file', samples: found.plain },
    },
    {
      what: 'largest size of the run dir',
      unit: 'MB',
      samples: found.size,
      target: { of: 'max', atMost: 16 },
    },
  ];
}

function again(client) {
  return client.call('intent', { kind: 'module.restart', module: 'loud', waitMs: 30_000 });
}

/** One flood, from its first byte to three seconds after its last. */
async function flood(rig, fifos, megabytesPerS) {
  await pause(1_500);
  const before = cpuSeconds(rig.daemon.pid);
  const done = took(fifos);
  let largest = 0;
  const look = setInterval(() => {
    largest = Math.max(largest, folderFacts(rig.runDir).bytes);
  }, 10);
  await writeFile(fifos.BENCH_GO, String(megabytesPerS));
  const speed = (megabytes / (await done)) * 1_000;
  await pause(3_000);
  clearInterval(look);
  return { speed, cpu: cpuSeconds(rig.daemon.pid) - before, size: largest / 1e6 };
}

async function printPlainly(rig, fifos) {
  const file = join(rig.runDir, 'plain');
  const output = openSync(file, 'a');
  const done = took(fifos);
  const child = spawn(process.execPath, [program], {
    env: { ...process.env, ...fifos },
    stdio: ['ignore', output, 'inherit'],
  });
  closeSync(output);
  await writeFile(fifos.BENCH_GO, String(unlimited));
  const ms = await done;
  child.kill('SIGKILL');
  rmSync(file);
  return (megabytes / ms) * 1_000;
}

async function took({ BENCH_FIFO }) {
  return Number(await readFile(BENCH_FIFO, 'utf8'));
}
