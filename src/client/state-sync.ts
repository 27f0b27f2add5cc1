import type { Change, Snapshot } from '../protocol/snapshot.ts';
import { applyChange, checksumOf, frozen } from './apply-change.ts';

/** Follows the state over one connection, and proves after each change that it has the truth. */
export type StateSync = {
  /** Asks for the state, or for what changed since `known`. Rejects when the daemon does not answer. */
  begin(known: Snapshot | null): Promise<void>;
  /** @throws TypeError when it has not the shape of a change */
  hear(change: Change): void;
  end(): void;
};

type SyncPort = {
  /** `state.watch`, also to begin anew on the same connection. */
  watch(since: { epoch: string; seq: number } | null): Promise<unknown>;
  publish(snapshot: Snapshot): void;
  /** This connection is of no use any more. */
  fail(error: unknown): void;
};

/** A daemon whose checksums never fit is asked once in so long, not in a hot loop. */
const askAgainMs = 1_000;

/**
 * Phases: `asking` (changes are held: they may be told before the answer that they follow is seen), `live`, `waiting` to ask
 * again (changes are dropped: the snapshot will have them).
 */
export function createStateSync(port: SyncPort): StateSync {
  let phase: 'asking' | 'live' | 'waiting' = 'asking';
  let snapshot: Snapshot | null = null;
  let held: Change[] = [];
  let askedMs = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;

  const ask = async (known: Snapshot | null) => {
    phase = 'asking';
    held = [];
    askedMs = performance.now();
    snapshot = known;
    const since = known === null ? null : { epoch: known.epoch, seq: known.seq };
    const given = snapshotIn(await port.watch(since));
    if (given !== null) {
      snapshot = frozen(given);
      port.publish(snapshot);
    }
    phase = 'live';
    for (const change of held.splice(0)) take(change);
  };

  const take = (change: Change) => {
    if (phase !== 'live' || snapshot === null || isOld(snapshot, change)) return;
    const next = proven(snapshot, change);
    if (next === null) {
      askAgain();
      return;
    }
    snapshot = next;
    port.publish(next);
  };

  const askAgain = () => {
    phase = 'waiting';
    const waitMs = Math.max(0, askedMs + askAgainMs - performance.now());
    timer = setTimeout(() => ask(null).catch(port.fail), waitMs);
  };

  return {
    begin: ask,
    hear: (change) => {
      if (phase === 'asking') held.push(change);
      else take(change);
    },
    end: () => {
      phase = 'waiting';
      clearTimeout(timer);
    },
  };
}

function isOld(snapshot: Snapshot, change: Change): boolean {
  return change.epoch === snapshot.epoch && change.seq <= snapshot.seq;
}

/** The state after the change. Null when one before it is missing, or when the checksum says that it is not the truth. */
function proven(before: Snapshot, change: Change): Snapshot | null {
  const isNext = change.coalesced || change.seq === before.seq + 1;
  if (change.epoch !== before.epoch || !isNext) return null;
  const after = applyChange(before, change);
  return checksumOf(after) === change.checksum ? after : null;
}

/** Null when the daemon goes on from where we were. */
function snapshotIn(answer: unknown): Snapshot | null {
  if (typeof answer !== 'object' || answer === null)
    throw new TypeError('no answer to state.watch');
  return 'snapshot' in answer ? (answer.snapshot as Snapshot) : null;
}
