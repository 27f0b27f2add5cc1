/** 0 is at rest, 1 is active: active-low has been taken off already. */
export type Level = 0 | 1;

/** One change of level. */
export type Edge = {
  readonly level: Level;
  /** When it happened, CLOCK_MONOTONIC in ms; the kernel's own time stamp where the backend has one, else when it was heard. */
  readonly atMs: number;
  /** When the line was last seen at the level before, where nobody stamps edges: it may have happened at any time since. */
  readonly seenMs?: number;
  /** Edges before this one that nobody will tell of: the kernel's buffer was full. */
  readonly lost: number;
};

/** A line of the header to listen to. */
export type InputWish = {
  /** The number in `GPIO17`: the offset on the chip of the header. */
  readonly line: number;
  readonly consumer: string;
  readonly bias: 'up' | 'down' | 'none';
  readonly activeLow: boolean;
  /** Changes shorter than this never leave the kernel, where the backend can do that; 0 tells every edge. */
  readonly filterMs: number;
};

/** A line of the header to drive. */
export type OutputWish = {
  readonly line: number;
  readonly consumer: string;
  readonly activeLow: boolean;
  readonly level: Level;
};

export type Input = {
  read(): Level;
  close(): void;
};

export type Output = {
  write(level: Level): void;
  /** Leaves the lamp at this level and gives the line back. */
  close(level: Level): void;
};

/** What the kernel says of a line, whoever uses it. */
export type LineInfo = {
  readonly name: string;
  readonly direction: 'in' | 'out';
  /** The holder's name for itself; null while nobody holds the line. */
  readonly consumer: string | null;
};

/** The port to the pins of the header. Every call may throw a LineError; none may block. */
export type Lines = {
  readonly backend: 'cdev' | 'onoff' | 'simulated';
  /** For people: `pinctrl-rp1 (/dev/gpiochip0)`. */
  readonly chip: string;
  /** How many lines the chip has; the header's are the first 28. */
  readonly count: number;
  /** What this backend cannot do for the wishes it gets, each with its remedy. */
  readonly limits: readonly ('bias' | 'filter' | 'timestamps')[];
  /** `onFault` is told once when the line is lost later; nothing follows it. */
  watch(
    wish: InputWish,
    onEdge: (edge: Edge) => void,
    onFault: (error: LineError) => void,
  ): Promise<Input>;
  drive(wish: OutputWish): Promise<Output>;
  info(line: number): LineInfo | null;
  /**
   * Closes what is still open. Lamps keep their level where the kernel leaves a freed line alone, as that of Raspberry Pi OS
   * does; a plain one turns it into an input.
   */
  close(): void;
};

/** What the kernel calls whoever tries out lines without a daemon. */
export const testConsumer = 'rigdeck gpio test';

/** Why a line or the whole chip cannot be used, and what to do about it. `lost`: the chip is gone, and with it every line. */
export class LineError extends Error {
  readonly code: 'busy' | 'permission' | 'no-chip' | 'no-addon' | 'no-line' | 'lost' | 'failed';
  readonly remedy: string;

  constructor(code: LineError['code'], message: string, remedy: string) {
    super(message);
    this.code = code;
    this.remedy = remedy;
  }
}
