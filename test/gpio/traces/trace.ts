/**
 * What a line does, and what the button behind it must tell.
 *
 * `line`: `+1000` it becomes active at 1000 ms, `-1150` it is back at rest; `+1000!3` three edges before this one were lost;
 * `~+1000` the level changes and no edge is told at all; `+a..b/n` it rattles from a to b, n edges, beginning with this level.
 * `told`: `click 1000-1150 @1180` is one that came down at 1000, was meant at 1150 and was recognised at 1180.
 */
export type Trace = {
  readonly name: string;
  readonly button: Button;
  /** The level at the start; 0 where nothing is said. */
  readonly start?: 0 | 1;
  readonly line: string;
  /** The program does nothing from .. to, in ms: then its timer comes first, and all edges after it. */
  readonly blocked?: readonly (readonly [number, number])[];
  /** Nobody stamps edges (sysfs): each is as old as it is heard, and what was there and back meanwhile is not heard at all. */
  readonly unstamped?: true;
  readonly told: readonly string[];
};

/** `plain`: no hold, no double click. `hold`: after 2 s. `double`: clicks wait. `both`. `slow`: debounce of 200 ms. */
export type Button = 'plain' | 'hold' | 'double' | 'both' | 'slow' | 'switch';
