import type { CloseTrial } from '../../core/effect.ts';

/** How a trial ended, and when. */
export type TrialEnd = Pick<CloseTrial, 'outcome' | 'end'>;

/** Of a trial whose beginning was lost nobody can say that it is complete. */
export function lessThan(how: TrialEnd): TrialEnd {
  return how.outcome === 'complete' ? { ...how, outcome: 'partial' } : how;
}

/** Nobody stopped it in order: it was over with its last byte. */
export const interrupted: TrialEnd = { outcome: 'interrupted', end: 'last-byte' };
