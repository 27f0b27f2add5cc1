import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Fault } from '../../core/input.ts';
import { sayNames } from '../../core/words.ts';
import { clockTime } from '../../protocol/local-time.ts';
import { bundledModules } from './bundled-modules.ts';
import { formatFault } from './config-fault.ts';
import { loadConfig } from './load-config.ts';
import { readConfigText } from './read-text.ts';
import { spliceEnabled } from './splice-enabled.ts';

/** Times of files come from a clock of their own that is a tick behind (file system or kernel). */
const clockGrainMs = 2_000;

type Wishes = ReadonlyMap<string, boolean>;
type Took = (text: string, waiting: readonly string[]) => void;

/**
 * Notices that rig.yaml says something else than what this daemon has loaded, and that it says so no more.
 *
 * What the daemon itself writes into it (`enabled:`) is no such change: it is written into the text that was loaded, too, and
 * the file is held against that. A look costs one stat; the file is read only when that shows a change.
 */
export class ConfigWatch {
  readonly #file: string;
  readonly #tell: (fault: Fault | null) => void;
  readonly #sinceMs = Date.now();
  /** The text as it is in force, with what we have written into it. */
  #ours: string;
  /** What we wrote and is not in that text yet, in its order: off and on again is another text than never off. */
  #wrote: Wishes[] = [];
  /** Being written at this moment: both the text before and the one after are ours. */
  #writing: Wishes = new Map();
  #seen: string | null = null;
  #told: string | null = null;
  #looking: Promise<void> | null = null;
  /** Settings of the text in force that hold only when the next daemon begins. */
  #waiting: readonly string[];

  /**
   * @param loaded the text of the file as it is in force, without byte order mark
   * @param tell is told what is not in force, and null when all of it is
   * @param waiting settings of that text that hold only when another daemon begins
   */
  constructor(
    file: string,
    loaded: string,
    tell: (fault: Fault | null) => void,
    waiting: readonly string[] = [],
  ) {
    this.#file = file;
    this.#ours = loaded;
    this.#tell = tell;
    this.#waiting = waiting;
  }

  /** The daemon begins to write these wishes of people into the file. */
  writes(wishes: Wishes): void {
    this.#writing = new Map([...this.#writing, ...wishes]);
  }

  /** They stand there now. */
  wrote(wishes: Wishes): void {
    this.#wrote.push(wishes);
  }

  /** Looks whether the file has changed. Never rejects; looks that come together are one. */
  look(): Promise<void> {
    this.#looking ??= this.#lookOnce().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  /**
   * Lets somebody read the file to take it over; nobody looks meanwhile.
   *
   * @param read is given what to call when a text that it has read is in force, but for these settings
   */
  async whileRead(read: (took: Took) => Promise<void>): Promise<void> {
    while (this.#looking !== null) await this.#looking;
    const known = new Set(this.#wrote);
    const took: Took = (text, waiting) => {
      this.#ours = text;
      // What was written before stands in that text, or was taken out of it by hand.
      this.#wrote = this.#wrote.filter((wishes) => !known.has(wishes));
      this.#waiting = waiting;
      this.#seen = null;
      this.#say(this.#waitingFault());
    };
    this.#looking = read(took).finally(() => {
      this.#looking = null;
    });
    await this.#looking;
  }

  async #lookOnce(): Promise<void> {
    const now = await stampOf(this.#file);
    const stamp = now?.stamp ?? 'gone';
    if (stamp === this.#seen) return;
    const read = await readConfigText(this.#file);
    if (read.ok && (await this.#isOurs(read.read.text))) this.#say(this.#waitingFault());
    else this.#say(await this.#faultOf(now));
    // Of the look before: what is written while it is read is seen by the next one.
    this.#seen = stamp;
  }

  async #isOurs(text: string): Promise<boolean> {
    if (text === this.#ours && this.#wrote.length === 0) return true;
    const bundled = (await bundledModules()).map(({ name }) => name);
    for (const wishes of this.#wrote.splice(0)) {
      this.#ours = withWishes(this.#ours, wishes, bundled);
    }
    return text === this.#ours || text === withWishes(this.#ours, this.#writing, bundled);
  }

  #waitingFault(): Fault | null {
    const waiting = this.#waiting;
    if (waiting.length === 0) return null;
    const name = basename(this.#file);
    const isMoved = waiting.includes('rig.recordings');
    const until = isMoved ? 'the end of the session and a new' : 'a new';
    const end = isMoved ? 'rigdeck session end, then ' : '';
    return {
      code: 'config-changed',
      message: `${name} is in force, but for ${sayNames(waiting)}: that waits for ${until} start of the daemon.`,
      remedy: isService
        ? `When nothing is recorded: ${end}sudo systemctl restart rigdeck.`
        : 'When nothing is recorded: rigdeck down, then rigdeck up.',
    };
  }

  async #faultOf(now: Stamp | null): Promise<Fault> {
    const name = basename(this.#file);
    if (now === null) {
      return {
        code: 'config-changed',
        message: `${name} is gone (${this.#file}); what it said stays in force.`,
        remedy: 'Put it back: without it no daemon can start here again.',
      };
    }
    const what = `${name} was changed${this.#when(now.changedMs)} and is not in force`;
    const result = await loadConfig(this.#file);
    const [first] = result.ok ? [] : result.faults;
    if (first !== undefined) {
      return {
        code: 'config-changed',
        message: `${what}, and it has faults: ${formatFault(first)}.`,
        remedy: 'Correct it (rigdeck config check): with it the next daemon would not start.',
      };
    }
    return {
      code: 'config-changed',
      message: `${what}.`,
      remedy:
        'Take it over: rigdeck config apply (with --dry-run it only says what that would do).',
    };
  }

  /** A file that was put there with the time of another day says nothing about when that was. */
  #when(changedMs: number): string {
    if (changedMs < this.#sinceMs - clockGrainMs || changedMs > Date.now() + clockGrainMs)
      return '';
    return ` at ${clockTime(new Date(changedMs).toISOString()).slice(0, 5)}`;
  }

  #say(fault: Fault | null): void {
    const words = fault?.message ?? null;
    if (words === this.#told) return;
    this.#told = words;
    this.#tell(fault);
  }
}

type Stamp = { readonly stamp: string; readonly changedMs: number };

/** Changes whenever somebody writes the file or puts another in its place. Null: it is not there, or not to be looked at. */
async function stampOf(file: string): Promise<Stamp | null> {
  try {
    const { ino, size, mtimeNs, ctimeNs, mtimeMs } = await stat(file, { bigint: true });
    return { stamp: `${ino} ${size} ${mtimeNs} ${ctimeNs}`, changedMs: Number(mtimeMs) };
  } catch {
    return null; // whatever the reason is, nobody can start a daemon with it
  }
}

/** The text with these wishes in it, as far as they can be written there. */
function withWishes(text: string, wishes: Wishes, bundled: readonly string[]): string {
  let written = text;
  for (const [module, enabled] of wishes) {
    const spliced = spliceEnabled(written, module, enabled, bundled);
    if (spliced.ok) written = spliced.text;
  }
  return written;
}

/** Systemd has started this daemon, and starts the next one. */
const isService = (process.env['NOTIFY_SOCKET'] ?? '') !== '';
