import type { Adopted } from '../../../src/core/spec.ts';
import type { TrialRecord } from '../../../src/protocol/snapshot.ts';

/** Trial 3, as an earlier daemon left it. */
export const trialLeft: TrialRecord = {
  number: 3,
  label: null,
  startedAt: '2026-11-22T09:00:00.000Z',
  segment: 1,
  partial: false,
  startedMonoMs: 900_000,
  pausedMs: 0,
  pausedSinceMonoMs: null,
  nextSegmentMs: null,
};

/** A run that lives on in trial 3, in this take. */
export function livingIn(take: Adopted['take']): Adopted {
  return {
    pid: 7,
    startedAt: '2026-11-22T09:00:00.000Z',
    ready: true,
    version: '1',
    can: ['arm', 'pause'],
    take,
    trial: 3,
    segment: 1,
    splitTo: null,
    heard: { firstSampleMonoNs: null, files: [] },
  };
}
