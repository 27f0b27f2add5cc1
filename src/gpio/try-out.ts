import type { GpioRecord, GpioTestEvent } from '../protocol/gpio-record.ts';
import { testLimits } from '../protocol/gpio-test-words.ts';
import type { Refusal } from '../protocol/problem.ts';
import type { Snapshot } from '../protocol/snapshot.ts';
import { sayDuration } from '../protocol/units.ts';
import type { Deed } from './bindings.ts';
import type { LineState } from './board.ts';
import type { Edge } from './lines.ts';
import type { GpioConfig } from './panel-record.ts';
import type { PressEvent } from './press-events.ts';
import { TrialRun } from './trial-run.ts';

export type TryOutPort = {
  readonly gpio: Pick<GpioConfig, 'buttons' | 'leds'>;
  /** Of the line of a button or an LED, by its key. */
  stateOf(key: string): LineState;
  /** These are lit by hand and no others; null gives them back to the rig. */
  light(leds: ReadonlySet<string> | null): void;
  /** It began, or it is over. */
  changed(): void;
  /** A line in the journal. */
  event(name: string, message: string): void;
  /** CLOCK_MONOTONIC in ms. */
  now(): number;
};

type Under = {
  readonly by: string;
  readonly run: TrialRun;
  tell(event: GpioTestEvent): void;
};

/**
 * Who tries out the panel, if anybody does. For as long as that lasts every press that asks for something is refused, with the light
 * and in the journal: who does not know of the test sees that nothing was done.
 */
export class TryOut {
  readonly #port: TryOutPort;
  #under: Under | null = null;
  #endedMs = Number.NEGATIVE_INFINITY;

  constructor(port: TryOutPort) {
    this.#port = port;
  }

  get isUnderWay(): boolean {
    return this.#under !== null;
  }

  /** When `ring` is to be called, CLOCK_MONOTONIC in ms. */
  get nextMs(): number | null {
    return this.#under?.run.nextMs ?? null;
  }

  /** What everybody may know of it. */
  get record(): Pick<GpioRecord, 'testedBy' | 'testedSinceMs' | 'testedUntilMs'> {
    const run = this.#under?.run;
    return {
      testedBy: this.#under?.by ?? null,
      testedSinceMs: run === undefined ? null : Math.round(run.sinceMs),
      testedUntilMs: run === undefined ? null : Math.round(run.untilMs),
    };
  }

  /** Begins with the next `ring`; gives what ends it, or why it cannot be now. */
  begin(by: string, tell: (event: GpioTestEvent) => void): (() => void) | Refusal {
    if (this.#under !== null) {
      const message = `${this.#under.by} tests buttons and LEDs already.`;
      const held = `hold a button for ${sayDuration(testLimits.holdsMs)}`;
      return { reason: 'busy', message, remedy: `Wait until that is over, or ${held}.` };
    }
    const { gpio, stateOf, light, event, changed, now } = this.#port;
    const run = new TrialRun(
      {
        leds: gpio.leds.map(({ name }) => name),
        buttons: gpio.buttons,
        stateOf,
        light,
        tell,
        over: (words) => this.over(words),
      },
      now(),
    );
    const under = { by, run, tell };
    this.#under = under;
    event('gpio-test', `${by} tests buttons and LEDs: presses do nothing else meanwhile`);
    changed();
    return () => {
      if (this.#under === under) this.over(`${by} has ended it`);
    };
  }

  /** Ends it, if it is under way. */
  over(words: string): void {
    const under = this.#under;
    if (under === null) return;
    this.#under = null;
    this.#endedMs = this.#port.now();
    under.tell({ is: 'ended', words });
    this.#port.light(null);
    this.#port.event('gpio-test', `the test of buttons and LEDs is over: ${words}`);
    this.#port.changed();
  }

  /** The rig is like this: its lights must not lie while it records. */
  look(snapshot: Snapshot): void {
    if (records(snapshot)) this.over('the rig records, and its lights must not lie');
  }

  ring(nowMs: number): void {
    this.#under?.run.ring(nowMs);
  }

  edge(button: string, edge: Edge): void {
    this.#under?.run.edge(button, edge);
  }

  told(button: string, event: PressEvent): void {
    this.#under?.run.told(button, event);
  }

  /** Why a press does not do what it asks for; null: it does. One that began in a test is none of the rig's, however long it lasts. */
  against(event: PressEvent): Extract<Deed, { readonly is: 'refused' }> | null {
    if (this.#under !== null) {
      const held = sayDuration(testLimits.holdsMs);
      return {
        is: 'refused',
        message: `${this.#under.by} tests buttons and LEDs just now, and presses do nothing else.`,
        remedy: `Hold a button for ${held} to end that, then press again.`,
      };
    }
    const beganMs =
      'downMs' in event ? event.downMs : 'meantMs' in event ? event.meantMs : event.atMs;
    if (beganMs >= this.#endedMs) return null;
    const message = 'The button came down while it was tested.';
    return { is: 'refused', message, remedy: 'Press again.' };
  }
}

/** Whether it records, or is to as soon as it can. */
export function records({ rig: { state, desired } }: Snapshot): boolean {
  return state !== 'idle' || desired !== 'idle';
}
