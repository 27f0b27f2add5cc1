import type { CommandFailure } from './failure.ts';
import { usageFailure } from './failure.ts';
import { nearest } from './nearest.ts';

/** A word that is none of the known ones: exit 2, and says which is near or which there are. */
export function unknownWord(what: string, typed: string, known: readonly string[]): CommandFailure {
  const near = nearest(typed, known);
  const remedy = near === undefined ? `There are: ${known.join(', ')}.` : `Did you mean ${near}?`;
  return usageFailure(`there is no ${what} "${typed}"`, remedy);
}
