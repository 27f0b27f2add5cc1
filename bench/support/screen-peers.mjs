/** Terminal UIs of peers, each with twenty processes that sleep; a peer that cannot be had is left out, and said so. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { install, Screen } from './screen.mjs';

const names = Array.from({ length: 20 }, (_, index) => `m${String(index).padStart(2, '0')}`);
const sleeping = ['sleep', '100000'];

/** What the same measures give for pm2's monitor and for mprocs. No targets: these are there to compare with. */
export async function measurePeers(folder, times) {
  const rows = [];
  for (const [name, begin] of Object.entries({ pm2, mprocs })) {
    const home = join(folder, name);
    mkdirSync(home);
    const isThere = await install(home, name);
    const peer = isThere ? begin(home) : null;
    if (peer === null) {
      console.error(`${name} cannot be installed here: left out`);
      continue;
    }
    try {
      rows.push(...(await measure(name, peer, times)));
    } finally {
      peer.end();
    }
  }
  return rows;
}

async function measure(name, { command, env, text }, { rounds, settleS, busyS }) {
  const first = [];
  for (let round = 0; round < Math.ceil(rounds / 5); round += 1) {
    const screen = new Screen(command, env);
    first.push(await screen.costUntil(text));
    await screen.end();
  }
  const screen = new Screen(command, env);
  try {
    await screen.costUntil(text);
    await pause(Math.min(settleS, 20) * 1_000);
    const { percent, bytesPerS } = await screen.usage(busyS);
    return [
      { what: `${name}: first frame, CPU`, unit: 'ms', samples: first },
      { what: `${name}: twenty processes that sleep, CPU`, unit: '%', samples: [percent] },
      { what: `${name}: the same, bytes a second`, unit: 'B/s', samples: [bytesPerS] },
      { what: `${name}: PSS`, unit: 'MB', samples: [screen.pssMb()] },
    ];
  } finally {
    await screen.end();
  }
}

/** A daemon of its own in its folder, and the monitor on it. */
function pm2(home) {
  const script = join(home, 'node_modules/pm2/bin/pm2');
  if (!existsSync(script)) return null;
  const env = environment({ PM2_HOME: join(home, 'home'), PM2_DISABLE_VERSION_CHECK: 'true' });
  const command = (...words) => [process.execPath, script, ...words];
  const call = (...words) => {
    const [file, ...more] = command(...words);
    execFileSync(file, more, { env, stdio: 'ignore' });
  };
  const apps = names.map((name) => ({
    name,
    script: '/bin/sleep',
    args: sleeping[1],
    interpreter: 'none',
  }));
  const config = join(home, 'apps.json');
  writeFileSync(config, JSON.stringify({ apps }));
  call('start', config);
  return { command: command('monit'), env, text: 'm00', end: () => call('kill') };
}

function mprocs(home) {
  const file = join(home, 'node_modules/.bin/mprocs');
  if (!existsSync(file)) return null;
  const config = join(home, 'mprocs.yaml');
  const procs = Object.fromEntries(names.map((name) => [name, { cmd: sleeping }]));
  writeFileSync(config, JSON.stringify({ procs }));
  return {
    command: [file, '--config', config],
    env: environment({ XDG_CONFIG_HOME: home }),
    text: 'm00',
    end: () => undefined,
  };
}

function environment(more) {
  const { PATH = '', HOME = '' } = process.env;
  return { PATH, HOME, TERM: 'xterm-256color', LANG: 'C.UTF-8', ...more };
}
