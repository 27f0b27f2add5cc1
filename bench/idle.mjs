/** What a rig costs while nothing happens, and a little more than nothing. */
import { spawn as spawnProcess } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { spawn as spawnTerminal } from '@lydell/node-pty';
import { cpuSeconds, pssBytes, rssBytes } from './support/proc.mjs';
import { alike, withRig } from './support/rig.mjs';
import { until } from './support/until.mjs';

export const title = 'A rig that waits';
export const about =
  'CPU time a minute and share of memory (PSS) of the daemon with twenty modules, beside a Node process that does nothing.';

const shell = { command: ['sh', new URL('fixtures/idle.sh', import.meta.url).pathname] };
const fast = { use: 'demo-sensor' };
const slow = { use: 'demo-sensor', options: { rate: 1 } };

export async function run({ program, quick }) {
  const seconds = quick ? 10 : 90;
  const settleMs = quick ? 3_000 : 20_000;
  const rows = [];
  await withRig(program, alike(20, shell), async (rig) => {
    await rig.start();
    await pause(settleMs);
    rows.push(...(await measure(rig, seconds, 'with 20 modules in sh')));
  });
  await withRig(program, alike(20, fast), async (rig) => {
    await rig.start();
    await pause(settleMs);
    rows.push(...(await measure(rig, seconds, 'with 20 modules in Node')));
    rows.push(
      ...(await withViewer(rig, () =>
        measure(rig, seconds, 'and a terminal UI open', 'no target'),
      )),
    );
  });
  await withRig(program, alike(20, slow), async (rig) => {
    await rig.start();
    await rig.intend('record.start');
    await pause(settleMs);
    rows.push(...(await measure(rig, seconds, 'recording 20 modules at 1 Hz', 'no target')));
  });
  return rows;
}

async function measure(rig, seconds, when, ...withoutTarget) {
  const floor = spawnProcess(process.execPath, ['-e', 'setInterval(() => {}, 2 ** 30)']);
  const { pid } = rig.daemon;
  await pause(1_000); // its start is not what it costs
  const before = { daemon: cpuSeconds(pid), floor: cpuSeconds(floor.pid) };
  const memory = { daemon: [], floor: [], keepers: [], alone: [] };
  for (let part = 0; part < 10; part += 1) {
    await pause(seconds * 100);
    memory.daemon.push(megabytes(pssBytes(pid)));
    memory.alone.push(megabytes(rssBytes(pid)));
    memory.floor.push(megabytes(pssBytes(floor.pid)));
    memory.keepers.push(...rig.processes('keeper').map((one) => megabytes(pssBytes(one.pid))));
  }
  const perMinute = (now, then) => [((now - then) * 60) / seconds];
  const own = perMinute(cpuSeconds(pid), before.daemon);
  const peer = perMinute(cpuSeconds(floor.pid), before.floor);
  floor.kill();
  const target = (atMost, of = 'median') =>
    withoutTarget.length > 0 ? {} : { target: { of, atMost } };
  const nothing = 'an idle Node process';
  const keepers =
    withoutTarget.length > 0
      ? [] // nobody but the module talks to it
      : [
          {
            what: `one keeper ${when}: PSS`,
            unit: 'MB',
            samples: memory.keepers,
            ...target(0.3, 'max'),
          },
        ];
  return [
    {
      what: `daemon ${when}: CPU a minute`,
      unit: 's',
      samples: own,
      peer: { what: nothing, samples: peer },
      ...target(0.3),
    },
    {
      what: `daemon ${when}: PSS`,
      unit: 'MB',
      samples: memory.daemon,
      peer: { what: nothing, samples: memory.floor },
      ...target(65, 'max'),
    },
    {
      what: `daemon ${when}: RSS, the most that PSS can be where nothing else runs Node`,
      unit: 'MB',
      samples: memory.alone,
    },
    ...keepers,
  ];
}

/** The terminal UI in a terminal of its own, and what it costs itself. */
async function withViewer(rig, use) {
  let shown = '';
  const viewer = spawnTerminal(process.execPath, [rig.program], {
    cols: 100,
    rows: 30,
    env: rig.environment,
  });
  viewer.onData((text) => {
    shown = (shown + text).slice(-20_000);
  });
  try {
    await until('the terminal UI shows the last module', () => shown.includes('m19'));
    const before = { cpu: cpuSeconds(viewer.pid), at: performance.now() };
    const rows = await use();
    const minutes = (performance.now() - before.at) / 60_000;
    const cpu = (cpuSeconds(viewer.pid) - before.cpu) / minutes;
    return [
      ...rows,
      { what: 'the terminal UI: CPU a minute', unit: 's', samples: [cpu] },
      { what: 'the terminal UI: PSS', unit: 'MB', samples: [megabytes(pssBytes(viewer.pid))] },
    ];
  } finally {
    viewer.kill('SIGKILL');
  }
}

function megabytes(bytes) {
  return bytes / 1e6;
}
