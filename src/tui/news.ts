import type { HistoryEntry } from '../protocol/frames.ts';
import type { Snapshot } from '../protocol/snapshot.ts';

/** What has become of the recording between two snapshots, for those who did not do it; null when nothing did. */
export function newsBetween(before: Snapshot, after: Snapshot): string | null {
  if (before.epoch !== after.epoch) return 'the daemon was started again';
  const [old, young] = [before.rig, after.rig];
  const number = (young.trial ?? old.trial)?.number;
  const trial = number === undefined ? 'recording' : `trial ${number}`;
  if (old.state === young.state) return null;
  if (young.state === 'recording')
    return `${trial} ${old.state === 'paused' ? 'goes on' : 'is recorded'}`;
  if (young.state === 'paused') return `${trial} is paused`;
  if (young.state === 'stopping') return `${trial} is being stopped`;
  return young.state === 'idle' ? `${trial} is over` : null;
}

/** Who asked last for something about the recording; null when nobody did lately. */
export function whoDidIt(history: readonly HistoryEntry[], nowMs: number): string | null {
  const recent = history.findLast(
    (entry) =>
      entry.type === 'intent' &&
      entry.kind.startsWith('record.') &&
      entry.reason === null &&
      nowMs - Date.parse(entry.at) < 10_000,
  );
  return recent?.type === 'intent' ? recent.actor : null;
}
