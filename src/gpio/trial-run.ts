import type { GpioTestEvent } from '../protocol/gpio-record.ts';
import { testLimits } from '../protocol/gpio-test-words.ts';
import { sayDuration } from '../protocol/units.ts';
import { actionOf, type ButtonConfig } from './bindings.ts';
import type { LineState } from './board.ts';
import { type Edge, LineError } from './lines.ts';
import { keyOf } from './panel-record.ts';
import type { PressEvent } from './press-events.ts';

/** Long enough to find the LED that is meant. None stands still, so that a single one does not look like a recording. In ms. */
const litMs = 700;
const darkMs = 300;

export type TrialRunPort = {
  readonly leds: readonly string[];
  readonly buttons: readonly ButtonConfig[];
  /** Of the line of a button or an LED, by its key. */
  stateOf(key: string): LineState;
  /** These are lit, and no others. */
  light(leds: ReadonlySet<string>): void;
  tell(event: GpioTestEvent): void;
  /** It ends by itself, for this reason; called once. */
  over(words: string): void;
};

/**
 * Somebody tries out buttons and LEDs: every LED is lit in turn, again and again, and every press is told. So is what cannot be used.
 *
 * One that was forgotten must not leave dead buttons behind: it ends after a silence, after a while in any case, and by a finger that
 * stays down for longer than any hold needs. Times are CLOCK_MONOTONIC in ms.
 */
export class TrialRun {
  readonly sinceMs: number;
  readonly #port: TrialRunPort;
  #pressedMs: number;
  /** When whoever holds a button down ends it, by button. */
  readonly #held = new Map<string, number>();
  #lightMs: number | null = null;
  #isLit = false;
  #at = 0;
  readonly #toldLit = new Set<string>();
  readonly #toldFaults = new Map<string, string>();
  #isOver = false;

  constructor(port: TrialRunPort, nowMs: number) {
    this.#port = port;
    this.sinceMs = nowMs;
    this.#pressedMs = nowMs;
  }

  /** When it ends by itself, unless a button is pressed until then. */
  get untilMs(): number {
    const { silenceMs, mostMs } = testLimits;
    return Math.min(this.#pressedMs + silenceMs, this.sinceMs + mostMs);
  }

  /** When `ring` is to be called. */
  get nextMs(): number | null {
    if (this.#isOver) return null;
    return Math.min(this.#lightMs ?? this.untilMs, this.untilMs, ...this.#held.values());
  }

  /** Lights the next LED when it is its turn; ends when it is time. */
  ring(nowMs: number): void {
    if (this.#isOver) return;
    const why = this.#whyOver(nowMs);
    if (why === null) return this.#light(nowMs);
    this.#isOver = true;
    this.#port.over(why);
  }

  edge(button: string, { level, atMs }: Edge): void {
    this.#port.tell({ is: 'edge', button, level, atMs });
  }

  told(button: string, event: PressEvent): void {
    this.#note(button, event);
    const { tell } = this.#port;
    switch (event.is) {
      case 'pressed':
        return tell({ is: 'pressed', button, bounces: Math.max(0, event.edges - 1) });
      case 'released': {
        const bounces = Math.max(0, event.edges - 1);
        return tell({ is: 'released', button, heldMs: event.upMs - event.downMs, bounces });
      }
      case 'switched':
        tell({ is: 'switched', button, level: event.level });
        return this.#tellMeaning(button, event);
      case 'click':
      case 'double':
      case 'hold':
        return this.#tellMeaning(button, event);
      case 'faulty':
        return tell({ is: 'faulty', button, fault: event.fault });
      default:
        return;
    }
  }

  /** Noise is no finger: only a press that is one keeps the test alive. */
  #note(name: string, event: PressEvent): void {
    if (event.is === 'switched') this.#pressedMs = event.atMs;
    if (event.is !== 'pressed') {
      if (endsPress.has(event.is)) this.#held.delete(name);
      return;
    }
    this.#pressedMs = event.atMs;
    const holdMs = this.#buttonOf(name)?.hold?.after ?? 0;
    const { holdsMs, beyondHoldMs } = testLimits;
    this.#held.set(name, event.downMs + Math.max(holdsMs, holdMs + beyondHoldMs));
  }

  #whyOver(nowMs: number): string | null {
    const held = [...this.#held].find(([, untilMs]) => nowMs >= untilMs);
    if (held !== undefined) return `${held[0]} was held down to end it`;
    if (nowMs < this.untilMs) return null;
    return nowMs - this.sinceMs >= testLimits.mostMs
      ? `it has lasted ${sayDuration(testLimits.mostMs)}, which is the most`
      : `nobody pressed a button for ${sayDuration(testLimits.silenceMs)}`;
  }

  #light(nowMs: number): void {
    if (this.#lightMs !== null && nowMs < this.#lightMs) return;
    this.#tellFaults();
    const { leds, light } = this.#port;
    const usable = leds.filter((led) => this.#port.stateOf(keyOf('led', led)) === 'open');
    this.#isLit = !this.#isLit;
    this.#lightMs = nowMs + (this.#isLit ? litMs : darkMs);
    const led = usable[this.#at % Math.max(1, usable.length)];
    if (!this.#isLit || led === undefined) return light(new Set());
    this.#at += 1;
    light(new Set([led]));
    if (!this.#toldLit.has(led)) this.#port.tell({ is: 'lit', led }); // later rounds would only fill the screen
    this.#toldLit.add(led);
  }

  /** Whoever presses a button that nobody hears, or waits for an LED that is never lit, looks for a broken wire. */
  #tellFaults(): void {
    const { leds, buttons, stateOf, tell } = this.#port;
    const wired = [
      ...buttons.map(({ name }) => ({ kind: 'button', name }) as const),
      ...leds.map((name) => ({ kind: 'led', name }) as const),
    ];
    for (const { kind, name } of wired) {
      const key = keyOf(kind, name);
      const state = stateOf(key);
      const words = state instanceof LineError ? `${state.message}: ${state.remedy}` : null;
      if (words === (this.#toldFaults.get(key) ?? null)) continue;
      if (words === null) {
        this.#toldFaults.delete(key);
      } else {
        this.#toldFaults.set(key, words);
        if (kind === 'led') this.#toldLit.delete(name);
        tell({ is: 'unusable', kind, name, words });
      }
    }
  }

  /** What the press would have done: it is not done. */
  #tellMeaning(
    name: string,
    event: Extract<PressEvent, { readonly is: 'click' | 'double' | 'hold' | 'switched' }>,
  ): void {
    const button = this.#buttonOf(name);
    const action = button === undefined ? null : actionOf(button, event);
    this.#port.tell({ is: 'meant', button: name, gesture: event.is, action });
  }

  #buttonOf(name: string): ButtonConfig | undefined {
    return this.#port.buttons.find((one) => one.name === name);
  }
}

const endsPress: ReadonlySet<PressEvent['is']> = new Set(['released', 'dropped', 'faulty']);
