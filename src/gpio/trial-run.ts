import type { GpioTestEvent } from '../protocol/gpio-record.ts';
import type { Edge } from './lines.ts';
import type { PressEvent } from './press-events.ts';

/** Long enough to find the LED that is meant. In ms. */
const eachMs = 1_000;

export type TrialRunPort = {
  readonly leds: readonly string[];
  /** These are lit, and no others. */
  light(leds: ReadonlySet<string>): void;
  tell(event: GpioTestEvent): void;
};

/** Somebody tries out buttons and LEDs: every LED is lit in turn, again and again, and every press is told. */
export class TrialRun {
  readonly #port: TrialRunPort;
  #nextMs: number | null = null;
  #at = 0;

  constructor(port: TrialRunPort) {
    this.#port = port;
  }

  /** When `ring` is to be called, CLOCK_MONOTONIC in ms. */
  get nextMs(): number | null {
    return this.#nextMs;
  }

  /** Lights the next LED when it is its turn. */
  ring(nowMs: number): void {
    if (this.#nextMs !== null && nowMs < this.#nextMs) return;
    const { leds, light, tell } = this.#port;
    const led = leds[this.#at % Math.max(1, leds.length)];
    this.#nextMs = led === undefined ? null : nowMs + eachMs;
    if (led === undefined) return;
    this.#at += 1;
    light(new Set([led]));
    if (this.#at <= leds.length) tell({ is: 'lit', led }); // later rounds would only fill the screen
  }

  edge(button: string, { level, atMs }: Edge): void {
    this.#port.tell({ is: 'edge', button, level, atMs });
  }

  told(button: string, event: PressEvent): void {
    const { tell } = this.#port;
    switch (event.is) {
      case 'pressed':
        return tell({ is: 'pressed', button, bounces: Math.max(0, event.edges - 1) });
      case 'released': {
        const bounces = Math.max(0, event.edges - 1);
        return tell({ is: 'released', button, heldMs: event.upMs - event.downMs, bounces });
      }
      case 'switched':
        return tell({ is: 'switched', button, level: event.level });
      case 'faulty':
        return tell({ is: 'faulty', button, fault: event.fault });
      default:
        return; // what the press would have done is not done
    }
  }
}
