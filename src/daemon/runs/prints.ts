import { statfsSync } from 'node:fs';
import { wordsOf } from '../../protocol/words-of.ts';
import { monoMs } from '../clock.ts';
import { isSystemError } from '../errno.ts';
import type { LogFile } from './log-file.ts';
import { watchFile } from './watch-file.ts';

export const maxLogBytes = 1_000_000;
const maxBudgetBytes = 16_000_000;
/** A log that grows is looked at this often, */
const lookMs = 25;
/** and this often while it is cut at every look: at 350 MB/s some 3 MB come together in between. */
const floodLookMs = 8;
/** A log that did not grow in so many looks is quiet again. */
const quietLooks = 4;
/** So many prints within a moment are a few lines, and the tripwire may stay; more, and it would be the dearer way to look. */
const calmPrints = 4;
const momentMs = 100;
/** Cut twice within this time, it is a flood and not a log that filled over days. */
const floodMs = 10_000;

type Watched = {
  readonly log: LogFile;
  readonly flood: () => void;
  readonly trouble: (words: string) => void;
  /** Ends the tripwire. Null while the log is looked at instead. */
  tripwire: (() => void) | null;
  size: number;
  still: number;
  cutAt: number;
  /** When the present moment began, and how often the wire was touched in it. */
  momentAt: number;
  touched: number;
};

/**
 * Keeps every log of the rig below its cap, for next to nothing while nobody prints: a tripwire on each log, and quick looks at
 * those that grow. A watch alone would cost an event for every print of a flood.
 */
export class Prints {
  readonly #capBytes: number;
  readonly #watched = new Map<LogFile, Watched>();
  #timer: NodeJS.Timeout | null = null;

  constructor(capBytes: number) {
    this.#capBytes = capBytes;
  }

  /**
   * Watches a log, and cuts it at once where it is too long already. `flood` is called when it is cut again and again, `trouble` when it
   * could not be cut, or its end not be kept.
   */
  add(log: LogFile, flood: () => void, trouble: (words: string) => void): void {
    const watched: Watched = {
      log,
      flood,
      trouble,
      tripwire: null,
      size: 0,
      still: 0,
      cutAt: Number.NEGATIVE_INFINITY,
      momentAt: 0,
      touched: 0,
    };
    this.#watched.set(log, watched);
    this.#arm(watched);
  }

  remove(log: LogFile): void {
    this.#watched.get(log)?.tripwire?.();
    this.#watched.delete(log);
    log.close();
  }

  close(): void {
    for (const log of [...this.#watched.keys()]) this.remove(log);
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #arm(watched: Watched): void {
    watched.tripwire = watchFile(watched.log.path, () => this.#touch(watched));
    // What came before the wire was stretched has not touched it.
    this.#touch(watched);
  }

  #touch(watched: Watched): void {
    if (watched.tripwire === null || !this.#watched.has(watched.log)) return;
    const now = monoMs();
    if (now - watched.momentAt > momentMs) {
      watched.momentAt = now;
      watched.touched = 0;
    }
    watched.touched += 1;
    const size = watched.log.sizeBytes();
    if (watched.touched > calmPrints || size - watched.size > this.#capBytes / 4) {
      this.#trip(watched);
    } else {
      watched.size = size;
      this.#cap(watched, size);
    }
  }

  #trip(watched: Watched): void {
    watched.tripwire?.();
    watched.tripwire = null;
    watched.still = 0;
    this.#timer ??= setTimeout(() => this.#look(), floodLookMs).unref();
    this.#lookAt(watched);
  }

  #look(): void {
    this.#timer = null;
    const restless = [...this.#watched.values()].filter(({ tripwire }) => tripwire === null);
    if (restless.length === 0) return;
    const cut = restless.filter((watched) => this.#lookAt(watched));
    const againMs = cut.length > 0 ? floodLookMs : lookMs;
    this.#timer ??= setTimeout(() => this.#look(), againMs).unref();
  }

  /** True: it had to be cut. */
  #lookAt(watched: Watched): boolean {
    const size = watched.log.sizeBytes();
    watched.still = size === watched.size ? watched.still + 1 : 0;
    watched.size = size;
    if (watched.still >= quietLooks) this.#arm(watched);
    return this.#cap(watched, size);
  }

  #cap(watched: Watched, size: number): boolean {
    if (size <= this.#capBytes) return false;
    const problem = cut(watched.log);
    if (problem !== null) watched.trouble(problem);
    watched.size = 0;
    const now = monoMs();
    if (now - watched.cutAt < floodMs || size > 2 * this.#capBytes) watched.flood();
    watched.cutAt = now;
    return true;
  }
}

/** The run dir is small, often in memory, and all modules share it: so long may the log of each become. */
export function logCapBytes(runDir: string, modules: number): number {
  const { bsize, blocks } = statfsSync(runDir);
  const budget = Math.min(maxBudgetBytes, (bsize * blocks) / 4);
  // Half of it for logs: their cut ends, descriptor 3 and the small files need the rest.
  return Math.floor(Math.min(maxLogBytes, budget / 2 / Math.max(1, modules)));
}

/** Whatever a disk says: this runs in a timer, and must not end the daemon. */
function cut(log: LogFile): string | null {
  try {
    return log.cut();
  } catch (error) {
    if (isSystemError(error)) return wordsOf(error);
    throw error;
  }
}
