/** What a bundled module weighs beside others. */
import { setTimeout as pause } from 'node:timers/promises';
import { pssBytes } from './support/proc.mjs';
import { withRig } from './support/rig.mjs';

export const title = 'Bundled modules';
export const about =
  'Share of memory (PSS) of one module while it records beside the others, and apart from it that of the programs it uses (arecord, ffmpeg).';

const modules = {
  system: { use: 'system' },
  audio: { use: 'audio', options: { source: 'test' } },
  camera: { use: 'camera', options: { source: 'test', width: 640, height: 480 } },
  command: {
    use: 'command',
    options: { run: ['sh', '-c', 'while sleep 1; do date; done >{dir}/{prefix}.txt'] },
  },
  sensor: { use: 'demo-sensor' },
};

export async function run({ program, quick }) {
  const rows = [];
  await withRig(program, modules, async (rig) => {
    await rig.start();
    await rig.intend('record.start');
    await pause(quick ? 3_000 : 30_000);
    for (const name of Object.keys(modules)) {
      const all = rig.processes('module').filter((one) => one.module === name);
      const own = all.filter(({ command }) =>
        command.includes(`/${name === 'sensor' ? 'demo-sensor' : name}/main.mjs`),
      );
      const used = [...rig.processes('module'), ...rig.processes('other')].filter(({ parent }) =>
        own.some(({ pid }) => pid === parent),
      );
      rows.push({
        what: `${name}: PSS of the module`,
        unit: 'MB',
        samples: own.map(({ pid }) => pssBytes(pid) / 1e6),
        target: { of: 'max', atMost: 15 },
      });
      if (used.length === 0) continue;
      const sum = used.reduce((bytes, { pid }) => bytes + pssBytes(pid), 0);
      rows.push({ what: `${name}: PSS of the programs it uses`, unit: 'MB', samples: [sum / 1e6] });
    }
  });
  return rows;
}
