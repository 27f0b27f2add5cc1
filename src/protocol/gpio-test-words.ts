import type { GpioRecord } from './gpio-record.ts';
import { clean } from './text.ts';
import { sayDuration } from './units.ts';

/**
 * When a test of buttons and LEDs ends by itself, in ms: so long after the last press, and so long after it began at the latest. A
 * button that is held down so long, and that much longer than its own hold needs, ends it at once: for whoever has only the button.
 */
export const testLimits = {
  silenceMs: 3 * 60_000,
  mostMs: 10 * 60_000,
  holdsMs: 10_000,
  beyondHoldMs: 3_000,
} as const;

/** How a test ends, for whoever begins one. */
export const testEndWords = `Ctrl-C ends it, and so do ${sayDuration(testLimits.silenceMs)} without a press`;

/** What is said of a test that is under way. */
export type TestWords = { readonly what: string; readonly remedy: string };

/**
 * Who tries out buttons and LEDs, for how long now, and how that ends; null while nobody does.
 *
 * @param monoMs CLOCK_MONOTONIC of the rig's machine, in ms
 */
export function sayTest(
  {
    testedBy,
    testedSinceMs,
    testedUntilMs,
  }: Pick<GpioRecord, 'testedBy' | 'testedSinceMs' | 'testedUntilMs'>,
  monoMs: number,
): TestWords | null {
  if (testedBy == null) return null;
  // A daemon of an earlier version does not say since when, nor does it end one by itself.
  const since =
    testedSinceMs == null
      ? ''
      : `, for ${sayDuration(Math.max(1_000, monoMs - testedSinceMs))} now`;
  const what = `Buttons do nothing just now: ${clean(testedBy, 64)} tests them${since}.`;
  const there = 'Ctrl-C there ends it';
  if (testedUntilMs == null) return { what, remedy: `${there}.` };
  const left = sayDuration(Math.max(1_000, testedUntilMs - monoMs));
  const held = sayDuration(testLimits.holdsMs);
  return { what, remedy: `${there}, or hold any button ${held}; by itself in ${left}.` };
}
