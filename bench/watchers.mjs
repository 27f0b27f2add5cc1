/** How soon everybody who looks sees what somebody wished. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { Client, monoMs } from './support/client.mjs';
import { withRig } from './support/rig.mjs';
import { until } from './support/until.mjs';

export const title = 'Twenty who watch';
export const about =
  'From sending an intent (a module is enabled or disabled) to its arrival at the last of twenty watching clients, beside a Node server that only passes a line of the same size on to twenty.';

const watchers = 20;
const program = (name) => new URL(`fixtures/${name}`, import.meta.url).pathname;
/** Between two intents: a person is not faster, and what an intent sets off is over. */
const betweenMs = 120;

const modules = {
  quick: { protocol: 'none', record: { command: ['true'] } },
  spawned: { command: ['sh', program('idle.sh')] },
};

export function run({ program: rigdeck, quick }) {
  const rounds = quick ? 20 : 120;
  return withRig(rigdeck, modules, async (rig) => {
    await rig.start();
    const socket = join(rig.runDir, 'control.sock');
    const inOne = [];
    for (const module of Object.keys(modules)) {
      inOne.push([
        module,
        await sendAndWait(socket, module, rounds, await openHere(socket, module)),
      ]);
    }
    const inMany = await sendAndWait(socket, 'quick', rounds, await openElsewhere(socket, 'quick'));
    const size = JSON.stringify(await oneChange(socket)).length;
    const peer = {
      what: `passing ${size} bytes on`,
      samples: await passOn(join(rig.runDir, 'floor.sock'), size, rounds),
    };
    const row = (what, samples) => ({
      what,
      unit: 'ms',
      samples,
      peer,
      target: { of: 'median', atMost: 10 },
    });
    return [
      row('twenty clients in one process', inOne[0][1]),
      row('the same, of a module with a process', inOne[1][1]),
      row('twenty clients in twenty processes', inMany),
    ];
  });
}

/** Turns the module off and on, and gives how long each time until the last watcher knew, in ms. */
async function sendAndWait(socket, module, rounds, watching) {
  const sender = await Client.open(socket);
  await sender.hello('sender');
  const samples = [];
  for (let round = 0; round < rounds; round += 1) {
    await pause(betweenMs);
    const desired = round % 2 === 0 ? 'off' : 'on';
    const told = watching.allTold(desired);
    const sentAt = monoMs();
    await sender.call('intent', {
      kind: desired === 'on' ? 'module.enable' : 'module.disable',
      module,
    });
    samples.push((await told) - sentAt);
  }
  sender.close();
  watching.close();
  return samples;
}

async function openHere(socket, module) {
  const clients = [];
  const told = gather();
  for (let index = 0; index < watchers; index += 1) {
    const client = await Client.open(socket);
    await client.hello('watcher');
    client.listen(({ method, params }) => {
      const record = method === 'state.change' ? params.changed[`modules.${module}`] : undefined;
      if (record) told.hear(index, record.desired, monoMs());
    });
    await client.call('state.watch');
    clients.push(client);
  }
  return {
    allTold: told.all,
    close: () => {
      for (const client of clients) client.close();
    },
  };
}

async function openElsewhere(socket, module) {
  const told = gather();
  let watching = 0;
  const children = Array.from({ length: watchers }, (_, index) => {
    const words = [program('watcher.mjs'), socket, module];
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    createInterface(child.stdout).on('line', (line) => {
      const [desired, at] = line.split(' ');
      if (desired === 'watches') watching += 1;
      else told.hear(index, desired, Number(at));
    });
    return child;
  });
  await until('all watch', () => watching === watchers);
  return {
    allTold: told.all,
    close: () => {
      for (const child of children) child.kill();
    },
  };
}

/** Waits until each watcher has heard the same word once, and gives when the last did. */
function gather() {
  let awaited = null;
  return {
    all: (word) =>
      new Promise((resolve) => {
        awaited = { word, times: new Map(), resolve };
      }),
    hear: (index, word, at) => {
      if (awaited?.word !== word || awaited.times.has(index)) return;
      awaited.times.set(index, at);
      if (awaited.times.size < watchers) return;
      awaited.resolve(Math.max(...awaited.times.values()));
      awaited = null;
    },
  };
}

/** What a change of a module looks like on the wire. */
async function oneChange(socket) {
  const client = await Client.open(socket);
  await client.hello('bench');
  await client.call('state.watch');
  const change = new Promise((resolve) => {
    client.listen((message) => {
      if (message.params.changed['modules.quick']) resolve(message);
    });
  });
  await client.call('intent', { kind: 'module.disable', module: 'quick' });
  const seen = await change;
  await client.call('intent', { kind: 'module.enable', module: 'quick' });
  client.close();
  return seen;
}

async function passOn(socket, size, rounds) {
  const server = spawn(process.execPath, [program('broadcast.mjs'), socket], { stdio: 'ignore' });
  const open = () => Client.open(socket).catch(() => null);
  const sender = await until('the server listens', open);
  const told = gather();
  const clients = [];
  for (let index = 0; index < watchers; index += 1) {
    const client = await Client.open(socket);
    client.listen(({ word }) => told.hear(index, word, monoMs()));
    clients.push(client);
  }
  await pause(betweenMs);
  const samples = [];
  for (let round = 0; round < rounds; round += 1) {
    await pause(betweenMs);
    const all = told.all('said');
    const sentAt = monoMs();
    sender.write({ word: 'said', filler: 'x'.repeat(size) });
    samples.push((await all) - sentAt);
  }
  for (const client of [sender, ...clients]) client.close();
  server.kill();
  return samples;
}
