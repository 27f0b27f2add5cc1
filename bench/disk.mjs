/** What a rig that waits writes: nothing, or its card wears out and its power cut is never harmless. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { folderFacts, ioCounters } from './support/proc.mjs';
import { alike, withRig } from './support/rig.mjs';

export const title = 'What an idle rig writes';
export const about =
  'Six modules and one client that watches; the run dir lies in memory, as that of the service does. Bytes that the kernel counted for the daemon, its keepers and its modules, and calls that wrote to files outside the run dir.';

const modules = {
  ...alike(5, { use: 'demo-sensor' }),
  shell: { command: ['sh', new URL('fixtures/idle.sh', import.meta.url).pathname] },
};

/** What the start has to write is written after 10 s. */
const settleMs = 15_000;
const none = { target: { of: 'max', atMost: 0 } };

export async function run({ program, quick }) {
  const inMemory = await withRig(program, modules, (rig) => look(rig, quick));
  const seconds = quick ? 20 : 120;
  const onDisk = await withRig(program, modules, (rig) => countBytes(rig, seconds), tmpdir());
  const what = `bytes to disk in ${seconds} s where the run dir is on a disk too`;
  const words = 'a ping and its answer every ten seconds go through files of the run dir';
  return [...inMemory, { what, unit: 'bytes', samples: [onDisk], words, ...none }];
}

async function countBytes(rig, seconds) {
  await rig.start();
  await pause(settleMs);
  const before = written(rig).bytes;
  await pause(seconds * 1_000);
  return written(rig).bytes - before;
}

async function look(rig, quick) {
  const seconds = quick ? 20 : 600;
  await rig.start();
  const watcher = await rig.connect();
  await watcher.call('state.watch');
  await pause(settleMs);
  const began = Date.now();
  const before = written(rig);
  await pause(seconds * 1_000);
  const after = written(rig);
  const touched = folderFacts(rig.folder).newestMs >= began ? 1 : 0;
  const traced = await traceWrites(rig, quick ? 10 : 60);
  watcher.close();
  return [
    {
      what: `bytes to disk in ${seconds} s`,
      unit: 'bytes',
      samples: [after.bytes - before.bytes],
      ...none,
    },
    {
      what: `files changed in ${seconds} s (state, recordings, configuration)`,
      unit: 'files',
      samples: [touched],
      ...none,
    },
    {
      what: `writing calls of the daemon to anything, in ${seconds} s`,
      unit: 'calls',
      samples: [after.calls - before.calls],
    },
    ...traced.map((row) => ({ ...row, ...none })),
  ];
}

/** What the kernel counted for all processes of the rig. */
function written(rig) {
  const all = ['daemon', 'keeper', 'module'].flatMap((kind) => rig.processes(kind));
  const bytes = all.map(({ pid }) => ioCounters(pid).write_bytes);
  return { bytes: bytes.reduce((a, b) => a + b), calls: ioCounters(rig.daemon.pid).syscw };
}

/** Writes and syncs of the daemon outside its run dir, as strace sees them: also those that the cache would swallow. */
async function traceWrites(rig, seconds) {
  const log = join(rig.runDir, 'strace');
  const calls =
    'trace=write,pwrite64,writev,pwritev,fsync,fdatasync,rename,renameat2,unlink,ftruncate';
  const tracer = spawn(
    'strace',
    ['-f', '-y', '-qq', '-e', calls, '-o', log, '-p', String(rig.daemon.pid)],
    { stdio: 'ignore' },
  );
  const failed = new Promise((resolve) => {
    tracer.once('error', () => resolve(true));
    tracer.once('exit', () => resolve(true));
  });
  if (await Promise.race([failed, pause(seconds * 1_000, false)])) return [];
  tracer.kill('SIGINT');
  await failed;
  const onDisk = readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line.includes(rig.folder));
  return [
    {
      what: `writing calls to files on disk in ${seconds} s (strace)`,
      unit: 'calls',
      samples: [onDisk.length],
    },
  ];
}
