import type { CloseTrial } from '../../core/effect.ts';

/** How a trial ended, and when. */
export type TrialEnd = Pick<CloseTrial, 'outcome' | 'end'>;

/** Nobody stopped it in order: it was over with its last byte. */
export const interrupted: TrialEnd = { outcome: 'interrupted', end: 'last-byte' };
