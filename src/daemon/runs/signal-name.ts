import { constants } from 'node:os';

const names = new Map<number, string>();
for (const [name, number] of Object.entries(constants.signals)) {
  // The first of two names for one number is the usual one (SIGABRT before SIGIOT).
  if (!names.has(number)) names.set(number, name);
}

/** `SIGKILL` for 9. Null when this system knows no such signal by name. */
export function signalName(number: number): string | null {
  return names.get(number) ?? null;
}

/** The signal of that name. Undefined when there is none. */
export function signalOf(name: string | undefined): NodeJS.Signals | undefined {
  return Object.keys(constants.signals).find((known): known is NodeJS.Signals => known === name);
}
