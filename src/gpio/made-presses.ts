import { lineNumber } from '../protocol/header-pins.ts';
import type { Refusal } from '../protocol/problem.ts';
import { SimulatedLines } from './backends/simulated.ts';
import type { ButtonConfig, Deed } from './bindings.ts';
import type { DeedEnd } from './do-deed.ts';
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
      const letGo = lines.press(lineNumber(line), holdMs, () => watch.lineUp());
      this.#watches.get(name)?.leave();
      this.#watches.set(name, watch);
      return { line, name, over: watch.over, cameOfIt: () => watch.words, letGo };
    } catch (error) {
      if (!(error instanceof LineError)) throw error;
      const reason = error.code === 'no-line' ? 'no-such-line' : 'busy';
      return { reason, message: error.message, remedy: error.remedy };
    }
  }

  /** What the finger did; told after what it asks for. */
  told(name: string, event: PressEvent): void {
    const button = this.#buttons.find((one) => one.name === name);
    if (button === undefined) return;
    this.#watches.get(name)?.told(event, sayNothing(button, event));
  }

  /** The press asks for something. Gives what is to be called with the answer. */
  asked(button: string, deed: Deed): (end: DeedEnd) => void {
    const watch = this.#watches.get(button);
    const answered = watch?.asked(sayDeed(deed));
    // Nobody will be there any more to see that finger go up.
    const isLast = deed.is === 'intent' && deed.intent.kind === 'rig.shutdown';
    return ({ refusal, came }) => {
      answered?.(refusal, came);
      if (isLast) watch?.leave();
    };
  }
}

/** Why a press that is over asked for nothing. */
function sayNothing({ hold }: ButtonConfig, { is }: PressEvent): string {
  if (is !== 'click') return 'it does nothing: nobody knows how it ended';
  return hold === undefined
    ? 'a click does nothing here'
    : `a click does nothing here, hold it for ${hold.after / 1_000} s`;
}

/** In the words of rig.yaml, as far as it has them: `record.start`, `module.disable camera`. */
function sayDeed(deed: Deed): string {
  if (deed.is !== 'intent') return deed.is;
  const { intent } = deed;
  return 'module' in intent && typeof intent.module === 'string'
    ? `${intent.kind} ${intent.module}`
    : intent.kind;
}
