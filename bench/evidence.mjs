/** What it costs to look whether data land. */
import { setTimeout as pause } from 'node:timers/promises';
import { cpuSeconds } from './support/proc.mjs';
import { alike, withRig } from './support/rig.mjs';

export const title = 'Evidence';
export const about =
  'CPU of the daemon while twenty modules record, as a part of one core: with evidence by files, which are looked at, beside evidence by heartbeat, where none is.';

export async function run({ program, quick }) {
  const seconds = quick ? 10 : 90;
  const rounds = quick ? 1 : 3;
  const byFiles = [];
  const byHeartbeat = [];
  for (let round = 0; round < rounds; round += 1) {
    byFiles.push(await percentOf(program, 'files', seconds));
    byHeartbeat.push(await percentOf(program, 'heartbeat', seconds));
  }
  const cost = byFiles.map((percent, index) => Math.max(0, percent - byHeartbeat[index]));
  return [
    {
      what: 'daemon while 20 modules record at 1 Hz',
      unit: '%',
      samples: byFiles,
      peer: { what: 'evidence by heartbeat', samples: byHeartbeat },
    },
    {
      what: 'of it for looking at the files of 20 modules',
      unit: '%',
      samples: cost,
      target: { of: 'median', atMost: 0.2 },
    },
  ];
}

async function percentOf(program, evidence, seconds) {
  const modules = alike(20, { use: 'demo-sensor', options: { rate: 1 }, evidence });
  let percent = 0;
  await withRig(program, modules, async (rig) => {
    await rig.start();
    await rig.intend('record.start');
    await pause(5_000); // the start is not what it costs
    const before = cpuSeconds(rig.daemon.pid);
    await pause(seconds * 1_000);
    percent = ((cpuSeconds(rig.daemon.pid) - before) / seconds) * 100;
  });
  return percent;
}
