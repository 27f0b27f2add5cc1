import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { monoMs } from '../../../src/daemon/clock.ts';
import { filesOf, manifestOf, theSession } from '../../stories/support/recorded.ts';
import { StoryRig } from '../../stories/support/rig.ts';
import { until } from '../../support/until.ts';
import { type Backend, type Scenario, World } from './scenario.ts';
import type { SimChip } from './sim-chip.ts';
import {
  click,
  header,
  hold,
  holdMs,
  label,
  lines,
  longHoldMs,
  mic,
  panelIs,
  rhythmIs,
  sensor,
  wiredRig,
  wiring,
} from './wired-rig.ts';
import { WrittenLevels } from './written-levels.ts';

/** How much of the time a light was on, looked at from outside. */
async function shareLit(chip: SimChip, line: number, ms: number): Promise<number> {
  const end = monoMs() + ms;
  let [looks, lit] = [0, 0];
  while (monoMs() < end) {
    looks += 1;
    lit += chip.level(line);
    await pause(10);
  }
  return lit / looks;
}

async function lightIs(chip: SimChip, line: number, from: number, to: number): Promise<void> {
  await until(`the light is on for ${from} to ${to} of the time`, async () => {
    const share = await shareLit(chip, line, 2_000);
    return share >= from && share <= to;
  });
}

/** One rig from the first press to the last: each step goes on where the one before ended. */
class PanelStory {
  readonly #backend: Backend;
  readonly #world = new World();
  #begun: {
    readonly chip: SimChip;
    readonly rig: StoryRig;
    readonly written: WrittenLevels;
  } | null = null;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  readonly steps: Readonly<Record<string, Scenario>> = {
    'a click starts real modules, and the light tells when data land': async () => {
      const chip = header(this.#world);
      const rig = await wiredRig(this.#world, { sensor, mic }, wiring(this.#backend, longHoldMs));
      await rig.startUp();
      await rig.until('the panel is open', panelIs(this.#backend));
      this.#begun = { chip, rig, written: new WrittenLevels() };
      await lightIs(chip, lines.status, 0.01, 0.25);
      await click(rig, chip, 'record');
      await rig.until('the light says REC', rhythmIs('recording'));
      await lightIs(chip, lines.status, 0.75, 0.99);
      for (const module of ['sensor', 'mic']) {
        assert(filesOf(theSession(rig.recordings), module).length > 0, module);
      }
    },

    'a marker is stamped when the finger came down': async () => {
      const { chip, rig } = this.#here();
      const { from, to } = await click(rig, chip, 'mark');
      await rig.until('it has its marker', (now) => now.rig.lastMarker !== null);
      const marker = await until('it is on disk', () => {
        return manifestOf(theSession(rig.recordings)).markers[0];
      });
      const at = Number(marker.monoNs) / 1e6;
      assert(at >= from - 5 && at <= to, `marked at ${at}, pressed from ${from} to ${to}`);
      assert.equal(marker.actor, 'button GPIO27 (mark)');
    },

    'kill -9 of the daemon stops no module, and `gpio off` leaves the LEDs as configured':
      async () => {
        const { rig, written } = this.#here();
        const recorder = rig.pidOf('sensor');
        await rig.daemon.kill();
        const { code, stderr } = await rig.run('gpio', 'off');
        assert.equal(code, 0, stderr);
        assert.equal(written.last(label, lines.status), 1, 'exit: on');
        assert.equal(written.last(label, lines.sensor), 0, 'exit: off');
        assert.equal(rig.pidOf('sensor'), recorder);
      },

    'the next daemon has the light again, and a hold stops the recording': async () => {
      const { chip, rig } = this.#here();
      rig.configure({ modules: { sensor, mic }, gpio: wiring(this.#backend, holdMs) });
      await rig.start();
      await rig.until('the panel is open again', panelIs(this.#backend));
      await rig.until('the light says REC again', rhythmIs('recording'));
      await lightIs(chip, lines.sensor, 0.75, 0.99);
      await hold(rig, chip);
      const { trials } = manifestOf(theSession(rig.recordings));
      assert.deepEqual(
        trials.map(({ outcome }) => outcome),
        ['complete'],
      );
    },

    'a daemon that ends leaves the LEDs as configured': async () => {
      const { rig, written } = this.#here();
      rig.daemon.signal('SIGTERM');
      await rig.daemon.ended;
      assert.equal(written.last(label, lines.status), 1, 'exit: on');
      assert.equal(written.last(label, lines.sensor), 0, 'exit: off');
      assert.deepEqual(await this.#world.end(), []);
    },
  };

  #here() {
    assert(this.#begun !== null, 'the story did not come this far');
    return this.#begun;
  }
}

const single: Readonly<Record<string, Scenario>> = {
  'a chip that is unplugged while the rig records stops nothing; plugged in again, the button stops the recording':
    async (world) => {
      const chip = header(world);
      const rig = await wiredRig(world, { sensor }, wiring('auto', holdMs));
      await rig.startUp();
      await rig.until('the panel is open', panelIs('cdev'));
      await rig.wish('record.start');
      await rig.until('the light says REC', rhythmIs('recording'));
      chip.remove();
      await rig.until('it is told', ({ gpio, rig: { problems } }) => {
        return gpio.backend === 'off' && problems.some(({ code }) => code === 'gpio');
      });
      assert.equal(rig.me.now().rig.state, 'recording');
      const again = header(world);
      await rig.until('the panel is open again', panelIs('cdev'), 90_000);
      await rig.until('the problem is over', ({ rig: { problems } }) => {
        return !problems.some(({ code }) => code === 'gpio');
      });
      await hold(rig, again);
    },
};

/** Without the service, whose stop hook does it, nobody else is there to do it. */
async function mistaken(world: World): Promise<void> {
  header(world);
  const written = new WrittenLevels();
  const gpio = wiring('auto', holdMs);
  const rig = await StoryRig.make({
    modules: { sensor },
    gpio,
    env: { NODE_OPTIONS: `--import=${mistakeOnSignal}` },
  });
  world.atEnd(() => rig.remove());
  await rig.startUp();
  await rig.wish('record.start');
  await rig.until('the light says REC', rhythmIs('recording'));
  const recorder = rig.pidOf('sensor');
  rig.daemon.signal('SIGUSR2');
  assert.deepEqual(await rig.daemon.ended, { code: 1, signal: null });
  assert.match(rig.daemon.said(), /a mistake of ours/);
  assert.equal(written.last(label, lines.status), 1, 'exit: on');
  assert.equal(written.last(label, lines.sensor), 0, 'exit: off');
  assert.equal(rig.pidOf('sensor'), recorder);
}

/** What a mistake in the daemon looks like from outside: nobody has caught it. */
const mistakeOnSignal = `data:text/javascript,${encodeURIComponent(
  "process.on('SIGUSR2', () => { throw new Error('planted'); });",
)}`;

export const panelScenarios: Readonly<Record<string, Scenario>> = {
  ...Object.fromEntries(
    (['cdev', 'onoff'] as const).flatMap((backend) =>
      Object.entries(new PanelStory(backend).steps).map(([name, step]) => [
        `${backend}: ${name}`,
        step,
      ]),
    ),
  ),
  ...single,
  'a mistake inside the daemon leaves the LEDs as configured, and stops no module': mistaken,
};
