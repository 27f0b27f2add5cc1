/** Marks a branch the types say cannot be reached; a new union member makes this a compile error. */
export function assertNever(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}

/** Stops the program when a thing we rely on is false: our own mistake, never the user's. */
export function invariant(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`invariant broken: ${what}`);
}
