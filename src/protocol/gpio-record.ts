import type { Rhythm, Show } from './rhythm.ts';

/** What a button is asked to do, in the words of rig.yaml. Null where nothing is bound. */
export type ButtonDeeds = {
  readonly click: string | null;
  readonly double: string | null;
  readonly hold: { readonly afterMs: number; readonly action: string } | null;
  /** `record`: the position of a switch is the wish. */
  readonly level: string | null;
};

/**
 * How a button is.
 *
 * `opening`: its line is not open yet, or not yet known to be at rest · `ok`: what comes down now is a press · `stuck`: it has been
 * down for too long to be a finger · `chattering`: its line changes faster than a finger can; both are ignored until the line is
 * quiet · `lost`: its line cannot be read.
 */
export type ButtonState = 'opening' | 'ok' | 'stuck' | 'chattering' | 'lost';

export type ButtonRecord = {
  /** `GPIO17`. */
  readonly line: string;
  /** On the 40-pin header; null where the header does not have this line. */
  readonly pin: number | null;
  readonly state: ButtonState;
  /** Why this line alone cannot be used, in words. */
  readonly why?: string;
  /** After the debounce time. */
  readonly pressed: boolean;
  readonly does: ButtonDeeds;
};

export type LedRecord = {
  readonly line: string;
  readonly pin: number | null;
  readonly state: 'opening' | 'ok' | 'lost';
  /** Why this line alone cannot be used, in words. */
  readonly why?: string;
  readonly shows: string;
  /** What it does now; each flash of it is told to nobody. */
  readonly rhythm: Rhythm;
  /** What it did last in answer to a finger, for a moment, if it is one that answers; it says itself until when. */
  readonly show: Show | null;
  /** Until when it is lit at all, CLOCK_MONOTONIC in ms; null: always. */
  readonly litUntilMs: number | null;
  /** What it is left at when the daemon ends. */
  readonly exit: 'off' | 'on';
};

/** What a press asked for that cannot be now: what three fast flashes mean. */
export type RefusedPress = {
  /** The name of the button. */
  readonly button: string;
  readonly line: string;
  /** When it was refused, CLOCK_MONOTONIC in ms. */
  readonly atMs: number;
  readonly message: string;
  readonly remedy: string | null;
};

/** The panel: buttons and LEDs by name. */
export type GpioRecord = {
  /** `none`: rig.yaml asks for none. `off`: it asks for some, and they cannot be opened. */
  readonly backend: 'none' | 'off' | 'cdev' | 'onoff' | 'simulated';
  /** For people: `pinctrl-rp1 (/dev/gpiochip0)`. */
  readonly chip: string | null;
  /** Why not everything works, in words; null when it does. */
  readonly problem: string | null;
  /** Who tries out buttons and LEDs just now: presses do nothing meanwhile. */
  readonly testedBy: string | null;
  /** Since when, and when that ends by itself unless a button is pressed until then. CLOCK_MONOTONIC in ms. */
  readonly testedSinceMs?: number | null;
  readonly testedUntilMs?: number | null;
  /** The last press, where it was refused; null again with the next one. */
  readonly refused?: RefusedPress | null;
  readonly buttons: Readonly<Record<string, ButtonRecord>>;
  readonly leds: Readonly<Record<string, LedRecord>>;
};

/** One line as `rigdeck gpio list` tells it. */
export type GpioLine = {
  readonly line: string;
  readonly pin: number | null;
  readonly kind: 'button' | 'led';
  readonly name: string;
  /** `click record.start, hold 2 s record.stop`, or what it shows. */
  readonly does: string;
  /** 1 is pressed or lit; null is unknown. */
  readonly level: 0 | 1 | null;
  /** Of an LED that the rig drives now: what it says, as in the snapshot. */
  readonly rhythm?: Rhythm;
  /** The answer to a finger that it shows just now instead. */
  readonly show?: Show['is'];
  /** Who holds the line, as the kernel tells it; null is nobody. */
  readonly consumer: string | null;
  /** `unopened`: there is no daemon, and who lists opens none. */
  readonly state: ButtonState | 'unopened';
};

/** What `gpio.list` answers. */
export type GpioList = Pick<GpioRecord, 'backend' | 'chip' | 'problem'> & {
  readonly version: 1;
  /** What to know of it, in words: what this backend cannot do for these buttons. */
  readonly notes: readonly string[];
  readonly lines: readonly GpioLine[];
};

/** Longer than any binding; a finger that is never lifted is a stuck button. In ms. */
export const longestHoldMs = 600_000;

/** What `gpio.press` answers. */
export type GpioPressed = {
  readonly line: string;
  readonly name: string;
  readonly holdMs: number;
  /** With `wait`: the press is over and what it asked for is done; false: that is still under way. */
  readonly over?: boolean;
  /** With `wait`: what came of it, in words: `record.start`, or why it does nothing. Null: nothing is known yet. */
  readonly came?: string | null;
};

/** What is told while buttons and LEDs are tried out. Times in ms, `atMs` on CLOCK_MONOTONIC. */
export type GpioTestEvent =
  | { readonly is: 'lit'; readonly led: string }
  /** Its line is not open: nothing is heard of it, or it is never lit. Told again when there is another reason. */
  | {
      readonly is: 'unusable';
      readonly kind: 'button' | 'led';
      readonly name: string;
      readonly words: string;
    }
  /** Every single change of the line, noise and bounces too. */
  | { readonly is: 'edge'; readonly button: string; readonly level: 0 | 1; readonly atMs: number }
  | { readonly is: 'pressed'; readonly button: string; readonly bounces: number }
  | {
      readonly is: 'released';
      readonly button: string;
      readonly heldMs: number;
      readonly bounces: number;
    }
  | { readonly is: 'switched'; readonly button: string; readonly level: 0 | 1 }
  /** What the finger did, and what that does when nobody tests; null: nothing is bound to it. */
  | {
      readonly is: 'meant';
      readonly button: string;
      readonly gesture: 'click' | 'double' | 'hold' | 'switched';
      readonly action: string | null;
    }
  | { readonly is: 'faulty'; readonly button: string; readonly fault: 'stuck' | 'chattering' }
  /** Nothing follows. */
  | { readonly is: 'ended'; readonly words: string };
