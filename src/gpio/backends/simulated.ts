import {
  type Edge,
  type Input,
  type InputWish,
  type Level,
  LineError,
  type LineInfo,
  type Lines,
  type Output,
  type OutputWish,
} from '../lines.ts';

/** As many as the largest chip of a Pi has that rig.yaml may name. */
const lineCount = 54;

type Watched = {
  readonly wish: InputWish;
  readonly onEdge: (edge: Edge) => void;
  readonly onFault: (error: LineError) => void;
  level: Level;
  release: NodeJS.Timeout | null;
  /** Who pressed it is told once when it is up again. */
  onUp: (() => void) | null;
};

/** Lines without a header: inputs are pressed by a command, outputs are remembered. Never chosen unless it is named. */
export class SimulatedLines implements Lines {
  readonly backend = 'simulated';
  readonly chip = 'simulated, no header';
  readonly count = lineCount;
  readonly limits = [];
  readonly #now: () => number;
  readonly #inputs = new Map<number, Watched>();
  readonly #outputs = new Map<number, { readonly consumer: string; level: Level }>();

  /** @param now CLOCK_MONOTONIC in ms */
  constructor(now: () => number) {
    this.#now = now;
  }

  async watch(
    wish: InputWish,
    onEdge: (edge: Edge) => void,
    onFault: (error: LineError) => void,
  ): Promise<Input> {
    this.#refuseUsed(wish.line);
    const watched: Watched = { wish, onEdge, onFault, level: 0, release: null, onUp: null };
    this.#inputs.set(wish.line, watched);
    return {
      read: () => watched.level,
      close: () => this.#forget(wish.line, watched),
    };
  }

  async drive(wish: OutputWish): Promise<Output> {
    this.#refuseUsed(wish.line);
    const output = { consumer: wish.consumer, level: wish.level };
    this.#outputs.set(wish.line, output);
    return {
      write: (level) => {
        output.level = level;
      },
      close: (level) => {
        output.level = level;
        if (this.#outputs.get(wish.line) === output) this.#outputs.delete(wish.line);
      },
    };
  }

  info(line: number): LineInfo | null {
    const output = this.#outputs.get(line);
    const consumer = output?.consumer ?? this.#inputs.get(line)?.wish.consumer ?? null;
    return { name: `GPIO${line}`, direction: output === undefined ? 'in' : 'out', consumer };
  }

  /**
   * Presses a button and lets go of it after so long: two edges, each at its time.
   *
   * @param onUp told once when it is up again, whoever lifted it
   * @returns what lets go of it earlier
   * @throws LineError when nobody listens to that line (`no-line`), or it is down already (`busy`)
   */
  press(line: number, holdMs: number, onUp: () => void = () => undefined): () => void {
    const watched = this.#watched(line);
    if (watched.level === 1) {
      throw new LineError('busy', `GPIO${line} is down already`, 'Wait until it is released.');
    }
    const downMs = this.#now();
    this.set(line, 1, downMs);
    watched.onUp = onUp;
    this.#releaseAt(line, watched, downMs + holdMs);
    return () => {
      const isStillIt = watched.onUp === onUp && this.#inputs.get(line) === watched;
      if (isStillIt) this.set(line, 0);
    };
  }

  /**
   * A timer counts from when the turn of the loop began, so it may ring early: no press is shorter than it was asked for. Nor is it
   * longer because the program was busy: its edge has the time that was asked for, as a kernel would have stamped it.
   */
  #releaseAt(line: number, watched: Watched, atMs: number): void {
    const leftMs = Math.ceil(atMs - this.#now());
    if (leftMs <= 0) return this.set(line, 0, atMs);
    watched.release = setTimeout(() => this.#releaseAt(line, watched, atMs), leftMs);
  }

  /** Brings an input to a level, as a finger does. @throws LineError when nobody listens to that line */
  set(line: number, level: Level, atMs = this.#now()): void {
    const watched = this.#watched(line);
    if (watched.level === level) return;
    if (watched.release !== null) clearTimeout(watched.release);
    watched.release = null;
    watched.level = level;
    watched.onEdge({ level, atMs, lost: 0 });
    if (level === 0) liftedFrom(watched);
  }

  /** What an output stands at; null when nobody drives it. */
  lit(line: number): Level | null {
    return this.#outputs.get(line)?.level ?? null;
  }

  /** All lines are gone, as when a chip is unplugged. */
  lose(error: LineError): void {
    const watched = [...this.#inputs.values()];
    this.close();
    for (const { onFault } of watched) onFault(error);
  }

  close(): void {
    for (const [line, watched] of this.#inputs) this.#forget(line, watched);
    this.#outputs.clear();
  }

  #watched(line: number): Watched {
    const watched = this.#inputs.get(line);
    if (watched !== undefined) return watched;
    const known = [...this.#inputs.keys()].map((number) => `GPIO${number}`).join(', ');
    const remedy = known === '' ? 'No button is open.' : `Buttons are on: ${known}.`;
    throw new LineError('no-line', `there is no button on GPIO${line}`, remedy);
  }

  #forget(line: number, watched: Watched): void {
    if (watched.release !== null) clearTimeout(watched.release);
    watched.release = null;
    if (this.#inputs.get(line) === watched) this.#inputs.delete(line);
    liftedFrom(watched);
  }

  #refuseUsed(line: number): void {
    const consumer = this.info(line)?.consumer ?? null;
    if (consumer === null) return;
    throw new LineError('busy', `GPIO${line} is held by "${consumer}"`, 'Name another line.');
  }
}

function liftedFrom(watched: Watched): void {
  const { onUp } = watched;
  watched.onUp = null;
  onUp?.();
}
