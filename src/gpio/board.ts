import { wordsOf } from '../protocol/words-of.ts';
import type { Edge, Input, InputWish, Level, Lines, Output, OutputWish } from './lines.ts';
import { LineError } from './lines.ts';
import { Retry } from './retry.ts';

/** What is to be listened to or driven. No two have the same key; inputs and outputs may share a name. */
type Wired<Wish> = { readonly key: string; readonly name: string; readonly wish: Wish };

export type BoardPort = {
  /** Opens the chip. May throw a LineError. */
  open(): Promise<Lines>;
  readonly inputs: readonly Wired<InputWish>[];
  readonly outputs: readonly Wired<OutputWish>[];
  /** What a lamp is to stand at. */
  levelOf(output: string): Level;
  /** A line is open, and stands at this level: what it did before is unknown. */
  opened(input: string, level: Level): void;
  edge(input: string, edge: Edge): void;
  /** Something was opened or lost, or there is another reason why it is not open. */
  changed(): void;
  /** For the log: something that is odd and harms nobody. */
  mistake(error: unknown): void;
  /** CLOCK_MONOTONIC in ms. */
  now(): number;
};

/** How a line is: `opening` for the first time, open, or why it is not. */
export type LineState = 'opening' | 'open' | LineError;

/** One line of the board. Who has none open has a fault, or was not tried yet. */
type Spot = {
  readonly name: string;
  readonly open: (lines: Lines) => Promise<void>;
  input: Input | null;
  output: Output | null;
  fault: LineError | null;
  readonly retry: Retry;
};

/**
 * Keeps the lines of the panel open, for ever: chip unplugged, line held by another, no permission, missing addon are all tried
 * again. Nobody waits for it.
 *
 * A line that fails is given up alone, and tried again by itself: a broken LED must not cost a button. Only a fault `lost`, which
 * says that the chip is gone, closes all of them; so does it when none is open any more. Then the chip is looked for anew.
 */
export class Board {
  readonly #port: BoardPort;
  readonly #spots: ReadonlyMap<string, Spot>;
  readonly #chipRetry = new Retry();
  #lines: Lines | null = null;
  #chipFault: LineError | null = null;
  #phase: 'waiting' | 'opening' | 'closed' = 'waiting';

  constructor(port: BoardPort) {
    this.#port = port;
    const inputs = port.inputs.map((wired) => [wired.key, this.#listenTo(wired)] as const);
    const outputs = port.outputs.map((wired) => [wired.key, this.#drive(wired)] as const);
    this.#spots = new Map([...inputs, ...outputs]);
  }

  /** The chip as it is open now; null while there is none. */
  get lines(): Lines | null {
    return this.#lines;
  }

  /** Whether any line is open. */
  get isUsable(): boolean {
    return [...this.#spots.values()].some(isOpen);
  }

  /** Why the chip, or which of its lines, cannot be used. */
  get faults(): readonly LineError[] {
    if (this.#chipFault !== null) return [this.#chipFault];
    return [...this.#spots.values()].flatMap(({ fault }) => fault ?? []);
  }

  /** When `ring` is to be called, CLOCK_MONOTONIC in ms. */
  get nextMs(): number | null {
    if (this.#phase !== 'waiting') return null;
    const retries = this.#lines === null ? [this.#chipRetry] : this.#retries();
    const dues = retries.flatMap(({ dueMs }) => dueMs ?? []);
    return dues.length === 0 ? null : Math.min(...dues);
  }

  stateOf(key: string): LineState {
    const spot = this.#spots.get(key);
    if (spot !== undefined && isOpen(spot)) return 'open';
    return this.#chipFault ?? spot?.fault ?? 'opening';
  }

  /** Begins to open what is not open yet. Returns at once. */
  ring(nowMs: number): void {
    if (this.#phase !== 'waiting' || !this.#isDue(nowMs)) return;
    this.#phase = 'opening';
    void this.#open(nowMs);
  }

  /** Null while the line cannot be read. */
  read(input: string): Level | null {
    return this.#guard(input, (spot) => spot.input?.read() ?? null);
  }

  write(output: string, level: Level): void {
    this.#guard(output, (spot) => {
      spot.output?.write(level);
      return null;
    });
  }

  /** Gives all lines back; lamps go to these levels, by name. */
  close(exitLevelOf: (output: string) => Level): void {
    this.#phase = 'closed';
    this.#closeLines(exitLevelOf);
  }

  #isDue(nowMs: number): boolean {
    if (this.#lines === null) return this.#chipRetry.isDue(nowMs);
    const missing = [...this.#spots.values()].filter((spot) => !isOpen(spot));
    return missing.some(({ retry }) => retry.isDue(nowMs));
  }

  #retries(): Retry[] {
    return [...this.#spots.values()].map(({ retry }) => retry);
  }

  async #open(nowMs: number): Promise<void> {
    try {
      // Of what is not open nobody is told that it is gone: the chip is looked for anew.
      if (!this.isUsable) this.#closeLines(() => 0);
      const lines = this.#lines ?? (await this.#openChip());
      if (this.#hasEnded()) return lines.close();
      this.#lines = lines;
      this.#chipFault = null;
      for (const spot of this.#spots.values()) {
        if (!isOpen(spot) && spot.retry.isDue(nowMs)) await this.#openOne(lines, spot);
      }
    } catch (error) {
      this.#chipFault = asLineError(error);
      this.#chipRetry.failed(this.#port.now());
    }
    if (this.#hasEnded()) return;
    this.#phase = 'waiting';
    this.#port.changed();
  }

  async #openChip(): Promise<Lines> {
    const lines = await this.#port.open();
    this.#chipRetry.worked(this.#port.now());
    for (const retry of this.#retries()) retry.now();
    return lines;
  }

  async #openOne(lines: Lines, spot: Spot): Promise<void> {
    if (this.#lines !== lines) return; // lost or closed meanwhile
    try {
      await spot.open(lines);
      if (!isOpen(spot)) return;
      spot.fault = null;
      spot.retry.worked(this.#port.now());
    } catch (error) {
      if (this.#lines === lines) this.#fail(spot, asLineError(error));
    }
  }

  #listenTo({ name, wish }: Wired<InputWish>): Spot {
    const spot = asSpot(name, async (lines) => {
      const isOurs = () => this.#lines === lines;
      const input = await lines.watch(
        wish,
        (edge) => isOurs() && this.#port.edge(name, edge),
        (error) => isOurs() && this.#lose(spot, error),
      );
      if (!isOurs()) return input.close();
      spot.input = input;
      this.#port.opened(name, input.read());
    });
    return spot;
  }

  #drive({ name, wish }: Wired<OutputWish>): Spot {
    const spot = asSpot(name, async (lines) => {
      const output = await lines.drive({ ...wish, level: this.#port.levelOf(name) });
      if (this.#lines !== lines) return output.close(0);
      spot.output = output;
      // It may be meant otherwise by now; and one that opens and cannot be written is not open.
      output.write(this.#port.levelOf(name));
    });
    return spot;
  }

  /** A line that was open is not any more. */
  #lose(spot: Spot, error: LineError): void {
    if (this.#hasEnded()) return;
    this.#fail(spot, error);
    this.#port.changed();
  }

  /** It is given up until it is tried again; all of them where the chip is gone. */
  #fail(spot: Spot, error: LineError): void {
    if (error.code === 'lost') return this.#loseChip(error);
    spot.fault = error;
    spot.retry.failed(this.#port.now());
    const { input, output } = spot;
    spot.input = null;
    spot.output = null;
    closeFailed(() => input?.close());
    closeFailed(() => output?.close(0));
  }

  #loseChip(error: LineError): void {
    this.#chipFault = error;
    this.#chipRetry.failed(this.#port.now());
    this.#closeLines(() => 0);
  }

  #closeLines(levelOf: (output: string) => Level): void {
    const spots = [...this.#spots.values()];
    const closing = spots.flatMap(({ name, input, output }) => [
      () => input?.close(),
      () => output?.close(levelOf(name)),
    ]);
    const lines = this.#lines;
    for (const spot of spots) {
      spot.input = null;
      spot.output = null;
      spot.fault = null;
    }
    this.#lines = null;
    for (const close of [...closing, () => lines?.close()]) {
      try {
        close();
      } catch (error) {
        this.#port.mistake(error); // a line that is gone cannot be given back
      }
    }
  }

  #guard(key: string, act: (spot: Spot) => Level | null): Level | null {
    const spot = this.#spots.get(key);
    if (spot === undefined) return null;
    try {
      return act(spot);
    } catch (error) {
      this.#lose(spot, asLineError(error));
      return null;
    }
  }

  #hasEnded(): boolean {
    return this.#phase === 'closed';
  }
}

function asSpot(name: string, open: Spot['open']): Spot {
  return { name, open, input: null, output: null, fault: null, retry: new Retry() };
}

function isOpen({ input, output }: Spot): boolean {
  return input !== null || output !== null;
}

function closeFailed(close: () => void): void {
  try {
    close();
  } catch {
    // It fails, which is told: that it cannot be left in order either is no news.
  }
}

/** Whatever native code throws: pins must never end the daemon. */
function asLineError(error: unknown): LineError {
  if (error instanceof LineError) return error;
  const message = wordsOf(error);
  return new LineError('failed', message, 'It is tried again; see `rigdeck gpio list`.');
}
