import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listSysfsChips } from '../../../src/gpio/backends/chips.ts';
import type { GpioRecord } from '../../../src/protocol/gpio-record.ts';
import type { Change, Snapshot } from '../../../src/protocol/snapshot.ts';
import { manifestOf, theSession } from '../../stories/support/recorded.ts';
import { until } from '../../support/until.ts';
import type { Backend, Scenario, World } from './scenario.ts';
import {
  click,
  header,
  label,
  lines,
  longHoldMs,
  panelIs,
  rhythmIs,
  sensor,
  wiredRig,
  wiring,
} from './wired-rig.ts';

function sysfsLine(line: number): string {
  const chip = listSysfsChips().find((one) => one.label === label);
  assert(chip !== undefined, 'the chip is there');
  return join('/sys/class/gpio', `gpio${chip.base + line}`);
}

/** The states that a button was ever told to have. */
function statesOf(button: string, changes: readonly Change[]): string[] {
  return changes.flatMap(({ changed }) => {
    const gpio = changed['gpio'] as GpioRecord | undefined;
    return gpio?.buttons[button]?.state ?? [];
  });
}

/** A program that takes an output for its own input whenever it finds it as an output. Gives what ends it. */
function turnAround(line: number): () => void {
  const direction = join(sysfsLine(line), 'direction');
  const turning = setInterval(() => {
    try {
      if (readFileSync(direction, 'utf8').trim() === 'out') writeFileSync(direction, 'in');
    } catch (error) {
      assert.match(String(error), /ENOENT/); // not exported just now
    }
  }, 5);
  return () => clearInterval(turning);
}

/** The record button is a latching switch, which closes to record. */
function withSwitch(backend: Backend) {
  const { leds } = wiring(backend, longHoldMs);
  // Its resistor is its own: that of the kernel would move the simulated pin when the line is opened.
  const run = { line: 'GPIO17', name: 'run', level: 'record', pull: 'none' };
  return { backend, buttons: [run], leds };
}

const isUnmet = ({ rig, gpio }: Snapshot) =>
  gpio.leds['status']?.rhythm === 'trouble' && rig.problems.some(({ code }) => code === 'button');

async function switchAtPowerUp(world: World, backend: Backend): Promise<void> {
  const chip = header(world);
  chip.pull(lines.record, 0);
  const rig = await wiredRig(world, { sensor }, withSwitch(backend));
  await rig.startUp();
  await rig.until('the light does not say idle', isUnmet);
  const { desired, session } = rig.me.now().rig;
  assert.deepEqual([desired, session], ['idle', null], 'nothing was started');
  chip.pull(lines.record, 1);
  await rig.until('the light says idle', rhythmIs('idle'));
  chip.pull(lines.record, 0);
  await rig.until('the light says REC', rhythmIs('recording'));
  await rig.daemon.kill();
  await rig.start();
  await rig.until('the light says REC again', rhythmIs('recording'));
  await rig.wish('record.stop');
  await rig.until('who sees the switch only is told', isUnmet);
}

/** So many presses between noise: ten within a second would be no finger. */
const pressesInNoise = 8;
/** A long lead beside a motor: a line changes a thousand times a second, and another button is pressed meanwhile. */
async function noise(world: World, backend: Backend): Promise<void> {
  const chip = header(world);
  const rig = await wiredRig(world, { sensor }, wiring(backend, longHoldMs));
  await rig.startUp();
  await rig.until('the panel is open', panelIs(backend));
  await rig.wish('record.start');
  await rig.until('the light says REC', rhythmIs('recording'));
  let flaps = 0;
  const flap = () => chip.pull(lines.record, flaps++ % 2 === 0 ? 0 : 1);
  // With `cdev` nothing shorter than 1 ms leaves the kernel, so it is told of slower noise only.
  let flapping = setInterval(flap, 5);
  world.atEnd(() => clearInterval(flapping));
  await rig.until('the noise is told', ({ gpio, rig: { problems } }) => {
    return gpio.buttons['record']?.state === 'chattering' && problems.some(isOfButton);
  });
  clearInterval(flapping);
  flapping = setInterval(flap, 1);
  for (let press = 0; press < pressesInNoise; press++) {
    const { lastMarker } = rig.me.now().rig;
    await click(rig, chip, 'mark');
    await rig.until(`marker ${press}`, (now) => now.rig.lastMarker !== lastMarker);
  }
  assert.equal(rig.me.now().rig.state, 'recording');
  const markers = await until('all markers are on disk', () => {
    const told = manifestOf(theSession(rig.recordings)).markers;
    return told.length >= pressesInNoise ? told : null;
  });
  assert.equal(markers.length, pressesInNoise, 'no press was missed, none was invented');
  clearInterval(flapping);
  chip.pull(lines.record, 1);
  await rig.until('it is over when the line is quiet', ({ gpio, rig: { problems } }) => {
    return gpio.buttons['record']?.state === 'ok' && !problems.some(isOfButton);
  });
}

const isOfButton = ({ code }: { readonly code: string }) => code === 'button';

export const troubleScenarios: Readonly<Record<string, Scenario>> = {
  ...Object.fromEntries(
    (['cdev', 'onoff'] as const).map((backend): [string, Scenario] => [
      `${backend}: noise at 1 kHz on one line costs no press of another, and is over when the line is quiet`,
      (world) => noise(world, backend),
    ]),
  ),
  ...Object.fromEntries(
    (['cdev', 'onoff'] as const).map((backend): [string, Scenario] => [
      `${backend}: a switch that stands on record at power-up starts nothing, and the light does not say idle`,
      (world) => switchAtPowerUp(world, backend),
    ]),
  ),
  'onoff: an LED that fails at each write costs no button, and is lit again when it works': async (
    world,
  ) => {
    const chip = header(world);
    const rig = await wiredRig(world, { sensor }, wiring('onoff', longHoldMs));
    await rig.startUp();
    await rig.until('the panel is open', panelIs('onoff'));
    const before = rig.me.changes.length;
    const release = turnAround(lines.status);
    world.atEnd(release);
    await rig.until('it is told', ({ gpio, rig: { problems } }) => {
      return gpio.leds['status']?.state === 'lost' && problems.some(({ code }) => code === 'gpio');
    });
    const { problem } = rig.me.now().gpio;
    assert.equal(problem, 'GPIO22 cannot be lit: another program has turned it into an input');
    await click(rig, chip, 'record');
    await rig.until('the rig records', ({ rig: { state } }) => state === 'recording');
    await click(rig, chip, 'mark');
    await rig.until('it has its marker', (now) => now.rig.lastMarker !== null);
    const states = new Set(
      ['record', 'mark'].flatMap((one) => statesOf(one, rig.me.changes.slice(before))),
    );
    assert.deepEqual([...states], ['ok'], 'no button was dead meanwhile');
    assert.equal(rig.me.now().gpio.leds['sensor']?.state, 'ok');
    release();
    await rig.until('the LED is there again', panelIs('onoff'), 90_000);
    await rig.until('the light says REC', rhythmIs('recording'));
    await rig.until('the problem is over', ({ rig: { problems } }) => {
      return !problems.some(({ code }) => code === 'gpio');
    });
  },
};
