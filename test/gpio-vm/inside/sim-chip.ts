import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Level } from '../../../src/gpio/lines.ts';

const configured = '/sys/kernel/config/gpio-sim';
let made = 0;

/** A GPIO chip of the kernel's simulator: to drivers and programs as real as one of copper. */
export class SimChip {
  readonly label: string;
  /** `/dev/gpiochip0` */
  readonly path: string;
  readonly #lines: number;
  readonly #folder: string;
  readonly #pins: string;
  #isPlugged = true;

  /** @param hog the line that the kernel keeps for itself, under the name `fan` */
  constructor(label: string, lines: number, hog?: number) {
    this.label = label;
    this.#lines = lines;
    this.#folder = join(configured, `chip${made++}`);
    const bank = join(this.#folder, 'bank0');
    mkdirSync(bank, { recursive: true });
    writeFileSync(join(bank, 'num_lines'), String(lines));
    writeFileSync(join(bank, 'label'), label);
    for (let line = 0; line < Math.min(28, lines); line++) this.#nameLine(bank, line, hog);
    writeFileSync(join(this.#folder, 'live'), '1');
    const chip = readFileSync(join(bank, 'chip_name'), 'utf8').trim();
    const device = readFileSync(join(this.#folder, 'dev_name'), 'utf8').trim();
    this.path = `/dev/${chip}`;
    this.#pins = join('/sys/devices/platform', device, chip);
  }

  /** A finger or a switch: pulls the line up or down. */
  pull(line: number, level: Level): void {
    writeFileSync(join(this.#pins, `sim_gpio${line}/pull`), level === 1 ? 'pull-up' : 'pull-down');
  }

  /** What is on the pin: the pull of an input, the level of an output. */
  level(line: number): Level {
    return readFileSync(join(this.#pins, `sim_gpio${line}/value`), 'utf8').trim() === '1' ? 1 : 0;
  }

  /** Unplugs the chip, whoever uses it. */
  unplug(): void {
    if (!this.#isPlugged) return;
    this.#isPlugged = false;
    writeFileSync(join(this.#folder, 'live'), '0');
  }

  remove(): void {
    this.unplug();
    if (!existsSync(this.#folder)) return;
    const bank = join(this.#folder, 'bank0');
    for (let line = 0; line < this.#lines; line++) {
      const folder = join(bank, `line${line}`);
      for (const one of [join(folder, 'hog'), folder]) if (existsSync(one)) rmdirSync(one);
    }
    rmdirSync(bank);
    rmdirSync(this.#folder);
  }

  #nameLine(bank: string, line: number, hog: number | undefined): void {
    const folder = join(bank, `line${line}`);
    mkdirSync(folder);
    writeFileSync(join(folder, 'name'), `GPIO${line}`);
    if (line !== hog) return;
    mkdirSync(join(folder, 'hog'));
    writeFileSync(join(folder, 'hog/name'), 'fan');
    writeFileSync(join(folder, 'hog/direction'), 'output-low');
  }
}
