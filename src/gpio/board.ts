import { wordsOf } from '../protocol/words-of.ts';
import type { Edge, Input, InputWish, Level, Lines, Output, OutputWish } from './lines.ts';
import { LineError } from './lines.ts';

/** What is to be listened to or driven. No two have the same key; inputs and outputs may share a name. */
type Wired<Wish> = { readonly key: string; readonly name: string; readonly wish: Wish };

export type BoardPort = {
  /** Opens the chip. May throw a LineError. */
  open(): Promise<Lines>;
  readonly inputs: readonly Wired<InputWish>[];
  readonly outputs: readonly Wired<OutputWish>[];
  /** What a lamp is to stand at when its line is opened. */
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

/** What is not open is tried again after a second, then half as often each time, and at least once a minute. In ms. */
const firstRetryMs = 1_000;
const longestRetryMs = 60_000;

type Phase = 'opening' | 'waiting' | 'open' | 'closed';

/**
 * Keeps the lines of the panel open, for ever: chip unplugged, line held by another, no permission, missing addon are all tried
 * again. Nobody waits for it.
 *
 * `opening -> open`, or `waiting` until `nextMs` where something is missing, then `opening` again. `closed` is the end.
 */
export class Board {
  readonly #port: BoardPort;
  readonly #inputs = new Map<string, Input>();
  readonly #outputs = new Map<string, Output>();
  readonly #faults = new Map<string, LineError>();
  #lines: Lines | null = null;
  #chipFault: LineError | null = null;
  #phase: Phase = 'waiting';
  #retryMs = firstRetryMs;
  #openedMs = 0;
  #dueMs: number | null = null;

  constructor(port: BoardPort) {
    this.#port = port;
  }

  /** The chip as it is open now; null while there is none. */
  get lines(): Lines | null {
    return this.#lines;
  }

  /** Why the chip, or the first of its lines, cannot be used. */
  get faults(): readonly LineError[] {
    return this.#chipFault === null ? [...this.#faults.values()] : [this.#chipFault];
  }

  /** When `ring` is to be called, CLOCK_MONOTONIC in ms. */
  get nextMs(): number | null {
    return this.#dueMs;
  }

  stateOf(name: string): LineState {
    if (this.#inputs.has(name) || this.#outputs.has(name)) return 'open';
    return this.#chipFault ?? this.#faults.get(name) ?? 'opening';
  }

  /** Begins to open what is not open yet. Returns at once. */
  ring(nowMs: number): void {
    if (this.#phase !== 'waiting' || nowMs < (this.#dueMs ?? nowMs)) return;
    this.#phase = 'opening';
    this.#dueMs = null;
    void this.#open();
  }

  /** Null while the line cannot be read. */
  read(input: string): Level | null {
    return this.#guard(input, () => this.#inputs.get(input)?.read() ?? null);
  }

  write(output: string, level: Level): void {
    this.#guard(output, () => {
      this.#outputs.get(output)?.write(level);
      return null;
    });
  }

  /** Gives all lines back; lamps go to these levels, by name. */
  close(exitLevelOf: (output: string) => Level): void {
    this.#phase = 'closed';
    this.#dueMs = null;
    this.#closeLines(exitLevelOf);
  }

  async #open(): Promise<void> {
    try {
      // Of what is not open nobody is told that it is gone: the chip is looked for anew.
      if (this.#inputs.size + this.#outputs.size === 0) this.#closeLines(() => 0);
      const lines = this.#lines ?? (await this.#port.open());
      if (this.#hasEnded()) return lines.close();
      this.#lines = lines;
      this.#chipFault = null;
      await this.#openEach(lines);
    } catch (error) {
      this.#chipFault = asLineError(error);
    }
    if (this.#hasEnded()) return;
    this.#settle();
  }

  async #openEach(lines: Lines): Promise<void> {
    for (const wired of this.#port.inputs) {
      if (!this.#inputs.has(wired.key)) await this.#openOne(lines, wired.key, this.#listen(wired));
    }
    for (const wired of this.#port.outputs) {
      if (!this.#outputs.has(wired.key)) await this.#openOne(lines, wired.key, this.#drive(wired));
    }
  }

  async #openOne(
    lines: Lines,
    name: string,
    open: (lines: Lines) => Promise<{ close(level: Level): void }>,
  ): Promise<void> {
    if (this.#lines !== lines) return; // lost or closed meanwhile
    try {
      const opened = await open(lines);
      if (this.#lines !== lines) opened.close(0);
      else this.#faults.delete(name);
    } catch (error) {
      const fault = asLineError(error);
      this.#faults.set(name, fault);
      if (fault.code === 'lost' && this.#lines === lines) this.#lose(name, fault);
    }
  }

  #listen({ key, name, wish }: Wired<InputWish>) {
    return async (lines: Lines): Promise<Input> => {
      const isOurs = () => this.#lines === lines;
      const input = await lines.watch(
        wish,
        (edge) => isOurs() && this.#port.edge(name, edge),
        (error) => isOurs() && this.#lose(key, error),
      );
      if (!isOurs()) return input;
      this.#inputs.set(key, input);
      this.#port.opened(name, input.read());
      return input;
    };
  }

  #drive({ key, name, wish }: Wired<OutputWish>) {
    return async (lines: Lines): Promise<Output> => {
      const output = await lines.drive({ ...wish, level: this.#port.levelOf(name) });
      if (this.#lines === lines) this.#outputs.set(key, output);
      return output;
    };
  }

  /** The round of opening is over: what is missing is tried again. */
  #settle(): void {
    if (this.faults.length === 0) {
      this.#phase = 'open';
      this.#openedMs = this.#port.now();
    } else {
      this.#await();
    }
    this.#port.changed();
  }

  #await(): void {
    this.#phase = 'waiting';
    this.#dueMs = this.#port.now() + this.#retryMs;
    this.#retryMs = Math.min(longestRetryMs, this.#retryMs * 2);
  }

  /** A line that was open is not any more. It is most likely not alone: all are closed, and the chip is looked for anew. */
  #lose(key: string, error: LineError): void {
    if (this.#phase === 'closed') return;
    this.#faults.set(key, error);
    this.#chipFault = error;
    this.#closeLines(() => 0);
    const hasWorked = this.#port.now() - this.#openedMs >= longestRetryMs;
    if (this.#phase === 'open' && hasWorked) this.#retryMs = firstRetryMs;
    if (this.#phase === 'open') this.#await();
    this.#port.changed();
  }

  #closeLines(levelOf: (output: string) => Level): void {
    const closing = [...this.#inputs].map(
      ([, input]) =>
        () =>
          input.close(),
    );
    const lit = this.#port.outputs.map(({ key, name }) => {
      const output = this.#outputs.get(key);
      return () => output?.close(levelOf(name));
    });
    const lines = this.#lines;
    this.#inputs.clear();
    this.#outputs.clear();
    this.#lines = null;
    for (const close of [...closing, ...lit, () => lines?.close()]) {
      try {
        close();
      } catch (error) {
        this.#port.mistake(error); // a line that is gone cannot be given back
      }
    }
  }

  #guard(name: string, act: () => Level | null): Level | null {
    try {
      return act();
    } catch (error) {
      this.#lose(name, asLineError(error));
      return null;
    }
  }

  #hasEnded(): boolean {
    return this.#phase === 'closed';
  }
}

/** Whatever native code throws: pins must never end the daemon. */
function asLineError(error: unknown): LineError {
  if (error instanceof LineError) return error;
  const message = wordsOf(error);
  return new LineError('failed', message, 'It is tried again; see `rigdeck gpio list`.');
}
