import { createPrng } from '../../support/prng.ts';

/** Numbers from 0 up to 1, the same for the same seed: a story that failed can be told again. */
export function chance(seed: number): () => number {
  return createPrng(seed).next;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
