import type { Situation } from '../situation.ts';
import type { ScreenKind } from '../view/screens.ts';
import type { Deed } from './deeds.ts';
import { isLetter } from './keys.ts';
import type { Reason } from './reasons.ts';

/** What a key does, as the palette calls it. Where a part is missing it is that of the key. */
export type Command = {
  readonly words: string;
  /** What the command line calls it, where that is something else; it is found by either. */
  readonly also?: string;
  /** `module`: once for each module, with its name behind it. */
  readonly of?: 'module';
  readonly help?: string;
  readonly refuses?: (now: Situation) => Reason;
  readonly does?: (now: Situation) => Deed;
  /** Words of one's own may be typed behind it. */
  readonly takes?: {
    /** What they are, in capitals. */
    readonly name: string;
    readonly does: (now: Situation, typed: string) => Deed;
  };
};

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
  /**
   * What it is in the palette, from every screen. Without it: what the bottom line calls it, on the screens where it is a key. None
   * for keys that only move about.
   */
  readonly commands?: readonly Command[];
};

/** A line of the table; without `refuses` the key always works. */
export function key(
  screens: KeyRow['screens'],
  keys: readonly string[],
  label: KeyRow['label'],
  words: KeyRow['words'],
  rank: number,
  rest: Pick<KeyRow, 'help' | 'does'> & Partial<Pick<KeyRow, 'refuses' | 'offers' | 'commands'>>,
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
  'sessions',
  'session',
] as const;

/** All screens, in the order of the help. */
export const everywhere: readonly ScreenKind[] = [
  ...looking,
  'confirm-stop',
  'confirm-leave',
  'prompt',
  'words',
  'search',
  'palette',
  'help',
];

/** The keys of a row that are keys on that screen. */
export function keysOn(row: KeyRow, screen: ScreenKind): readonly string[] {
  if (!row.screens.includes(screen)) return [];
  return isTypedOn(screen) ? row.keys.filter((key) => !isLetter(key)) : row.keys;
}

/** Whether letters are typing on that screen, not keys. */
export function isTypedOn(screen: ScreenKind): boolean {
  return typedOn.includes(screen);
}

const typedOn: readonly ScreenKind[] = ['help', 'prompt', 'words', 'search', 'palette'];
