import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Direction, Gpio } from 'onoff';
import {
  type Edge,
  type Input,
  type InputWish,
  LineError,
  type LineInfo,
  type Lines,
  type Output,
  type OutputWish,
} from '../lines.ts';
import { isThere, listSysfsChips, pickChip, type SysfsChip } from './chips.ts';
import type { ExportedLines } from './exported.ts';
import { HeldLines, outputOver } from './held-lines.ts';
import { addonError, errnoOf } from './kernel.ts';
import { closeLine, isStillExported } from './line-descriptors.ts';
import {
  busyError,
  lineErrorOf,
  lineFaultOf,
  noLineError,
  permissionError,
  turnedError,
  unexportedError,
} from './line-errors.ts';
import { SysfsEdges } from './sysfs-edges.ts';

export const sysfsFolder = '/sys/class/gpio';
/** How long udev may take to let the group have a line that has just been exported. */
const accessWithinMs = 2_000;
const accessLookMs = 10;
/** Sysfs wakes nobody who waits for a line that is gone: it is looked at. */
const aliveMs = 2_000;
const remedy =
  '`rigdeck doctor` has the line that installs onoff; or write `backend: cdev` under `gpio:` in rig.yaml';

type Onoff = typeof Gpio;

/**
 * Lines of sysfs through onoff, for kernels without the character device. No bias, no debounce, no kernel's time stamps.
 *
 * @throws a LineError
 */
export async function openOnoff(
  label: string | undefined,
  exported: ExportedLines,
): Promise<Lines> {
  const onoff = await import('onoff').catch((error: unknown) => {
    throw addonError('onoff', error, remedy);
  });
  if (!existsSync(sysfsFolder)) throw noSysfs();
  const chip = pickChip(listSysfsChips(), label);
  // Said of the whole, and before anybody believes that there are lines to use.
  for (const file of ['export', 'unexport'].map((name) => join(sysfsFolder, name))) {
    if (!isAllowed(file, constants.W_OK)) throw permissionError(file);
  }
  return new Sysfs(onoff.Gpio, chip, exported);
}

function noSysfs(): LineError {
  const message = `this kernel has no ${sysfsFolder}, which \`backend: onoff\` needs`;
  return new LineError(
    'no-chip',
    message,
    'write `backend: auto` under `gpio:` in rig.yaml, or leave it out',
  );
}

class Sysfs implements Lines {
  readonly backend = 'onoff';
  readonly limits = ['bias', 'filter', 'timestamps'] as const;
  readonly chip: string;
  readonly count: number;
  readonly #gpio: Onoff;
  readonly #place: SysfsChip;
  readonly #exported: ExportedLines;
  readonly #held = new HeldLines();

  constructor(gpio: Onoff, chip: SysfsChip, exported: ExportedLines) {
    this.#gpio = gpio;
    this.#place = chip;
    this.#exported = exported;
    this.chip = `${chip.label} (${chip.path})`;
    this.count = chip.count;
  }

  async watch(
    wish: InputWish,
    onEdge: (edge: Edge) => void,
    onFault: (error: LineError) => void,
  ): Promise<Input> {
    const gpio = await this.#claim(wish, 'in');
    let edges: SysfsEdges | null = null;
    const looking = setInterval(() => gpio.readSync(), aliveMs).unref();
    const held = this.#held.hold(wish.line, () => {
      clearInterval(looking);
      edges?.close();
      this.#giveBack(wish.line, gpio);
    });
    const onError = (error: unknown) => {
      held.end();
      onFault(this.#faultOf(error, wish.line));
    };
    const heard = this.#attempt(
      () => new SysfsEdges({ gpio, onEdge, onError, now: monoMs }),
      wish.line,
      () => held.end(),
    );
    edges = heard;
    const read = () => {
      held.check();
      return this.#attempt(() => heard.read(), wish.line);
    };
    return { read, close: held.end };
  }

  async drive(wish: OutputWish): Promise<Output> {
    // These two words set direction and level in one, and mean the voltage whatever active-low says.
    const isHigh = (wish.level === 1) !== wish.activeLow;
    const gpio = await this.#claim(wish, isHigh ? 'high' : 'low');
    const held = this.#held.hold(wish.line, () => this.#giveBack(wish.line, gpio));
    return outputOver(held, (level) => this.#attempt(() => gpio.writeSync(level), wish.line));
  }

  info(line: number): LineInfo | null {
    if (line >= this.count) return null;
    const folder = this.#folder(line);
    try {
      const direction = readFileSync(join(folder, 'direction'), 'utf8').trim();
      return { name: '', direction: direction === 'out' ? 'out' : 'in', consumer: 'sysfs' };
    } catch {
      // Sysfs knows only what is exported.
      return { name: '', direction: 'in', consumer: null };
    }
  }

  close(): void {
    this.#held.endAll();
  }

  /** Exports a line, waits until this user may use all of it, and only then gives it to onoff, which would block. */
  async #claim({ line, activeLow }: InputWish | OutputWish, direction: Direction): Promise<Gpio> {
    if (line >= this.count) throw noLineError(line, this.chip, this.count);
    const number = this.#place.base + line;
    this.#export(line, number);
    try {
      const edge = direction === 'in' ? 'both' : 'none';
      await this.#access(line, edge === 'both' ? ['edge'] : []);
      const gpio = new this.#gpio(number, direction, edge, { activeLow });
      // Of a line that is exported already onoff does not say when it cannot be set.
      if (edge === 'both' && gpio.edge() !== 'both') throw new Error('the line tells no edges');
      return gpio;
    } catch (error) {
      closeLine(number);
      this.#exported.unexport(number);
      throw lineErrorOf(error, `GPIO${line}`);
    }
  }

  #export(line: number, number: number): void {
    try {
      this.#exported.export(number);
    } catch (error) {
      if (errnoOf(error) === 'EBUSY') throw busyError(line, this.info(line)?.consumer ?? null);
      throw lineErrorOf(error, `GPIO${line}`);
    }
  }

  async #access(line: number, more: readonly string[]): Promise<void> {
    const deadline = performance.now() + accessWithinMs;
    for (const file of ['value', 'direction', 'active_low', ...more]) {
      const path = join(this.#folder(line), file);
      while (!isAllowed(path, constants.R_OK | constants.W_OK)) {
        if (performance.now() > deadline) {
          throw permissionError(`GPIO${line} (${path})`);
        }
        await pause(accessLookMs);
      }
    }
  }

  #folder(line: number): string {
    return join(sysfsFolder, `gpio${this.#place.base + line}`);
  }

  /** One that somebody has unexported may be another's by now, under the same number: that is left alone. */
  #giveBack(line: number, gpio: Gpio): void {
    const number = this.#place.base + line;
    const isOurs = isStillExported(number);
    gpio.unwatchAll();
    closeLine(number);
    if (isOurs) this.#exported.unexport(number);
    else this.#exported.forget(number);
  }

  /** @throws a LineError for whatever the system says against it */
  #attempt<T>(work: () => T, line: number, failed: () => void = () => undefined): T {
    try {
      return work();
    } catch (error) {
      failed();
      throw this.#faultOf(error, line);
    }
  }

  #faultOf(error: unknown, line: number): LineError {
    const isChipThere = isThere(this.#place);
    if (errnoOf(error) === 'ENODEV' && isChipThere) return unexportedError(line);
    if (errnoOf(error) === 'EPERM') return turnedError(line);
    return lineFaultOf(error, line, () => isChipThere);
  }
}

function monoMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

function isAllowed(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch (error) {
    if (['EACCES', 'EPERM', 'ENOENT'].includes(errnoOf(error) ?? '')) return false;
    throw error;
  }
}
