import { monoMs } from '../../../src/daemon/clock.ts';
import type { Snapshot } from '../../../src/protocol/snapshot.ts';
import { StoryRig } from '../../stories/support/rig.ts';
import type { Backend, World } from './scenario.ts';
import type { SimChip } from './sim-chip.ts';

export const label = 'pinctrl-rp1';
export const lines = { record: 17, mark: 27, status: 22, sensor: 23 } as const;
/** A finger of these tests is as slow as the processor: where it clicks, nothing shorter is a hold. */
export const longHoldMs = 60_000;
export const holdMs = 2_000;

const patient = { startTimeout: '60s', armTimeout: '60s' };
export const sensor = { use: 'demo-sensor', options: { rate: 20 }, ...patient };
export const mic = { use: 'audio', options: { source: 'test', channels: 1 }, ...patient };

/** The wiring of docs/wiring.md. */
export function wiring(backend: Backend | 'auto', afterMs: number) {
  return {
    backend,
    buttons: [
      {
        line: 'GPIO17',
        name: 'record',
        click: 'record.start',
        hold: { after: `${afterMs}ms`, do: 'record.stop' },
      },
      { line: 'GPIO27', name: 'mark', click: 'mark' },
    ],
    leds: [
      { line: 'GPIO22', name: 'status', shows: 'rig', exit: 'on' },
      { line: 'GPIO23', name: 'sensor', shows: 'module.sensor' },
    ],
  };
}

export async function wiredRig(
  world: World,
  modules: Record<string, object>,
  gpio: object,
): Promise<StoryRig> {
  const rig = await StoryRig.make({ modules, gpio });
  world.atEnd(() => rig.remove());
  return rig;
}

/** A chip with both buttons at rest: pulled up by the resistor that sysfs cannot switch on. */
export function header(world: World): SimChip {
  const chip = world.chip(label);
  release(chip);
  return chip;
}

function release(chip: SimChip): void {
  chip.pull(lines.record, 1);
  chip.pull(lines.mark, 1);
}

/** @returns between which instants the finger was down */
export async function click(
  rig: StoryRig,
  chip: SimChip,
  button: 'record' | 'mark',
): Promise<{ readonly from: number; readonly to: number }> {
  const isDown = ({ gpio }: Snapshot) => gpio.buttons[button]?.pressed === true;
  const from = monoMs();
  chip.pull(lines[button], 0);
  await rig.until('the button is down', isDown);
  const to = monoMs();
  chip.pull(lines[button], 1);
  await rig.until('the button is up', (now) => !isDown(now));
  return { from, to };
}

/** Holds the button until the recording has ended; anew where that was in doubt, as a person does whom the light tells so. */
export async function hold(rig: StoryRig, chip: SimChip): Promise<void> {
  const isIdle = ({ rig: { state } }: Snapshot) => state === 'idle';
  const isDoubted = ({ gpio }: Snapshot) => gpio.refused?.button === 'record';
  const isDown = ({ gpio }: Snapshot) => gpio.buttons['record']?.pressed === true;
  for (let is = rig.me.now(); !isIdle(is); ) {
    chip.pull(lines.record, 0);
    await rig.until('the button is down', isDown);
    is = await rig.until('the hold has its effect', (now) => isIdle(now) || isDoubted(now));
    chip.pull(lines.record, 1);
    await rig.until('the button is up', (now) => !isDown(now));
  }
}

export const rhythmIs = (rhythm: string) => (now: Snapshot) =>
  now.gpio.leds['status']?.rhythm === rhythm;
/** Every line is open: what is pressed from now on is a press. */
export const panelIs = (backend: Backend) => (now: Snapshot) => {
  const each = [...Object.values(now.gpio.buttons), ...Object.values(now.gpio.leds)];
  return now.gpio.backend === backend && each.every(({ state }) => state === 'ok');
};
