/** What several looks say together. */
export type Twice = { readonly isRaised: boolean; readonly against: number };

/** Nothing is wrong, and nothing has been seen yet. */
export const quiet: Twice = { isRaised: false, against: 0 };

/**
 * Two bad looks in a row raise, two good ones clear: nothing is decided on one reading. Pure.
 *
 * @param isBad of this look; null where it could not tell, which changes nothing
 */
export function lookAgain(before: Twice, isBad: boolean | null): Twice {
  if (isBad === null) return before;
  if (isBad === before.isRaised) return { ...before, against: 0 };
  return before.against > 0
    ? { isRaised: isBad, against: 0 }
    : { ...before, against: before.against + 1 };
}
