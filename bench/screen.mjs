/** What the terminal UI costs: to open, while nothing happens, while everything ticks, and in memory. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { build } from 'esbuild';
import { rssBytes } from './support/proc.mjs';
import { alike, withRig } from './support/rig.mjs';
import { Screen } from './support/screen.mjs';
import { measurePeers } from './support/screen-peers.mjs';

export const title = 'The terminal UI';
export const about =
  'In a terminal of 100 x 30, on a rig with twenty modules. CPU is that of the viewer in percent of one core, bytes are those that it writes to the terminal. Ink is a bundled program that shows two lines; pm2 and mprocs show twenty processes that sleep.';

const last = 'm19';
const still = { command: ['sh', new URL('fixtures/idle.sh', import.meta.url).pathname] };
const off = { ...still, enabled: false };
const sensor = { use: 'demo-sensor', options: { rate: 1 } };
/** One that comes and goes in no time. */
const quick = { protocol: 'none', record: { command: ['true'] } };
/** One that failed beside others: the rig is degraded, and its light the fastest there is. */
const failed = { command: ['false'], restart: { policy: 'never' } };
const blinking = { backend: 'simulated', leds: [{ line: 'GPIO22', name: 'light', shows: 'rig' }] };

export async function run({ program, quick: isQuick }) {
  const folder = mkdtempSync(join(tmpdir(), 'rigdeck-bench-screen-'));
  const times = isQuick
    ? { rounds: 5, settleS: 5, idleS: 20, busyS: 10, keys: 20 }
    : { rounds: 25, settleS: 130, idleS: 300, busyS: 60, keys: 200 };
  try {
    const ink = await bundleInk(join(folder, 'two-lines.mjs'));
    const rows = [
      ...(await withRig(program, alike(20, off), (rig) => idle(rig, times))),
      ...(await withRig(program, alike(20, still), (rig) => open(rig, ink, times))),
      ...(await withRig(program, { ...alike(20, sensor), quick }, (rig) => busy(rig, times))),
      ...(await withRig(
        program,
        { well: quick, failed },
        (rig) => blink(rig, times),
        undefined,
        blinking,
      )),
    ];
    return [...rows, ...(await measurePeers(folder, times))];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The program as we bundle our own (scripts/build.mjs). Gives its command. */
async function bundleInk(outfile) {
  await build({
    entryPoints: [new URL('fixtures/two-lines.mjs', import.meta.url).pathname],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    minifySyntax: true,
    define: { 'process.env.NODE_ENV': '"production"' },
    alias: {
      'react-devtools-core': new URL('../scripts/nothing.mjs', import.meta.url).pathname,
    },
    banner: {
      js: "import { createRequire as make } from 'node:module'; const require = make(import.meta.url);",
    },
  });
  return [process.execPath, outfile];
}

async function idle(rig, { idleS }) {
  await rig.start();
  return await withScreens(rig, [['screen'], ['watch']], async ([screen, watch]) => {
    await pause(20_000); // neither its start nor the news of who came is what it costs
    const [own, light] = await Promise.all([screen.usage(idleS), watch.usage(idleS)]);
    return [
      {
        what: `nothing changes: bytes in ${idleS} s`,
        unit: 'bytes',
        samples: [own.bytes],
        peer: { what: '`status --watch`', samples: [light.bytes] },
        target: { of: 'max', atMost: 0 },
      },
      {
        what: `nothing changes: CPU over ${idleS} s`,
        unit: '%',
        samples: [own.percent],
        peer: { what: '`status --watch`', samples: [light.percent] },
        target: { of: 'max', atMost: 0.01 },
      },
    ];
  });
}

/** First frames, memory and keys, on a rig that is up and idle. */
async function open(rig, ink, { rounds, settleS, keys, busyS }) {
  await rig.start();
  const first = { own: [], ink: [] };
  const floor = [];
  for (let round = 0; round < rounds; round += 1) {
    first.ink.push(await costOfFirst(new Screen(ink, rig.environment), 'two lines'));
    first.own.push(await costOfFirst(new Screen(commandOf(rig, 'screen'), rig.environment), last));
  }
  const two = new Screen(ink, rig.environment);
  await two.costUntil('two lines');
  const rows = await withScreens(rig, [['screen']], async ([screen]) => {
    await pause(settleS * 1_000);
    floor.push(two.pssMb());
    await two.end();
    const memory = [screen.pssMb()];
    const alone = [rssBytes(screen.pid) / 1e6];
    const took = [];
    for (let key = 0; key < keys; key += 1) {
      await pause(150);
      took.push(await screen.press(key % 20 < 10 ? 'j' : 'k', '▌'));
    }
    const { percent, bytesPerS } = await screen.usage(busyS);
    return [
      {
        what: 'key to changed screen',
        unit: 'ms',
        samples: took,
        target: { of: 'median', atMost: 50 },
      },
      {
        what: 'a viewer: PSS',
        unit: 'MB',
        samples: memory,
        peer: { what: 'Ink', samples: floor },
        target: { of: 'max', atMost: 85 },
      },
      {
        what: 'a viewer: RSS, the most that PSS can be where nothing else runs Node',
        unit: 'MB',
        samples: alone,
      },
      { what: 'twenty idle modules that run: CPU', unit: '%', samples: [percent] },
      { what: 'twenty idle modules that run: bytes a second', unit: 'B/s', samples: [bytesPerS] },
    ];
  });
  const four = await withScreens(rig, Array(4).fill(['screen']), async (screens) => {
    await pause(settleS * 1_000);
    return screens.reduce((sum, screen) => sum + screen.pssMb(), 0);
  });
  return [
    {
      what: 'first frame: CPU',
      unit: 'ms',
      samples: first.own,
      peer: { what: 'Ink', samples: first.ink },
      target: { of: 'ratio', atMost: 1.3 },
    },
    ...rows,
    {
      what: 'four viewers together: PSS',
      unit: 'MB',
      samples: [four],
      target: { of: 'max', atMost: 170 },
    },
  ];
}

async function costOfFirst(screen, text) {
  try {
    return await screen.costUntil(text);
  } finally {
    await screen.end();
  }
}

/** Twenty that record, and then ten changes of the rig a second on top of it. */
async function busy(rig, { settleS, busyS }) {
  await rig.start();
  await rig.intend('record.start');
  return await withScreens(rig, [['screen'], ['watch']], async ([screen, watch]) => {
    await pause(Math.min(settleS, 20) * 1_000);
    const calm = await Promise.all([screen.usage(busyS), watch.usage(busyS)]);
    const storm = beginStorm(await rig.connect());
    const wild = await Promise.all([screen.usage(busyS), watch.usage(busyS)]);
    await storm.end();
    const rows = (when, [own, light], most) => [
      {
        what: `${when}: CPU`,
        unit: '%',
        samples: [own.percent],
        peer: { what: '`status --watch`', samples: [light.percent] },
        target: { of: 'max', atMost: most.percent },
      },
      {
        what: `${when}: bytes a second`,
        unit: 'B/s',
        samples: [own.bytesPerS],
        peer: { what: '`status --watch`', samples: [light.bytesPerS] },
        ...(most.bytesPerS === undefined ? {} : { target: { of: 'max', atMost: most.bytesPerS } }),
      },
    ];
    return [
      ...rows('twenty modules record', calm, { percent: 2, bytesPerS: 2_500 }),
      ...rows(`and ${storm.perS()} changes a second`, wild, { percent: 8 }),
    ];
  });
}

/** Somebody turns a module off and on, ten times a second. */
function beginStorm(client) {
  let changes = 0;
  let isOver = false;
  const began = performance.now();
  let endedMs = 0;
  const blow = async () => {
    while (!isOver) {
      const kind = changes % 2 === 0 ? 'module.disable' : 'module.enable';
      await Promise.all([client.call('intent', { kind, module: 'quick' }), pause(100)]);
      changes += 1;
    }
    endedMs = performance.now();
  };
  const blowing = blow();
  return {
    perS: () => Math.round((changes * 1_000) / (endedMs - began)),
    end: async () => {
      isOver = true;
      await blowing;
      client.close();
    },
  };
}

/** The panel's page, with a light that blinks four times a second. */
async function blink(rig, { busyS }) {
  await rig.start();
  return await withScreens(rig, [['screen', 'failed']], async ([screen]) => {
    await screen.press('B', 'fast blink');
    const { percent, bytesPerS } = await screen.usage(busyS);
    return [
      { what: 'the panel with a light that blinks fast: CPU', unit: '%', samples: [percent] },
      { what: 'the same: bytes a second', unit: 'B/s', samples: [bytesPerS] },
    ];
  });
}

/** Opens viewers one after the other, waits until each shows the last module, and ends them whatever happens. */
async function withScreens(rig, wanted, use) {
  const screens = [];
  try {
    for (const [kind, text = last] of wanted) {
      const screen = new Screen(commandOf(rig, kind), rig.environment);
      screens.push(screen);
      await screen.costUntil(text);
    }
    return await use(screens);
  } finally {
    for (const screen of screens) await screen.end();
  }
}

function commandOf({ program }, kind) {
  return [process.execPath, program, ...(kind === 'watch' ? ['status', '--watch'] : [])];
}
