import { core } from './core-under-test.ts';
import { live } from './live.ts';

/** Lives `lives` lives from `seed` on; gives the first that broke a promise, with its whole story, or null. */
export function simulate(seed: number, lives: number): ReturnType<typeof live> | null {
  for (let at = seed; at < seed + lives; at++) {
    if (live(core, at).broken !== null) return live(core, at, true);
  }
  return null;
}

export { core, live };
