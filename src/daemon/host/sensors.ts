import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { monoMs } from '../clock.ts';
import { askProgram } from './ask-program.ts';

/** How often the firmware's program is asked, at most. In ms. */
const askMs = 60_000;

/** For how long somebody had to wait, and for how long everybody did; in ms since the machine was started. */
export type Stall = { readonly some: number; readonly full: number };

/** What one look at the machine shows. Null where this machine does not say, never zero. */
export type MachineLook = {
  /** What the firmware of a Pi says: bits 0-3 are now, 16-19 since it was started. */
  readonly throttled: number | null;
  /** The kernel's own watch over the supply of a Pi: too low at its last look, 2 s ago at most. */
  readonly voltageAlarm: boolean | null;
  /** Of the hottest place that is measured. */
  readonly temperatureC: number | null;
  readonly load1: number | null;
  readonly memoryAvailableBytes: number | null;
  /** Programs that the kernel ended because memory ran out, since the machine was started. */
  readonly oomKills: number | null;
  readonly ioStallMs: Stall | null;
  readonly memoryStallMs: Stall | null;
};

/**
 * Reads what the kernel knows of the machine, at once and without starting a process: it answers from memory, and a thread for
 * each file costs ten times as much.
 *
 * Sources: `get_throttled` of the Pi's firmware driver, hwmon `rpi_volt` (Documentation/hwmon/raspberrypi-hwmon), thermal zones,
 * /proc/vmstat `oom_kill`, /proc/pressure (Documentation/accounting/psi).
 */
export class Sensors {
  readonly #root: string;
  readonly #vcgencmd: string;
  #asked: { readonly throttled: number | null; readonly monoMs: number } | null = null;
  readonly #throttled: string | null;
  readonly #voltageAlarm: string | null;
  readonly #temperatures: readonly string[];

  /** @param root where `proc` and `sys` lie. What the machine has is looked up once. */
  constructor(root = '/', vcgencmd = 'vcgencmd') {
    this.#root = root;
    this.#vcgencmd = vcgencmd;
    this.#throttled = findThrottled(root);
    this.#voltageAlarm = findVoltageAlarm(root);
    const zones = join(root, 'sys/class/thermal');
    this.#temperatures = namesIn(zones, /^thermal_zone\d+$/).map((name) =>
      join(zones, name, 'temp'),
    );
  }

  /** Where no file tells of the power, the firmware's own program is asked, once a minute at most; never where there is none. */
  async ask(): Promise<void> {
    const now = monoMs();
    if (this.#throttled !== null || this.#voltageAlarm !== null) return;
    if (this.#asked !== null && now - this.#asked.monoMs < askMs) return;
    this.#asked = { throttled: this.#asked?.throttled ?? null, monoMs: now };
    const said = await askProgram(this.#vcgencmd, ['get_throttled']);
    const throttled = parseThrottled(said);
    this.#asked = { throttled, monoMs: said === 'absent' ? Number.POSITIVE_INFINITY : now };
  }

  read(): MachineLook {
    const proc = (path: string) => textOf(join(this.#root, 'proc', path));
    const alarm = numberIn(this.#voltageAlarm === null ? null : textOf(this.#voltageAlarm));
    const degrees = this.#temperatures.flatMap((path) => numberIn(textOf(path)) ?? []);
    const availableKb = numberIn(/^MemAvailable:\s+(\d+) kB/m.exec(proc('meminfo') ?? '')?.[1]);
    return {
      throttled:
        this.#throttled === null
          ? (this.#asked?.throttled ?? null)
          : parseThrottled(textOf(this.#throttled)),
      voltageAlarm: alarm === null ? null : alarm !== 0,
      temperatureC: degrees.length === 0 ? null : Math.round(Math.max(...degrees) / 100) / 10,
      load1: numberIn(proc('loadavg')),
      memoryAvailableBytes: availableKb === null ? null : availableKb * 1_024,
      oomKills: numberIn(/^oom_kill (\d+)$/m.exec(proc('vmstat') ?? '')?.[1]),
      ioStallMs: parseStall(proc('pressure/io')),
      memoryStallMs: parseStall(proc('pressure/memory')),
    };
  }
}

/** `50005`, `throttled=0x50005`: the bits. Null for anything else. */
export function parseThrottled(text: string | null): number | null {
  const digits = /^(?:throttled=)?(?:0x)?([0-9a-f]{1,8})\s*$/i.exec(text ?? '')?.[1];
  return digits === undefined ? null : Number.parseInt(digits, 16);
}

function parseStall(text: string | null): Stall | null {
  const total = (kind: string) =>
    numberIn(new RegExp(`^${kind} .*total=(\\d+)$`, 'm').exec(text ?? '')?.[1]);
  const some = total('some');
  return some === null ? null : { some: toMs(some), full: toMs(total('full') ?? 0) };
}

const toMs = (us: number) => Math.round(us / 1_000);

/** `soc/soc:firmware` up to the Pi 4, `soc@107c000000/soc@107c000000:firmware` on the Pi 5. */
function findThrottled(root: string): string | null {
  const platform = join(root, 'sys/devices/platform');
  for (const soc of namesIn(platform, /^soc(@[0-9a-f]+)?$/)) {
    for (const firmware of namesIn(join(platform, soc), /:firmware$/)) {
      const path = join(platform, soc, firmware, 'get_throttled');
      if (textOf(path) !== null) return path;
    }
  }
  return null;
}

function findVoltageAlarm(root: string): string | null {
  const hwmon = join(root, 'sys/class/hwmon');
  for (const name of namesIn(hwmon, /^hwmon\d+$/)) {
    const isSupply = textOf(join(hwmon, name, 'name')) === 'rpi_volt';
    if (isSupply) return join(hwmon, name, 'in0_lcrit_alarm');
  }
  return null;
}

function namesIn(folder: string, pattern: RegExp): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => pattern.test(name))
      .sort();
  } catch {
    return []; // this machine has none
  }
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null; // this machine has no such sensor, or it does not answer
  }
}

function numberIn(text: string | null | undefined): number | null {
  const value = Number.parseFloat(text ?? '');
  return Number.isFinite(value) ? value : null;
}
