import type { RestartConfig } from '../protocol/config.ts';
import type { Exit } from '../protocol/problem.ts';

/** A module that was ready for this long had run well: it is started again at once. */
const ranWellMs = 10_000;
/** A module that runs for this long is forgiven its failures. */
export const forgivenAfterMs = 60_000;
/** After this many failures in a row the tries become rare, but never end. */
const patientFailures = 10;
const rareTryMs = 600_000;
/** EX_CONFIG of sysexits(3): trying again cures nothing. */
export const configurationExit = 78;

export type Retry = { readonly delayMs: number | null; readonly failures: number };

/**
 * When to start again a module that ended while it was wanted.
 *
 * @param failures in a row before this one
 * @param ranMs how long it had been ready, 0 when it never was
 * @param seed spreads the pauses by 20 % either way, so that modules that died together do not come back together
 * @returns the pause in ms, null for never by itself, and the failures in a row from now on
 */
export function retryAfter(
  policy: RestartConfig,
  failures: number,
  exit: Exit,
  ranMs: number,
  seed: string,
): Retry {
  const ranWell = ranMs >= ranWellMs;
  const now = ranWell ? failures : failures + 1;
  if (policy.policy === 'never') return { delayMs: null, failures: now };
  if (policy.policy === 'on-failure' && exit.code === 0) return { delayMs: null, failures: now };
  if (ranWell) return { delayMs: 0, failures: now };
  if (now >= patientFailures) return { delayMs: rareTryMs, failures: now };
  const pause = Math.min(policy.initial * policy.factor ** (now - 1), policy.max);
  const spread = Math.round(pause * (0.8 + 0.4 * fraction(seed)));
  return { delayMs: Math.min(spread, policy.max), failures: now };
}

/** 0 up to 1, the same for the same seed (FNV-1a): the core rolls no dice. */
function fraction(seed: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < seed.length; i++) {
    hash = Math.imul(hash ^ seed.charCodeAt(i), 0x01000193);
  }
  hash ^= hash >>> 15;
  return (Math.imul(hash, 0x2c1b3c6d) >>> 0) / 4_294_967_296;
}
