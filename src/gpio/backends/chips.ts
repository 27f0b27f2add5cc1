import { closeSync, lstatSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LineError } from '../lines.ts';
import { chipInfo, requests } from './cdev-abi.ts';
import { errnoOf, type Kernel } from './kernel.ts';
import { permissionError } from './line-errors.ts';

/** A chip as the kernel presents it. Numbers of chips change with kernel and board; the label stays. */
export type Chip = {
  readonly label: string;
  /** `/dev/gpiochip0`, or the folder of sysfs. */
  readonly path: string;
  readonly count: number;
};
export type SysfsChip = Chip & {
  /** What sysfs adds to the line's number: 512 on a Pi 4 and 571 on a Pi 5 with kernel 6.6 or newer. */
  readonly base: number;
};

/** The chip of the 40-pin header: Pi 5, Pi 4, and all before (with Zero 2 W). */
const headerLabels = ['pinctrl-rp1', 'pinctrl-bcm2711', 'pinctrl-bcm2835'];

/** @returns every chip that can be opened, and the paths of those that this user may not open */
export function listCdevChips(kernel: Kernel): { chips: Chip[]; denied: string[] } {
  const chips: Chip[] = [];
  const denied: string[] = [];
  for (const name of numbered('/dev', /^gpiochip(\d+)$/)) {
    const path = join('/dev', name);
    // Raspberry Pi OS keeps gpiochip4 on a Pi 5 as a second name of gpiochip0.
    if (!lstatSync(path).isCharacterDevice()) continue;
    try {
      chips.push({ path, ...readChip(kernel, path) });
    } catch (error) {
      if (errnoOf(error) === 'EACCES' || errnoOf(error) === 'EPERM') denied.push(path);
    }
  }
  return { chips, denied };
}

export function listSysfsChips(root = '/'): SysfsChip[] {
  const folder = join(root, 'sys/class/gpio');
  return numbered(folder, /^gpiochip(\d+)$/).flatMap((name) => {
    const path = join(folder, name);
    try {
      const read = (file: string) => readFileSync(join(path, file), 'utf8').trim();
      return [
        { label: read('label'), path, base: Number(read('base')), count: Number(read('ngpio')) },
      ];
    } catch {
      // Gone between the two looks, as a USB adapter may be.
      return [];
    }
  });
}

/** Whether it is still the one that it was: another chip may have its numbers by now. */
export function isThere({ path, label }: SysfsChip): boolean {
  try {
    return readFileSync(join(path, 'label'), 'utf8').trim() === label;
  } catch {
    return false;
  }
}

/** What to do where the chip is not there. @param label of `gpio.chip`; undefined for the header's own */
export function chipRemedy(label: string | undefined): string {
  return label === undefined
    ? 'under `gpio:` in rig.yaml write `backend: simulated` to try it out, or `backend: none`; another chip is named by `chip`'
    : 'correct `chip` under `gpio:` in rig.yaml, or leave it out on a Raspberry Pi';
}

/**
 * The chip of the header.
 *
 * @param label of `gpio.chip`; undefined for the header's own
 * @throws a LineError that names the chips there are
 */
export function pickChip<T extends Chip>(
  chips: readonly T[],
  label: string | undefined,
  denied: readonly string[] = [],
): T {
  const wanted = label === undefined ? headerLabels : [label];
  for (const one of wanted) {
    const found = chips.find((chip) => chip.label === one);
    if (found !== undefined) return found;
  }
  if (denied.length > 0) {
    throw permissionError(denied[0] ?? 'the chip');
  }
  const others = chips.map((chip) => chip.label).join(', ');
  const known = others === '' ? '' : `; its GPIO chips are ${others}`;
  const message =
    label === undefined
      ? `the machine has no header of a Raspberry Pi${known}`
      : `the machine has no GPIO chip with the label ${label}${known}`;
  throw new LineError('no-chip', message, chipRemedy(label));
}

function readChip(kernel: Kernel, path: string): { label: string; count: number } {
  const fd = openSync(path, 'r+');
  try {
    const bytes = chipInfo.empty();
    kernel.ioctl(fd, requests.chipInfo, bytes);
    const { label, count } = chipInfo.decode(bytes);
    return { label, count };
  } finally {
    closeSync(fd);
  }
}

/** Names in a folder in the order of their numbers; none where there is no such folder. */
function numbered(folder: string, pattern: RegExp): string[] {
  const numberOf = (name: string) => Number(pattern.exec(name)?.[1]);
  try {
    return readdirSync(folder)
      .filter((name) => pattern.test(name))
      .sort((a, b) => numberOf(a) - numberOf(b));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}
