import { lineNumber } from '../protocol/header-pins.ts';
import type { Refusal } from '../protocol/problem.ts';
import { SimulatedLines } from './backends/simulated.ts';
import type { ButtonConfig } from './bindings.ts';
import { LineError, type Lines } from './lines.ts';
import type { PressEvent } from './press-events.ts';
import { findButton, noSuchButton, notSimulated } from './press-refusals.ts';
import { type MadePress, PressWatch } from './press-watch.ts';

/** Presses that a command makes, and what becomes of the newest of each button. */
export class MadePresses {
  readonly #buttons: readonly ButtonConfig[];
  readonly #watches = new Map<string, PressWatch>();

  constructor(buttons: readonly ButtonConfig[]) {
    this.#buttons = buttons;
  }

  /**
   * Presses a simulated button and lets go of it after so long.
   *
   * @param which its line, or its name
   */
  press(lines: Lines | null, which: string, holdMs: number): MadePress | Refusal {
    if (!(lines instanceof SimulatedLines)) return notSimulated(lines);
    const button = findButton(this.#buttons, which);
    if (button === undefined) return noSuchButton(this.#buttons, which);
    const { line, name } = button;
    const watch = new PressWatch();
    try {
      lines.press(lineNumber(line), holdMs);
      this.#watches.get(name)?.leave();
      this.#watches.set(name, watch);
      return { line, name, over: watch.over };
    } catch (error) {
      if (!(error instanceof LineError)) throw error;
      const reason = error.code === 'no-line' ? 'no-such-line' : 'busy';
      return { reason, message: error.message, remedy: error.remedy };
    }
  }

  /** What the finger did; told after what it asks for. */
  told(button: string, event: PressEvent): void {
    this.#watches.get(button)?.told(event);
  }

  /** The press asks for something. Gives what is to be called with the answer; `isLast`: nobody will see that finger go up. */
  asked(button: string): (refusal: Refusal | null, isLast: boolean) => void {
    const watch = this.#watches.get(button);
    const answered = watch?.asked();
    return (refusal, isLast) => {
      answered?.(refusal);
      if (isLast) watch?.leave();
    };
  }
}
