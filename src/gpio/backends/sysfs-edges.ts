import type { Gpio } from 'onoff';
import type { Edge, Level } from '../lines.ts';
import { Flood } from './flood.ts';

/** So long a line that flaps is not listened to: shorter than any debounce time, so that nothing is proven meanwhile. In ms. */
const restMs = 4;

/** While a line is active the program looks whether it was held up for so long that a finger may have been up meanwhile. In ms. */
const beatMs = 20;
const unheardMs = 150;
/** A release and a press: as many as must have come to make another press of it. */
export const unheardEdges = 2;
/** No hold that is bound takes longer; a switch stays active for days. */
const beatsForMs = 60_000;

export type SysfsEdgesPort = {
  readonly gpio: Gpio;
  onEdge(edge: Edge): void;
  /** The line cannot be read any more. Nothing follows it. */
  onError(error: unknown): void;
  /** CLOCK_MONOTONIC in ms. */
  now(): number;
};

/**
 * The edges of one line of sysfs, which wakes and says neither when nor how often: what is found changed is an edge.
 *
 * Onoff reads the line when it was woken, and whoever reads takes the notice of an edge away from it: so every read is heard here.
 * A line that wakes too often is left alone for moments; what it did meanwhile counts as edges that were lost.
 */
export class SysfsEdges {
  readonly #port: SysfsEdgesPort;
  readonly #readSync: () => Level;
  readonly #flood = new Flood();
  #seen: { readonly level: Level; readonly atMs: number };
  /** Found, and told in the next turn of the loop, or before a level is given. */
  #found: Edge[] = [];
  /** It was not listened to since it was read. */
  #isBlind = false;
  #isOpen = true;
  #resting: NodeJS.Timeout | null = null;
  #beating: NodeJS.Timeout | null = null;
  /** While it was active the program was held up. */
  #isUnheard = false;

  constructor(port: SysfsEdgesPort) {
    const { gpio, now } = port;
    this.#port = port;
    this.#readSync = gpio.readSync.bind(gpio);
    this.#seen = { level: this.#readSync(), atMs: now() };
    // Onoff reads in its poller, where an error would end the daemon: a chip that was unplugged.
    gpio.readSync = () => this.#readQuietly();
    this.#listen();
  }

  /** The level, after all edges that led to it were told. @throws what the system says against it */
  read(): Level {
    const level = this.#look();
    // Who asks is about to take the finger for one that stayed. A release that comes first is a click all the same.
    if (this.#isUnheard) this.#find(level, unheardEdges);
    this.#isUnheard = false;
    this.#tell();
    return level;
  }

  close(): void {
    this.#isOpen = false;
    this.#beatWhile(false);
    if (this.#resting !== null) clearTimeout(this.#resting);
  }

  #look(): Level {
    const { now } = this.#port;
    const beforeMs = now();
    const level = this.#readSync();
    // Sysfs tells of a glitch by the same value once more.
    if (level !== this.#seen.level || this.#isBlind) {
      this.#find(level, this.#isBlind ? 1 : 0);
      this.#beatWhile(level === 1);
      this.#isUnheard = false;
    }
    this.#isBlind = this.#resting !== null;
    this.#seen = { level, atMs: beforeMs };
    return level;
  }

  #find(level: Level, lost: number): void {
    this.#found.push({ level, atMs: this.#port.now(), seenMs: this.#seen.atMs, lost });
    setImmediate(() => this.#tell());
  }

  #tell(): void {
    const found = this.#found;
    this.#found = [];
    for (const edge of found) if (this.#isOpen) this.#port.onEdge(edge);
  }

  #readQuietly(): Level {
    try {
      return this.#look();
    } catch (error) {
      setImmediate(() => this.#isOpen && this.#port.onError(error));
      return this.#seen.level;
    }
  }

  #listen(): void {
    this.#port.gpio.watch((_, level) => {
      if (!this.#isOpen) return;
      // One that reads in another way than by `readSync` has not been heard yet.
      if (level !== this.#seen.level) this.#readQuietly();
      if (this.#flood.took(1, performance.now())) this.#rest();
    });
  }

  /** Sysfs keeps no count of edges: what came and went unheard leaves no trace, so it counts as lost. */
  #beatWhile(isActive: boolean): void {
    if (this.#beating !== null) clearInterval(this.#beating);
    this.#beating = null;
    if (!isActive) return;
    const beganMs = this.#port.now();
    let beforeMs = beganMs;
    this.#beating = setInterval(() => {
      const nowMs = this.#port.now();
      if (nowMs - beforeMs >= unheardMs) this.#isUnheard = true;
      beforeMs = nowMs;
      if (nowMs - beganMs > beatsForMs) this.#beatWhile(false);
    }, beatMs);
  }

  #rest(): void {
    this.#port.gpio.unwatchAll();
    this.#isBlind = true;
    this.#resting = setTimeout(() => {
      this.#resting = null;
      this.#listen();
    }, restMs);
  }
}
