import type { Level, Output } from '../lines.ts';
import { closedError } from './line-errors.ts';

/** A line that a backend has open. */
export type HeldLine = {
  readonly isOpen: boolean;
  /** @throws a LineError when it was given back: the number of a closed descriptor may be that of another line by now */
  check(): void;
  end(): void;
};

/** What a backend has open. A line is given back once, whoever asks first: its user, a fault, or the end of all. */
export class HeldLines {
  readonly #open = new Set<HeldLine>();

  hold(line: number, giveBack: () => void): HeldLine {
    const open = this.#open;
    const held: HeldLine = {
      get isOpen() {
        return open.has(held);
      },
      check() {
        if (!open.has(held)) throw closedError(line);
      },
      end() {
        if (open.delete(held)) giveBack();
      },
    };
    open.add(held);
    return held;
  }

  endAll(): void {
    for (const held of [...this.#open]) held.end();
  }
}

/** The output over a line that is held: it is left at a level and given back, and not written to after that. */
export function outputOver(held: HeldLine, set: (level: Level) => void): Output {
  const write = (level: Level) => {
    held.check();
    set(level);
  };
  return {
    write,
    close(level) {
      if (!held.isOpen) return;
      try {
        write(level);
      } finally {
        held.end();
      }
    },
  };
}
