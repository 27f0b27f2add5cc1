import { nearest } from '../protocol/nearest.ts';
import type { CommandFailure } from './failure.ts';
import { usageFailure } from './failure.ts';

/** Which of the known words a mistyped one is near, or which there are. Null when there are none. */
export function meantWord(typed: string, known: readonly string[]): string | null {
  const near = nearest(typed, known);
  if (near !== null) return `Did you mean ${near}?`;
  return known.length === 0 ? null : `There are: ${known.join(', ')}.`;
}

/** A word that is none of the known ones: exit 2, and says which is near or which there are. */
export function unknownWord(what: string, typed: string, known: readonly string[]): CommandFailure {
  return usageFailure(`there is no ${what} "${typed}"`, meantWord(typed, known));
}
