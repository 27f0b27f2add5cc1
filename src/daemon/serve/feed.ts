import type { Rig } from '../../protocol/rig.ts';
import type { Change } from '../../protocol/snapshot.ts';
import { notification } from './lines.ts';

/** A change and its line, which is made once however many peers are sent it. */
export type SentChange = { readonly change: Change; line(): Buffer };

/** The changes of the rig on their way to the peers, and the newest of them for those who were away. */
export type Feed = {
  /** Tells every change from now on, in order. Gives the function that ends it. */
  watch(tell: (sent: SentChange) => void): () => void;
  /** What happened after `since`, oldest first. Null when that is not known any more, or was never so. */
  after(since: { readonly epoch: string; readonly seq: number }): readonly SentChange[] | null;
  close(): void;
};

/** A client that was away for as many changes is told the difference; a longer absence costs it a snapshot. */
const keptChanges = 256;

export function createFeed(rig: Rig): Feed {
  const watchers = new Set<(sent: SentChange) => void>();
  const kept: SentChange[] = [];
  const { epoch, seq } = rig.snapshot();
  let oldestSince = seq;
  let newest = seq;

  const stop = rig.observe((change) => {
    const sent = sentChange(change);
    kept.push(sent);
    newest = change.seq;
    if (kept.length > keptChanges) oldestSince = kept.shift()?.change.seq ?? oldestSince;
    for (const tell of [...watchers]) tell(sent);
  });

  return {
    watch: (tell) => {
      watchers.add(tell);
      return () => watchers.delete(tell);
    },
    after: (since) => {
      const isKnown = since.epoch === epoch && since.seq >= oldestSince && since.seq <= newest;
      return isKnown ? kept.filter(({ change }) => change.seq > since.seq) : null;
    },
    close: () => {
      stop();
      watchers.clear();
    },
  };
}

function sentChange(change: Change): SentChange {
  let line: Buffer | null = null;
  return {
    change,
    line: () => {
      line ??= notification('state.change', change);
      return line;
    },
  };
}
