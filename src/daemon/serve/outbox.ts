import type { Socket } from 'node:net';
import type { Change } from '../../protocol/snapshot.ts';
import type { SentChange } from './feed.ts';
import type { Limits } from './limits.ts';
import { notification } from './lines.ts';

/**
 * What goes to one peer. A peer that does not read makes nothing grow: once it is behind, changes are merged, entity by
 * entity, until it has read what it was sent, and what may be lost is dropped.
 */
export type Outbox = {
  /** Never merged and never dropped. Bounded by not reading the questions of a peer that is behind. */
  answer(line: Buffer): void;
  /** Held back for a moment where the rig has better things to do; answers and the end never overtake it. */
  change(sent: SentChange): void;
  /** Telemetry and logs. Gives false when the peer is behind and the line was dropped. */
  offer(line: Buffer): boolean;
  isBehind(): boolean;
  /** The peer is given a whole snapshot now: what waits for it is in there. */
  forgetChanges(): void;
  /** Sends what is held back. */
  release(): void;
  close(): void;
};

type OutboxPort = Pick<Limits, 'unreadBytes' | 'stuckMs'> & {
  /** How long a change may be held back now, in ms. */
  mayWaitMs(): number;
  /** The peer has read everything. */
  readonly drained: () => void;
  /** The peer has read nothing for too long. */
  readonly stuck: () => void;
};

export function createOutbox(socket: Socket, port: OutboxPort): Outbox {
  let merged: Change | null = null;
  let stuckTimer: NodeJS.Timeout | undefined;
  let held: SentChange[] = [];
  let heldTimer: NodeJS.Timeout | undefined;

  const isBehind = () => socket.writableLength > port.unreadBytes;
  const write = (line: Buffer) => {
    if (!socket.writable) return;
    socket.write(line);
    if (isBehind()) stuckTimer ??= setTimeout(port.stuck, port.stuckMs);
  };

  const release = () => {
    clearTimeout(heldTimer);
    heldTimer = undefined;
    const changes = held;
    held = []; // first: a line that cannot be made must not stand before all that come later
    if (changes.length > 0) write(Buffer.concat(changes.map((sent) => sent.line())));
  };
  const answer = (line: Buffer) => {
    release();
    write(line);
  };
  const change = (sent: SentChange) => {
    if (merged !== null) {
      merged = merge(merged, sent.change);
      return;
    }
    if (isBehind()) {
      merged = { ...sent.change, coalesced: true };
      return;
    }
    held.push(sent);
    const waitMs = port.mayWaitMs();
    if (waitMs === 0) release();
    else heldTimer ??= setTimeout(release, waitMs);
  };

  // Node says `drain` once a queue that was over its mark is empty; ours lies above that mark.
  socket.on('drain', () => {
    clearTimeout(stuckTimer);
    stuckTimer = undefined;
    release();
    if (merged !== null) write(notification('state.change', merged));
    merged = null;
    port.drained();
  });

  return {
    answer,
    change,
    offer: (line) => {
      if (isBehind()) return false;
      answer(line);
      return true;
    },
    isBehind,
    forgetChanges: () => {
      merged = null;
      held = [];
    },
    release,
    close: () => {
      clearTimeout(stuckTimer);
      clearTimeout(heldTimer);
    },
  };
}

/** Two changes in a row as one: of each entity the newest, of the rest the later. */
export function merge(earlier: Change, later: Change): Change {
  return { ...later, changed: { ...earlier.changed, ...later.changed }, coalesced: true };
}
