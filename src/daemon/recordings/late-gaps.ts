import type { Manifest, ManifestTrial } from '../../protocol/manifest.ts';
import type { ManifestEvent } from '../../protocol/manifest-schema.ts';
import { addGap } from './manifest-gaps.ts';

/** A usual camera needs less than half of it from the common instant to its first picture. */
const usualMs = 2_000;

/**
 * A module that was to begin with the others and whose first sample came later than is usual recorded nothing until then. To be
 * called before the manifest knows that it joined: only the first time in a trial counts. One that was not wanted at the go comes
 * late and lacks nothing.
 */
export function addLateGap(
  manifest: Manifest,
  trial: ManifestTrial,
  event: Extract<ManifestEvent, { is: 'joined' }>,
): void {
  const { module, late } = event;
  if (late && trial.wanted?.includes(module) !== true) return;
  if (trial.segments.some(({ modules }) => modules[module]?.joinedAt !== undefined)) return;
  const lateMs = sinceGoMs(trial, event);
  // One that begins in a file of its own was lost at the go: what it missed is no start-up time.
  const leastMs = late && event.segment > 1 ? 0 : usualMs;
  if (lateMs === null || lateMs <= leastMs) return;
  const from = trial.startedAt;
  const to = new Date(Date.parse(from) + lateMs).toISOString();
  const cause = late ? 'it could not begin with the others' : 'its first sample came late';
  addGap(manifest, { module, from, to, cause });
}

/**
 * From the common instant to the first sample, in ms. One that came late and does not tell its first sample began when it
 * confirmed; of one that went with the others nobody knows, because a new daemon may have heard of it only later.
 */
function sinceGoMs(
  { goMonoNs, startedAt, segments }: ManifestTrial,
  { firstSampleMonoNs, late, at }: Extract<ManifestEvent, { is: 'joined' }>,
): number | null {
  // The clock of another boot says nothing of this one's, and the power cut is a gap already.
  if (goMonoNs === '0' || segments.some(({ reason }) => reason === 'power-loss')) return null;
  if (firstSampleMonoNs !== null) {
    return Math.round(Number(BigInt(firstSampleMonoNs) - BigInt(goMonoNs)) / 1e6);
  }
  return late ? Date.parse(at) - Date.parse(startedAt) : null;
}
