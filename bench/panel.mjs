/** What buttons and LEDs cost, and how soon a press is a wish. */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client, monoMs } from './support/client.mjs';
import { cpuSeconds } from './support/proc.mjs';
import { withRig } from './support/rig.mjs';
import { until } from './support/until.mjs';

export const title = 'Buttons and LEDs';
export const about =
  'With simulated lines: what the kernel adds is not in it. From the instant at which a press is one (the debounce time and the hold are over) until a client hears what it did, the way through the socket included; presses that were not heard; and CPU of the daemon beside the same one without a panel.';

/** Long enough to be proven, and known to the millisecond. */
const holdMs = 50;
/** Five a second. */
const pressEveryMs = 200;
const downMs = 80;

const button = (line, name) => ({ line: `GPIO${line}`, name, click: 'mark' });
const led = (line) => ({ line: `GPIO${line}`, name: `l${line}`, shows: 'rig' });
const pressed = {
  backend: 'simulated',
  buttons: [
    { line: 'GPIO17', name: 'held', hold: { after: `${holdMs}ms`, do: 'mark' } },
    button(27, 'clicked'),
  ],
  leds: [led(22)],
};
const full = {
  backend: 'simulated',
  buttons: [17, 27, 24, 25].map((line) => button(line, `b${line}`)),
  leds: [4, 5, 6, 12, 13, 16, 22, 23].map(led),
};

const well = { protocol: 'none', record: { command: ['true'] } };
/** One that failed beside one that is well: the rig is degraded, and its light the fastest there is. */
const failed = { command: ['false'], restart: { policy: 'never' } };

export async function run({ program, quick }) {
  const rows = await withRig(program, { well }, (rig) => press(rig, quick), undefined, pressed);
  const seconds = quick ? 10 : 120;
  const bare = await cpuOf(program, { well, failed }, undefined, seconds);
  const idle = await cpuOf(program, { well }, full, seconds);
  const fast = await cpuOf(program, { well, failed }, full, seconds);
  const percent = (what, cpu, more = {}) => ({ what, unit: '%', samples: [cpu], ...more });
  const peer = { what: 'the same daemon without a panel', samples: [bare] };
  return [
    ...rows,
    percent('daemon with 4 buttons and 8 LEDs that flash every 2 s: CPU of one core', idle, {
      peer,
    }),
    percent('the same, all LEDs blinking as fast as they can', fast, { peer }),
    percent('what the panel adds to that', Math.max(0, fast - bare), {
      target: { of: 'median', atMost: 0.5 },
    }),
  ];
}

async function press(rig, quick) {
  await rig.start();
  await rig.intend('session.start', { name: 'presses' });
  const client = await Client.open(join(rig.runDir, 'control.sock'));
  await client.hello();
  let markers = 0;
  let heard = () => undefined;
  client.listen(({ method, params }) => {
    if (method !== 'state.change' || !params.actor.startsWith('button')) return;
    markers += 1;
    heard(monoMs());
  });
  await client.call('state.watch');
  await until('the lines are open', async () => {
    const { lines } = await client.call('gpio.list');
    return lines.every(({ state }) => state === 'ok');
  });
  await pause(100); // a line that was just opened has to be at rest first
  const samples = [];
  for (let round = 0; round < (quick ? 10 : 200); round += 1) {
    const told = new Promise((resolve) => {
      heard = resolve;
    });
    const atMs = monoMs();
    await client.call('gpio.press', { line: 'GPIO17', holdMs: holdMs + 40 });
    samples.push((await told) - atMs - holdMs);
    await pause(pressEveryMs);
  }
  heard = () => undefined;
  const presses = quick ? 25 : 3_000;
  markers = 0;
  for (let round = 0; round < presses; round += 1) {
    await pause(pressEveryMs);
    await whenUp(() => client.call('gpio.press', { line: 'GPIO27', holdMs: downMs }));
  }
  await pause(1_000);
  client.close();
  return [
    {
      what: 'from a press to whoever watches',
      unit: 'ms',
      samples,
      target: { of: 'median', atMost: 5 },
    },
    {
      what: `of ${presses} presses, five a second: not heard`,
      unit: '',
      samples: [presses - markers],
      target: { of: 'max', atMost: 0 },
    },
  ];
}

/** On a machine that is busy for long, the last press may not be over: nobody presses a button that is down. */
async function whenUp(act) {
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (!/is down already/.test(String(error))) throw error;
      await pause(10);
    }
  }
}

/** Of one core, in percent. */
function cpuOf(program, modules, gpio, seconds) {
  const measure = async (rig) => {
    await rig.start();
    await pause(3_000);
    const { pid } = rig.daemon;
    const before = cpuSeconds(pid);
    await pause(seconds * 1_000);
    return ((cpuSeconds(pid) - before) * 100) / seconds;
  };
  return withRig(program, modules, measure, undefined, gpio);
}
