import type { Situation } from '../situation.ts';
import type { ScreenKind } from '../view/screens.ts';
import type { Deed } from './deeds.ts';
import type { Reason } from './reasons.ts';

/** One line of the table that keys, bottom line, help and docs are made from. */
export type KeyRow = {
  readonly screens: readonly ScreenKind[];
  /** As `keys.ts` names them. */
  readonly keys: readonly string[];
  /** The key as the bottom line shows it, and the same in ASCII. */
  readonly label: readonly [string, string];
  /** What it does now, in a word. */
  readonly words: string | ((now: Situation) => string);
  /** The sentence of the help and the docs. */
  readonly help: string;
  /** Who gives way first when the bottom line is narrow: the highest. 0 is never shown there. */
  readonly rank: number;
  readonly refuses: (now: Situation) => Reason;
  /** Whether the bottom line names it although nothing refuses it: a key that would show an empty page is no offer. */
  readonly offers: (now: Situation) => boolean;
  readonly does: (now: Situation) => Deed;
};

/** A line of the table; without `refuses` the key always works. */
export function key(
  screens: KeyRow['screens'],
  keys: readonly string[],
  label: KeyRow['label'],
  words: KeyRow['words'],
  rank: number,
  rest: Pick<KeyRow, 'help' | 'does'> & Partial<Pick<KeyRow, 'refuses' | 'offers'>>,
): KeyRow {
  return { screens, keys, label, words, rank, refuses: () => null, offers: () => true, ...rest };
}

/** The screens on which one looks at the rig. */
export const looking = [
  'dashboard',
  'module',
  'problems',
  'history',
  'preflight',
  'panel',
  'log',
] as const;
