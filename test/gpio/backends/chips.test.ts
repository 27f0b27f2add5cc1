import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listSysfsChips, pickChip } from '../../../src/gpio/backends/chips.ts';
import { LineError } from '../../../src/gpio/lines.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rigdeck-chips-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function addChip(base: number, label: string, count: number): void {
  const folder = join(root, 'sys/class/gpio', `gpiochip${base}`);
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of Object.entries({ base, label, ngpio: count })) {
    writeFileSync(join(folder, file), `${text}\n`);
  }
}

function refusal(work: () => unknown): LineError {
  try {
    work();
  } catch (error) {
    if (error instanceof LineError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

test('the header of a Pi 5 is found among its other chips, at the base that this kernel gives it', () => {
  addChip(512, 'gpio-brcmstb@107d508500', 32);
  addChip(544, 'gpio-brcmstb@107d517c00', 15);
  addChip(571, 'pinctrl-rp1', 54);
  expect(pickChip(listSysfsChips(root), undefined)).toMatchObject({
    label: 'pinctrl-rp1',
    base: 571,
    count: 54,
  });
});

test('the header of a Pi 4 is found beside the expander of the board', () => {
  addChip(570, 'raspberrypi-exp-gpio', 8);
  addChip(512, 'pinctrl-bcm2711', 58);
  expect(pickChip(listSysfsChips(root), undefined)).toMatchObject({ base: 512 });
});

test('a label that the configuration gives is taken, and no other', () => {
  addChip(512, 'pinctrl-bcm2711', 58);
  addChip(600, 'gpio-sim.0-bank0', 8);
  expect(pickChip(listSysfsChips(root), 'gpio-sim.0-bank0')).toMatchObject({ base: 600 });
  const error = refusal(() => pickChip(listSysfsChips(root), 'gpio-sim.1'));
  expect(error.code).toBe('no-chip');
  expect(error.message).toBe(
    'the machine has no GPIO chip with the label gpio-sim.1; its GPIO chips are pinctrl-bcm2711, gpio-sim.0-bank0',
  );
});

test('a machine without a header says so, and what to do', () => {
  const error = refusal(() => pickChip(listSysfsChips(root), undefined));
  expect(error.code).toBe('no-chip');
  expect(error.message).toBe('the machine has no header of a Raspberry Pi');
  expect(error.remedy).toMatch(/`backend: simulated` to try it out, or `backend: none`/);
});

test('a chip that this user may not open is a matter of the group, not of a missing chip', () => {
  const error = refusal(() => pickChip([], undefined, ['/dev/gpiochip0']));
  expect(error).toMatchObject({
    code: 'permission',
    message: 'this user may not use /dev/gpiochip0',
  });
  expect(error.remedy).toContain('gpio');
});
