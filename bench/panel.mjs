/** What buttons and LEDs cost, and how soon a press is a wish. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { monoMs } from './support/client.mjs';
import { HeardPresses } from './support/heard-presses.mjs';
import { cpuSeconds } from './support/proc.mjs';
import { withRig } from './support/rig.mjs';
import { ToldModule } from './support/told.mjs';
import { until } from './support/until.mjs';

export const title = 'Buttons and LEDs';
export const about =
  'With simulated lines: what the kernel adds is not in it. From the instant at which a press is one (the debounce time and the hold are over) until a client hears what it did, the way through the socket included, and until a module is told to record; presses that were not heard; and CPU of the daemon beside the same one without a panel.';

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
    { line: 'GPIO24', name: 'record', hold: { after: `${holdMs}ms`, do: 'record.start' } },
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
  const rows = await press(program, quick);
  const seconds = quick ? 10 : 120;
  const alone = await cpuOf(program, { well }, undefined, seconds);
  const unlit = await cpuOf(program, { well }, { ...full, leds: [] }, seconds);
  const bare = await cpuOf(program, { well, failed }, undefined, seconds);
  const idle = await cpuOf(program, { well }, full, seconds);
  const fast = await cpuOf(program, { well, failed }, full, seconds);
  const percent = (what, cpu, more = {}) => ({ what, unit: '%', samples: [cpu], ...more });
  const peer = (cpu) => ({ peer: { what: 'the same daemon without a panel', samples: [cpu] } });
  return [
    ...rows,
    percent('daemon with 4 buttons that nobody presses: CPU of one core', unlit, peer(alone)),
    percent('what such a panel adds to that', Math.max(0, unlit - alone), {
      target: { of: 'median', atMost: 0.1 },
    }),
    percent('daemon with 4 buttons and 8 LEDs that flash every 2 s', idle, peer(alone)),
    percent('the same, all LEDs blinking as fast as they can', fast, peer(bare)),
    percent('what the panel adds to that', Math.max(0, fast - bare), {
      target: { of: 'median', atMost: 0.5 },
    }),
  ];
}

async function press(program, quick) {
  const folder = mkdtempSync(join(tmpdir(), 'rigdeck-bench-told-'));
  const told = new ToldModule(folder);
  const measure = async (rig) => {
    await rig.start();
    await rig.intend('session.start', { name: 'presses' });
    const heard = await HeardPresses.of(rig);
    await pause(100); // a line that was just opened has to be at rest first
    const marks = await hold(heard, 'GPIO17', quick ? 10 : 200);
    const commands = await record(rig, heard, told, quick ? 4 : 40);
    const presses = quick ? 25 : 3_000;
    const missed = await missedOf(rig, heard, presses);
    heard.close();
    return [
      {
        ...inMs('from a press to its intent accepted', marks.accepted),
        target: { of: 'median', atMost: 5 },
      },
      inMs('the same, to whoever watches', marks.heard),
      inMs('from a press to the first command at the module (to arm)', commands.arm),
      {
        ...inMs('from a press to the record command at the module', commands.record),
        target: { of: 'median', atMost: 10 },
        words: 'the folder is on the disk and every module has armed by then',
      },
      {
        what: `of ${presses} presses, five a second: not heard`,
        unit: '',
        samples: [missed],
        target: { of: 'max', atMost: 0 },
      },
    ];
  };
  try {
    return await withRig(program, { well, told: told.config }, measure, undefined, pressed);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function inMs(what, samples) {
  return { what, unit: 'ms', samples };
}

async function hold(heard, line, rounds) {
  const found = { accepted: [], heard: [] };
  for (let round = 0; round < rounds; round += 1) {
    const next = heard.next();
    const atMs = monoMs();
    await heard.call('gpio.press', { line, holdMs: holdMs + 40 });
    const end = await next;
    if (end === null) throw new Error('a press was not heard');
    found.accepted.push(end.acceptedMs - atMs - holdMs);
    found.heard.push(end.heardMs - atMs - holdMs);
    await pause(pressEveryMs);
  }
  return found;
}

async function record(rig, heard, told, rounds) {
  const found = { arm: [], record: [] };
  for (let round = 0; round < rounds; round += 1) {
    const atMs = monoMs();
    await heard.call('gpio.press', { line: 'GPIO24', holdMs: holdMs + 40 });
    for (const what of ['arm', 'record']) {
      found[what].push((await told.toldMs(what, round)) - atMs - holdMs);
    }
    await rig.intend('record.stop');
    await pause(pressEveryMs);
  }
  return found;
}

/** Of so many clicks, five a second. What a watcher is told may be two changes in one; what is on the disk is each. */
async function missedOf(rig, heard, presses) {
  const marked = () => markersIn(rig.recordings, 'clicked');
  const before = marked();
  for (let round = 0; round < presses; round += 1) {
    await pause(pressEveryMs);
    await whenUp(() => heard.call('gpio.press', { line: 'GPIO27', holdMs: downMs }));
  }
  await until('all of them are on the disk', () => marked() - before >= presses).catch(() => null);
  return presses - (marked() - before);
}

/** How many markers in the manifest are of this button. */
function markersIn(recordings, button) {
  const [session] = readdirSync(recordings);
  const { markers } = JSON.parse(readFileSync(join(recordings, session, 'session.json'), 'utf8'));
  return markers.filter(({ actor }) => actor.endsWith(`(${button})`)).length;
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
