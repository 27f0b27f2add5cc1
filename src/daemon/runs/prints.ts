import type { LogFile } from './log-file.ts';
import { monoMs } from './mono-ms.ts';
import { watchFile } from './watch-file.ts';

/** A flood is looked at this often: at 350 MB/s some 9 MB come together between two looks. */
const lookMs = 25;
/** A log that did not grow in so many looks is quiet again. */
const quietLooks = 4;
/** Cut twice within this time, it is a flood and not a log that filled over days. */
const floodMs = 10_000;

type Watched = {
  readonly log: LogFile;
  readonly flood: () => void;
  /** Ends the tripwire. Null while the log is looked at instead. */
  tripwire: (() => void) | null;
  size: number;
  still: number;
  cutAt: number;
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

  /** Watches a log, and cuts it at once where it is too long already. `flood` is called when it is cut again and again. */
  add(log: LogFile, flood: () => void): void {
    const watched: Watched = {
      log,
      flood,
      tripwire: null,
      size: -1,
      still: 0,
      cutAt: Number.NEGATIVE_INFINITY,
    };
    this.#watched.set(log, watched);
    this.#cap(watched, log.sizeBytes());
    this.#arm(watched);
  }

  remove(log: LogFile): void {
    this.#watched.get(log)?.tripwire?.();
    this.#watched.delete(log);
    log.close();
  }

  close(): void {
    for (const log of [...this.#watched.keys()]) this.remove(log);
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  #arm(watched: Watched): void {
    watched.tripwire = watchFile(watched.log.path, () => this.#trip(watched));
    // What came before the wire was stretched has not touched it.
    const size = watched.log.sizeBytes();
    if (size !== watched.size) this.#trip(watched);
    watched.size = size;
  }

  #trip(watched: Watched): void {
    if (watched.tripwire === null || !this.#watched.has(watched.log)) return;
    watched.tripwire();
    watched.tripwire = null;
    watched.still = 0;
    this.#timer ??= setInterval(() => this.#look(), lookMs).unref();
    this.#lookAt(watched);
  }

  #look(): void {
    const restless = [...this.#watched.values()].filter(({ tripwire }) => tripwire === null);
    for (const watched of restless) this.#lookAt(watched);
    if (restless.length > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }

  #lookAt(watched: Watched): void {
    const size = watched.log.sizeBytes();
    watched.still = size === watched.size ? watched.still + 1 : 0;
    watched.size = size;
    if (watched.still >= quietLooks) this.#arm(watched);
    else this.#cap(watched, size);
  }

  #cap(watched: Watched, size: number): void {
    if (size <= this.#capBytes) return;
    watched.log.cut();
    watched.size = 0;
    const now = monoMs();
    if (now - watched.cutAt < floodMs || size > 2 * this.#capBytes) watched.flood();
    watched.cutAt = now;
  }
}
