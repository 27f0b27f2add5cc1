import { setTimeout as pause } from 'node:timers/promises';

/** Looks until something is seen, and gives it. @throws when it takes longer than `withinMs` */
export async function until(what, look, withinMs = 30_000, everyMs = 5) {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (performance.now() > deadline) throw new Error(`waited ${withinMs} ms in vain: ${what}`);
    await pause(everyMs);
  }
}
