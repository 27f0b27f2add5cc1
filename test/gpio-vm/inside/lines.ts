import assert from 'node:assert/strict';
import { chmodSync, chownSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { testLines } from '../../../src/daemon/panel/test-lines.ts';
import { listSysfsChips } from '../../../src/gpio/backends/chips.ts';
import { openLines } from '../../../src/gpio/backends/choose.ts';
import { descriptorsOf } from '../../../src/gpio/backends/line-descriptors.ts';
import { unheardEdges } from '../../../src/gpio/backends/sysfs-edges.ts';
import { type Edge, type InputWish, LineError } from '../../../src/gpio/lines.ts';
import { configSchema } from '../../../src/protocol/config.ts';
import type { GpioTestEvent } from '../../../src/protocol/gpio-record.ts';
import { until } from '../../support/until.ts';
import { asNobody, holdInProcess } from './other-process.ts';
import type { Backend, Scenario, World } from './scenario.ts';

const button: InputWish = {
  line: 17,
  consumer: 'rigdeck record',
  bias: 'down',
  activeLow: false,
  filterMs: 0,
};
const lamp = { line: 27, consumer: 'rigdeck lamp', activeLow: false, level: 0 } as const;

function monoMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Listens to a line and keeps what it is told. */
async function listen(world: World, backend: Backend, wish: Partial<InputWish> = {}) {
  const lines = await world.lines(backend);
  const edges: Edge[] = [];
  const faults: LineError[] = [];
  const input = await lines.watch(
    { ...button, ...wish },
    (edge) => {
      // How long this machine holds a program up is no matter of these tests.
      if (backend === 'cdev' || edge.lost !== unheardEdges) edges.push(edge);
    },
    (fault) => faults.push(fault),
  );
  return { lines, edges, faults, input };
}

async function refusal(work: Promise<unknown>): Promise<LineError> {
  const error: unknown = await work.then(
    () => null,
    (refused: unknown) => refused,
  );
  assert(error instanceof LineError, `refused with a LineError, not ${error}`);
  return error;
}

async function bothEdges(world: World, backend: Backend): Promise<void> {
  const chip = world.chip();
  const { edges, input } = await listen(world, backend);
  for (const level of [1, 0, 1, 0] as const) {
    const before = monoMs();
    const told = edges.length;
    chip.pull(17, level);
    const edge = await until('an edge', () => edges[told]);
    assert.equal(edge.level, level);
    assert.equal(edge.lost, 0);
    assert.equal(input.read(), level);
    assert(edge.atMs >= before - 1 && edge.atMs <= monoMs(), `${before} ${edge.atMs} ${monoMs()}`);
  }
  assert.equal(edges.length, 4);
}

async function activeLow(world: World, backend: Backend): Promise<void> {
  const chip = world.chip();
  chip.pull(17, 1);
  const { edges, input, lines } = await listen(world, backend, { activeLow: true, bias: 'up' });
  assert.equal(input.read(), 0);
  chip.pull(17, 0);
  await until('the press', () => edges[0]?.level === 1);
  const output = await lines.drive({ ...lamp, activeLow: true, level: 1 });
  assert.equal(chip.level(27), 0, 'a lamp that is lit pulls its line down');
  output.write(0);
  assert.equal(chip.level(27), 1);
  output.close(1);
  assert.equal(chip.level(27), 0, 'the exit level is meant so too');
}

async function glitch(world: World, backend: Backend): Promise<void> {
  const chip = world.chip();
  const { edges } = await listen(world, backend);
  for (let round = 0; round < 20; round++) {
    chip.pull(17, 1);
    chip.pull(17, 0);
  }
  chip.pull(17, 1);
  await until('the press after the glitches', () => edges.at(-1)?.level === 1);
  const levels = edges.map((edge) => edge.level);
  assert(
    levels.every((level, at) => level !== levels[at - 1]),
    `no level is told twice: ${levels}`,
  );
}

async function lampLevels(world: World, backend: Backend): Promise<void> {
  const chip = world.chip();
  const lines = await world.lines(backend);
  const output = await lines.drive({ ...lamp, level: 1 });
  assert.equal(chip.level(27), 1, 'it has its first level at once');
  for (const level of [0, 1, 0, 1] as const) {
    output.write(level);
    assert.equal(chip.level(27), level);
  }
  assert.equal(lines.info(27)?.direction, 'out');
  output.close(0);
  assert.equal(chip.level(27), 0, 'it is left at its exit level');
  assert.equal(lines.info(27)?.consumer, null, 'it is free again');
}

async function endOfAll(world: World, backend: Backend): Promise<void> {
  const chip = world.chip();
  const { lines, edges } = await listen(world, backend);
  await lines.drive({ ...lamp, level: 1 });
  lines.close();
  const again = await listen(world, backend);
  chip.pull(17, 1);
  await until('the press, told to the next', () => again.edges[0]?.level === 1);
  assert.deepEqual(edges, []);
}

async function heldLine(world: World, backend: Backend): Promise<void> {
  world.chip('pinctrl-rp1', 54, 23);
  const holder = await world.lines('cdev');
  await holder.watch(
    { ...button, consumer: 'gpiomon' },
    () => {},
    () => {},
  );
  const lines = await world.lines(backend);
  const error = await refusal(
    lines.watch(
      button,
      () => {},
      () => {},
    ),
  );
  assert.equal(error.code, 'busy');
  // Sysfs cannot say who it is.
  if (backend === 'cdev') assert.equal(error.message, 'GPIO17 is held by gpiomon');
  const byKernel = await refusal(lines.drive({ ...lamp, line: 23 }));
  assert.equal(byKernel.code, 'busy');
  if (backend === 'cdev') assert.equal(byKernel.message, 'GPIO23 is held by fan');
  await lines.drive(lamp);
}

async function heldBySysfs(world: World, backend: Backend): Promise<void> {
  world.chip();
  const number = String((listSysfsChips()[0]?.base ?? 0) + 17);
  writeFileSync('/sys/class/gpio/export', number);
  world.atEnd(() => writeFileSync('/sys/class/gpio/unexport', number));
  const lines = await world.lines(backend);
  const error = await refusal(
    lines.watch(
      button,
      () => {},
      () => {},
    ),
  );
  assert.deepEqual([error.code, error.message], ['busy', 'GPIO17 is held by sysfs']);
  assert.match(error.remedy, /unexport/);
}

async function noSuchLine(world: World, backend: Backend): Promise<void> {
  world.chip('pinctrl-bcm2835', 8);
  const lines = await world.lines(backend);
  const error = await refusal(
    lines.watch(
      button,
      () => {},
      () => {},
    ),
  );
  assert.equal(error.code, 'no-line');
  assert.equal(lines.info(17), null);
}

async function killed(world: World, first: Backend, next: Backend): Promise<void> {
  const chip = world.chip();
  const held = await holdInProcess(world, first);
  assert.equal(chip.level(27), 1);
  await held.kill();
  const { edges, lines } = await listen(world, next);
  const output = await lines.drive({ ...lamp, level: 0 });
  assert.equal(chip.level(27), 0);
  chip.pull(17, 1);
  await until('the button works again', () => edges[0]?.level === 1);
  output.close(0);
}

async function nobody(world: World, backend: Backend | 'auto'): Promise<void> {
  world.chip();
  const { error } = await asNobody(backend);
  assert.equal(error?.code, 'permission');
  assert.match(error?.remedy ?? '', /group gpio/);
  // Said of the whole chip when it is opened: nobody believes that there are lines to use.
  const file = backend === 'onoff' ? '/sys/class/gpio/export' : '/dev/gpiochip';
  assert(error?.message.includes(file), error?.message);
}

async function unplugged(world: World, backend: Backend): Promise<void> {
  const chip = world.chip();
  const { faults, edges, lines, input } = await listen(world, backend);
  const output = await lines.drive(lamp);
  chip.unplug();
  const fault = await until('the fault', () => faults[0]);
  assert.equal(fault.code, 'lost', 'the chip, and with it every line');
  assert.throws(() => output.write(1), LineError);
  assert.throws(() => input.read(), LineError);
  assert.equal(faults.length, 1);
  assert.deepEqual(edges, []);
}

const ofBoth: Readonly<Record<string, (world: World, backend: Backend) => Promise<void>>> = {
  'a press and a release are told in order, each with its time': bothEdges,
  'active-low is taken off what is read, and put on what is written': activeLow,
  'a glitch never tells the same level twice, and swallows nothing after it': glitch,
  'a lamp has its first level at once, follows, and is left at its exit level': lampLevels,
  'the end of all lines frees them, and nothing is told any more': endOfAll,
  'a line that somebody holds is refused, and the others work': heldLine,
  'a line that somebody has exported is refused, not taken': heldBySysfs,
  'a line that the chip does not have is refused': noSuchLine,
  'another user without the group is refused': nobody,
  'a chip that goes away is told once': unplugged,
};

const single: Readonly<Record<string, Scenario>> = {
  'cdev: the pull is set as wished': async (world) => {
    const chip = world.chip();
    const up = await listen(world, 'cdev', { bias: 'up' });
    assert.equal(up.input.read(), 1);
    up.lines.close();
    const down = await listen(world, 'cdev', { bias: 'down' });
    assert.equal(down.input.read(), 0);
    assert.equal(chip.level(17), 0);
  },

  'cdev: bounces shorter than the filter are one edge, stamped when the level changed': async (
    world,
  ) => {
    const chip = world.chip();
    const filterMs = 400;
    const { edges } = await listen(world, 'cdev', { filterMs });
    const before = monoMs();
    for (let bounce = 0; bounce < 9; bounce++) chip.pull(17, bounce % 2 === 0 ? 1 : 0);
    const after = monoMs();
    const edge = await until('the press', () => edges[0]);
    assert.equal(edge.level, 1);
    assert.equal(edges.length, 1);
    // The kernel's clock for this is its tick.
    assert(edge.atMs > before - 10, `${edge.atMs - before} ms after the first contact`);
    assert(edge.atMs < after + filterMs, `${edge.atMs - after} ms after the last`);
  },

  'cdev: a glitch shorter than the filter is not told, the press after it is': async (world) => {
    const chip = world.chip();
    const { edges } = await listen(world, 'cdev', { filterMs: 200 });
    chip.pull(17, 1);
    chip.pull(17, 0);
    const glitched = monoMs();
    await until('the filter is over', () => monoMs() > glitched + 400);
    assert.equal(edges.length, 0);
    chip.pull(17, 1);
    await until('the press', () => edges[0]?.level === 1);
  },

  'cdev: a line that flaps is read in gulps, and what comes after it is told': async (world) => {
    const chip = world.chip();
    const { edges } = await listen(world, 'cdev');
    for (let flap = 0; flap < 400; flap++) {
      chip.pull(17, flap % 2 === 0 ? 1 : 0);
      await pause(2); // faster than any finger, and slower than the tick of the guest
    }
    await until('the line at rest', () => edges.at(-1)?.level === 0);
    const told = edges.length;
    chip.pull(17, 1);
    const edge = await until('the press', () => edges[told]);
    assert.deepEqual([edge.level, edge.lost], [1, 0]);
    assert(edges.length > 100, `${edges.length} edges`);
    assert(edges.every(({ level }, at) => level !== edges[at - 1]?.level));
  },

  'onoff: a line that flaps is left alone for moments, and how it ends and what comes after it is told':
    async (world) => {
      const chip = world.chip();
      const { edges, input } = await listen(world, 'onoff');
      for (let flap = 0; flap < 4_000 && !edges.some(({ lost }) => lost > 0); flap++) {
        chip.pull(17, flap % 2 === 0 ? 1 : 0);
        await turn();
      }
      assert(
        edges.some(({ lost }) => lost > 0),
        'what it did meanwhile is told as lost',
      );
      chip.pull(17, 0);
      await until('the line at rest', () => input.read() === 0 && edges.at(-1)?.level === 0);
      for (const level of [1, 0, 1] as const) {
        chip.pull(17, level);
        await until('the edge', () => edges.at(-1)?.level === level);
      }
    },

  'the header of a Pi 5 is found by its label, whatever number and base it has': async (world) => {
    world.chip('gpio-brcmstb@107d508500', 59);
    const header = world.chip('pinctrl-rp1', 54);
    world.chip('raspberrypi-exp-gpio', 8);
    const bases = listSysfsChips().map(({ label, base }) => [label, base]);
    assert.deepEqual(bases[0], ['gpio-brcmstb@107d508500', 512]);
    assert.deepEqual(bases[1], ['pinctrl-rp1', 571]);
    for (const backend of ['cdev', 'onoff'] as const) {
      const { lines, edges, input } = await listen(world, backend);
      assert.match(lines.chip, /^pinctrl-rp1/);
      header.pull(17, 1);
      await until('the press', () => edges[0]?.level === 1);
      header.pull(17, 0);
      input.close();
    }
  },

  'auto takes the character device, and sysfs where there is none': async (world) => {
    const chip = world.chip();
    const first = await world.lines('auto');
    assert.equal(first.backend, 'cdev');
    assert.equal(first.chip, `pinctrl-rp1 (${chip.path})`);
    rmSync(chip.path);
    const second = await world.lines('auto');
    assert.equal(second.backend, 'onoff');
  },

  'the group of the device is all that a user needs': async (world) => {
    const chip = world.chip();
    chownSync(chip.path, 0, 65_534);
    chmodSync(chip.path, 0o660);
    assert.deepEqual(await asNobody('auto'), { backend: 'cdev', error: null });
  },

  'who may use neither way is told of the device, as with the character device alone': async (
    world,
  ) => await nobody(world, 'auto'),

  'a second test of the same lines is refused with who tests, and lights nothing': async (
    world,
  ) => {
    world.chip();
    const { gpio } = configSchema.parse({
      version: 1,
      gpio: { leds: [{ line: 'GPIO22', name: 'status', shows: 'rig' }] },
    });
    const test = () => {
      const told: GpioTestEvent[] = [];
      const looks: ({ readonly message: string } | null)[] = [];
      const end = testLines(
        gpio,
        world.runDir,
        (event) => told.push(event),
        (look) => looks.push(look),
      );
      world.atEnd(end);
      return { told, looks };
    };
    const first = test();
    await until('the first lights it', () => first.told.some(({ is }) => is === 'lit'));
    const second = test();
    await until('the second has looked', () => second.looks.length > 0);
    assert.equal(second.looks[0]?.message, 'GPIO22 is held by rigdeck gpio test');
    assert.deepEqual(second.told, []);
    assert.equal(first.looks[0], null);
  },

  'onoff: who looks at a line before its edge was told does not swallow it': async (world) => {
    const chip = world.chip();
    const { edges, input } = await listen(world, 'onoff');
    for (const level of [1, 0, 1, 0, 1] as const) {
      const told = edges.length;
      chip.pull(17, level);
      assert.equal(input.read(), level);
      const edge = await until('the edge', () => edges[told]);
      assert.equal(edge.level, level);
      assert((edge.seenMs ?? Number.POSITIVE_INFINITY) < edge.atMs);
    }
    assert.equal(edges.length, 5);
  },

  'onoff: a line whose files this user may not touch is refused, and nothing waits for that':
    async (world) => {
      world.chip();
      for (const file of ['export', 'unexport']) chmodSync(`/sys/class/gpio/${file}`, 0o666);
      world.atEnd(() => {
        for (const file of ['export', 'unexport']) chmodSync(`/sys/class/gpio/${file}`, 0o200);
      });
      const { error, longestMs } = await asNobody('onoff');
      assert.equal(error?.code, 'permission');
      assert((longestMs ?? Number.POSITIVE_INFINITY) < 1_000, `${longestMs} ms without a turn`);
      assert.deepEqual(exportedLines(), []);
    },

  'onoff: after kill -9 only what this rig had exported is taken back': async (world) => {
    world.chip();
    const base = listSysfsChips()[0]?.base ?? 0;
    writeFileSync('/sys/class/gpio/export', String(base + 5));
    world.atEnd(() => writeFileSync('/sys/class/gpio/unexport', String(base + 5)));
    const held = await holdInProcess(world, 'onoff');
    assert.deepEqual(exportedLines(), [5, 17, 27]);
    await held.kill();
    await world.lines('onoff');
    assert.deepEqual(exportedLines(), [5]);
  },

  'onoff: a line that another program has taken out of sysfs is told, and not taken away from it':
    async (world) => {
      world.chip();
      const { faults, input, lines } = await listen(world, 'onoff');
      const output = await lines.drive(lamp);
      const base = listSysfsChips()[0]?.base ?? 0;
      for (const line of [17, 27]) {
        for (const file of ['unexport', 'export']) {
          writeFileSync(`/sys/class/gpio/${file}`, String(base + line));
        }
        world.atEnd(() => writeFileSync('/sys/class/gpio/unexport', String(base + line)));
      }
      const fault = await until('the fault of the button', () => faults[0]);
      assert.equal(fault.code, 'failed', 'it alone: the chip is there');
      assert.match(fault.message, /^GPIO17 is gone from sysfs: another program/);
      assert.throws(() => output.write(1), LineError);
      assert.throws(() => output.close(0), LineError);
      input.close();
      lines.close();
      assert.deepEqual(exportedLines(), [17, 27], 'they are still with the other');
      const open = [17, 27].flatMap((line) => descriptorsOf(base + line));
      assert.deepEqual(open, [], 'no descriptor of theirs stays open');
      assert.equal((await refusal(lines.drive(lamp))).code, 'busy');
    },

  'another rig has the line: it is named': async (world) => {
    world.chip();
    const held = await holdInProcess(world, 'cdev');
    const lines = await openLines({ backend: 'auto', runDir: world.runDir });
    const error = await refusal(
      lines.watch(
        button,
        () => {},
        () => {},
      ),
    );
    assert.equal(error.message, 'GPIO17 is held by rigdeck record');
    lines.close();
    await held.kill();
  },
};

function exportedLines(): number[] {
  const base = listSysfsChips()[0]?.base ?? 0;
  return Array.from({ length: 54 }, (_, line) => line).filter((line) =>
    existsSync(`/sys/class/gpio/gpio${base + line}`),
  );
}

export const lineScenarios: Readonly<Record<string, Scenario>> = {
  ...Object.fromEntries(
    (['cdev', 'onoff'] as const).flatMap((backend) =>
      Object.entries(ofBoth).map(([name, show]): [string, Scenario] => [
        `${backend}: ${name}`,
        (world) => show(world, backend),
      ]),
    ),
  ),
  ...Object.fromEntries(
    (['cdev', 'onoff'] as const).flatMap((first) =>
      (['cdev', 'onoff'] as const).map((next): [string, Scenario] => [
        `kill -9 with ${first}: the next start has button and lamp with ${next}`,
        (world) => killed(world, first, next),
      ]),
    ),
  ),
  ...single,
};
