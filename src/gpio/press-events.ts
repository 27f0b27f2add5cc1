import type { Level } from './lines.ts';

/** How a button is read. Times in ms. */
export type PressSettings =
  | {
      readonly kind: 'push';
      readonly debounceMs: number;
      /** A click waits for a second one only where a double click is bound. */
      readonly double: boolean;
      /** After how long a press is a hold; null where no hold is bound. */
      readonly holdMs: number | null;
    }
  | { readonly kind: 'switch'; readonly debounceMs: number };

/**
 * What a finger did. All times are CLOCK_MONOTONIC in ms.
 *
 * `downMs` is the edge at which the finger came down, of a hold and of a click too; of a double click that of its first press.
 * `meantMs` is the instant that made it what it is: the edge of the release, or the threshold of the hold. `atMs` is when it was
 * recognised, which is later by the debounce time, and for a click where a double click is bound by the wait for the second one.
 */
export type Gesture = {
  readonly is: 'click' | 'double' | 'hold';
  readonly downMs: number;
  readonly meantMs: number;
  readonly atMs: number;
};

export type Fault = 'stuck' | 'chattering';

export type PressEvent =
  | Gesture
  /** The finger is down. A hold counts until `holdAtMs`; null where none is bound. `edges` above 1 are bounces. */
  | {
      readonly is: 'pressed';
      readonly downMs: number;
      readonly holdAtMs: number | null;
      readonly edges: number;
      readonly atMs: number;
    }
  /** It is up again, after a hold too. `early`: a hold was bound and not reached. */
  | {
      readonly is: 'released';
      readonly downMs: number;
      readonly upMs: number;
      readonly early: boolean;
      readonly edges: number;
      readonly atMs: number;
    }
  /** How it ended nobody knows: edges were lost, or heard too late. It was nothing, but for a hold that was told (`held`). */
  | {
      readonly is: 'dropped';
      readonly downMs: number;
      readonly held: boolean;
      readonly atMs: number;
    }
  /** A latching switch has another position. Never told of the position that it has at the start. */
  | {
      readonly is: 'switched';
      readonly level: Level;
      readonly meantMs: number;
      readonly atMs: number;
    }
  /** From now on the button is ignored, until `well`; a press under way is dropped. */
  | { readonly is: 'faulty'; readonly fault: Fault; readonly atMs: number }
  | { readonly is: 'well'; readonly fault: Fault; readonly atMs: number };
