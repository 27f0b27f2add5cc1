/** How long it takes until somebody knows how the rig is. */

import { setTimeout as pause } from 'node:timers/promises';
import { spawn as spawnTerminal } from '@lydell/node-pty';
import { wallMs } from './support/child.mjs';
import { alike, Rig } from './support/rig.mjs';
import { until } from './support/until.mjs';

export const title = 'Starting and taking over';
export const about =
  'Time that passes for somebody who waits, on a rig with five modules, beside `node -e 0`.';

export async function run({ program, quick }) {
  const found = { floor: [], answers: [], up: [], adopts: [], screen: [] };
  for (let round = 0; round < (quick ? 2 : 9); round += 1) {
    const rig = new Rig(program, alike(5, { use: 'demo-sensor' }));
    try {
      found.floor.push(await wallMs([process.execPath, '-e', '0'], rig.environment));
      await bringUp(rig, found);
      found.screen.push(await openScreen(rig));
      found.adopts.push(await takeOver(rig));
    } finally {
      await rig.remove();
    }
  }
  const peer = { what: '`node -e 0`', samples: found.floor };
  const row = (what, samples, target) => ({ what, unit: 'ms', samples, peer, ...target });
  return [
    row('`rigdeck up` to the first state of the rig', found.answers),
    row('`rigdeck up` to every module ready', found.up),
    row('a new daemon after kill -9, to all modules adopted', found.adopts, {
      target: { of: 'median', atMost: 1_000 },
    }),
    row('`rigdeck` to the first screen with modules', found.screen),
  ];
}

async function bringUp(rig, found) {
  const began = performance.now();
  const up = wallMs([process.execPath, rig.program, 'up'], rig.environment);
  const client = await rig.connect(2);
  await client.call('state.get');
  found.answers.push(performance.now() - began);
  client.close();
  found.up.push(await up);
}

/** kill -9 of the daemon, a new one, and until it tells of the same processes. */
async function takeOver(rig) {
  const [daemon] = rig.processes('daemon');
  const before = await pids(rig);
  process.kill(daemon.pid, 'SIGKILL');
  await until('the daemon is gone', () => rig.processes('daemon').length === 0);
  await pause(500);
  const began = performance.now();
  rig.launch();
  const client = await rig.connect(2);
  await until(
    'all modules are adopted',
    async () => (await pids(rig, client)) === before,
    10_000,
    2,
  );
  const took = performance.now() - began;
  client.close();
  return took;
}

async function pids(rig, client) {
  const asks = client ?? (await rig.connect());
  const { modules } = await asks.call('state.get');
  if (client === undefined) asks.close();
  return Object.values(modules)
    .map(({ pid, state }) => `${pid} ${state}`)
    .join(', ');
}

async function openScreen(rig) {
  const began = performance.now();
  let shown = '';
  const screen = spawnTerminal(process.execPath, [rig.program], {
    cols: 100,
    rows: 30,
    env: rig.environment,
  });
  try {
    await new Promise((resolve) => {
      screen.onData((text) => {
        shown += text;
        if (shown.includes('m04')) resolve();
      });
    });
    return performance.now() - began;
  } finally {
    screen.kill('SIGKILL');
  }
}
