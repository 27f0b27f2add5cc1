import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listSysfsChips } from '../../../src/gpio/backends/chips.ts';
import type { GpioRecord } from '../../../src/protocol/gpio-record.ts';
import type { Change } from '../../../src/protocol/snapshot.ts';
import type { Scenario } from './scenario.ts';
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

export const troubleScenarios: Readonly<Record<string, Scenario>> = {
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
