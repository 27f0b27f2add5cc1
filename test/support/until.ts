import { setTimeout as pause } from 'node:timers/promises';

const lookMs = 10;
/** How many times as long everything may take: on an emulated processor. */
const patience = Number(process.env['RIGDECK_TEST_PATIENCE'] ?? 1);

/** A deadline of the tests, in ms, on the machine that they run on. */
export function patiently(ms: number): number {
  return ms * patience;
}

/** Waits until something is seen and gives it; says what was not when that takes too long. */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  withinMs = 15_000,
): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = performance.now() + patiently(withinMs);
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== null && seen !== false) {
      return seen as NonNullable<Exclude<T, false>>;
    }
    if (performance.now() > deadline) {
      throw new Error(`waited ${withinMs} ms in vain: ${what}`);
    }
    await pause(lookMs);
  }
}
