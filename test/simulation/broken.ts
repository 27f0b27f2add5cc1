/** A promise that was broken. */
export class Broken extends Error {}

export function hold(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Broken(what);
}
