import type { Connection } from '../client/connection.ts';
import { createStateSync } from '../client/state-sync.ts';
import type { Change, Snapshot } from '../protocol/snapshot.ts';

/** What setTimeout can count to; a longer wait would be over at once. */
const longestTimerMs = 2_147_483_647;

/** A state that moves: each change makes a new snapshot, in order. */
export type Followed = {
  /** The snapshot at this moment. */
  present(): Snapshot;
  /** Waits until `isSo` is true of a snapshot, the present one included. False when the time is over or the daemon is gone. */
  until(isSo: (snapshot: Snapshot) => boolean, timeoutMs: number): Promise<boolean>;
};

/** Watches the state of the daemon for as long as the connection lasts. */
export async function followState(connection: Connection): Promise<Followed> {
  const seen: Snapshot[] = []; // the newest alone, once there is one
  const looks = new Set<(snapshot: Snapshot) => void>();
  const sync = createStateSync({
    watch: (since) => connection.call('state.watch', { since }),
    publish: (snapshot) => {
      seen[0] = snapshot;
      for (const look of [...looks]) look(snapshot);
    },
    fail: () => connection.close(),
  });
  connection.onNotification((method, params) => {
    if (method === 'state.change') sync.hear(params as Change);
  });
  void connection.closed.then(() => sync.end());
  await sync.begin(null);
  const present = () => {
    const [newest] = seen;
    if (newest === undefined) throw new TypeError('the daemon gave no state');
    return newest;
  };
  return {
    present,
    until: (isSo, timeoutMs) =>
      new Promise((resolve) => {
        const end = (answer: boolean) => {
          clearTimeout(late);
          looks.delete(look);
          resolve(answer);
        };
        const late = setTimeout(() => end(false), Math.min(timeoutMs, longestTimerMs));
        const look = (snapshot: Snapshot) => {
          if (isSo(snapshot)) end(true);
        };
        looks.add(look);
        void connection.closed.then(() => end(false));
        look(present());
      }),
  };
}
