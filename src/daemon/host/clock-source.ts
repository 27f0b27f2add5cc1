import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { monoMs } from '../clock.ts';
import { askProgram } from './ask-program.ts';

/** Whether this machine's clock follows a time source, which one, and how far it is off. Null is unknown. */
export type ClockFacts = {
  readonly synchronized: boolean | null;
  /** Positive: this clock is ahead of its source. */
  readonly offsetMs: number | null;
  /** `chrony: 10.0.0.1`, `timesyncd: ntp.example.org`. */
  readonly source: string | null;
};

const unknownClock: ClockFacts = { synchronized: null, offsetMs: null, source: null };

/** The programs of those who keep time on a machine. */
type Keepers = { readonly chrony: string; readonly systemd: string };

/** A clock that is not known to be right is asked about so often, and one that is right so often. In ms. */
const unsureMs = 60_000;
const sureMs = 3_600_000;
/** A session that begins asks, but no two of them within this time. In ms. */
const freshMs = 10_000;

/**
 * What those who keep this machine's time say of it. systemd-timesyncd leaves word in a file (systemd-timesyncd(8)), which costs
 * nothing to look at; chrony and adjtimex(2), through timedated, are asked by a small program, rarely.
 */
export class ClockSource {
  readonly #timesync: string;
  readonly #programs: Keepers;
  readonly #absent = new Set<string>();
  #asked = unknownClock;
  #askedMonoMs = Number.NEGATIVE_INFINITY;
  #asking: Promise<void> | null = null;

  /** @param root where `run` lies */
  constructor(root = '/', programs: Keepers = { chrony: 'chronyc', systemd: 'timedatectl' }) {
    this.#timesync = join(root, 'run/systemd/timesync');
    this.#programs = programs;
  }

  /** What is known now. Looks at a file at most. */
  facts(): ClockFacts {
    const { synchronized, ...more } = this.#asked;
    if (existsSync(join(this.#timesync, 'synchronized'))) return { synchronized: true, ...more };
    const isWaiting = existsSync(this.#timesync) && synchronized !== true;
    return { synchronized: isWaiting ? false : synchronized, ...more };
  }

  /**
   * Asks the programs, if it is time to.
   *
   * @param why a session that begins wants to know it better than the health loop; after a step all that was said is old
   */
  ask(why: 'session' | 'health' | 'step'): Promise<void> {
    const gapMs = this.facts().synchronized === true ? sureMs : unsureMs;
    const waitsMs = { session: freshMs, health: gapMs, step: 0 }[why];
    const isDue = monoMs() - this.#askedMonoMs >= waitsMs;
    if (this.#asking === null && isDue) {
      this.#askedMonoMs = monoMs();
      this.#asking = this.#askAll().finally(() => {
        this.#asking = null;
      });
    }
    return this.#asking ?? Promise.resolve();
  }

  async #askAll(): Promise<void> {
    const chrony = await this.#say(this.#programs.chrony, '-c', 'tracking');
    const tracked = chrony === null ? null : parseTracking(chrony);
    this.#asked = tracked ?? (await this.#askSystemd());
  }

  async #askSystemd(): Promise<ClockFacts> {
    const shown = await this.#say(this.#programs.systemd, 'show', '-p', 'NTPSynchronized');
    const synchronized = parseShown(shown ?? '');
    // Only timesyncd itself knows the offset; it is not started to be asked.
    if (synchronized === null || !existsSync(this.#timesync))
      return { ...unknownClock, synchronized };
    const status = await this.#say(this.#programs.systemd, 'timesync-status');
    return { ...parseTimesync(status ?? ''), synchronized };
  }

  /** A program that is not there is not looked for again. */
  async #say(program: string, ...args: readonly string[]): Promise<string | null> {
    if (this.#absent.has(program)) return null;
    const said = await askProgram(program, args);
    if (said !== 'absent') return said;
    this.#absent.add(program);
    return null;
  }
}

/** One line of `chronyc -c tracking` (chronyc(1)); null when chronyd does not answer. */
export function parseTracking(text: string): ClockFacts | null {
  const fields = text.trim().split(',');
  const [, name = '', stratum = '', , offsetS] = fields;
  const leap = fields.at(-1) ?? '';
  if (fields.length < 14 || !/^\d+$/.test(stratum)) return null;
  const synchronized = Number(stratum) > 0 && !/not synchronised/i.test(leap);
  if (!synchronized) return { ...unknownClock, synchronized };
  return { synchronized, offsetMs: toMs(Number(offsetS) * 1_000), source: `chrony: ${name}` };
}

/** `NTPSynchronized=yes` of `timedatectl show`: what adjtimex(2) says. */
export function parseShown(text: string): boolean | null {
  const word = /^NTPSynchronized=(yes|no)$/m.exec(text)?.[1];
  return word === undefined ? null : word === 'yes';
}

/** `timedatectl timesync-status`, of which the server and the offset are taken. */
export function parseTimesync(text: string): Omit<ClockFacts, 'synchronized'> {
  const server = /^\s*Server: (\S+)(?: \((.+)\))?$/m.exec(text);
  const offset = /^\s*Offset: ([+-]?)(.+)$/m.exec(text);
  const name = server?.[2] ?? server?.[1];
  const ms = offset === null ? null : spanMs(offset[2] ?? '');
  return {
    source: name === undefined || name === 'n/a' ? null : `timesyncd: ${name}`,
    // It is the source's time less ours.
    offsetMs: ms === null ? null : toMs(offset?.[1] === '-' ? ms : -ms),
  };
}

const unitMs: Readonly<Record<string, number>> = {
  us: 0.001,
  ms: 1,
  s: 1_000,
  min: 60_000,
  h: 3_600_000,
};

/** `1.234ms`, `1min 2.5s` (systemd.time(7)): in ms. Null for anything else. */
function spanMs(text: string): number | null {
  let ms = 0;
  for (const part of text.trim().split(' ')) {
    const [, figure, unit = ''] = /^(\d+(?:\.\d+)?)([a-z]+)$/.exec(part) ?? [];
    const factor = unitMs[unit];
    if (figure === undefined || factor === undefined) return null;
    ms += Number(figure) * factor;
  }
  return ms;
}

/** To a microsecond. Not `-0`. */
function toMs(ms: number): number | null {
  return Number.isFinite(ms) ? Math.round(ms * 1_000) / 1_000 + 0 : null;
}
