import type { Connection } from '../client/connection.ts';
import type { Change, Snapshot } from '../protocol/snapshot.ts';

/** What setTimeout can count to; a longer wait would be over at once. */
const longestTimerMs = 2_147_483_647;

/** A state that moves: each change makes a new snapshot, in order. */
export type Followed = {
  /** The snapshot at this moment. */
  present(): Snapshot;
  /** Waits until `isSo` is true of a snapshot, this one included. False when the time is over or the daemon is gone. */
  until(isSo: (snapshot: Snapshot) => boolean, timeoutMs: number): Promise<boolean>;
};

/**
 * Watches the state of the daemon.
 *
 * @param listener told the snapshot (`change` is null then), and after that every change with the snapshot it makes
 */
export async function followState(
  connection: Connection,
  listener: (after: Snapshot, change: Change | null) => void = () => undefined,
): Promise<Followed> {
  let present: Snapshot | null = null;
  const early: Change[] = [];
  const waiting = new Set<(snapshot: Snapshot) => void>();
  const take = (change: Change) => {
    if (present === null) {
      early.push(change);
      return;
    }
    if (change.seq <= present.seq) return;
    present = applyChange(present, change);
    listener(present, change);
    for (const look of waiting) look(present);
  };
  connection.onNotification((method, params) => {
    if (method === 'state.change') take(params as Change);
  });
  const { snapshot } = (await connection.call('state.watch', {})) as { snapshot: Snapshot };
  present = snapshot;
  listener(snapshot, null);
  for (const change of early) take(change);
  return {
    present: () => present ?? snapshot,
    until: (isSo, timeoutMs) =>
      new Promise((resolve) => {
        const end = (answer: boolean) => {
          clearTimeout(late);
          waiting.delete(look);
          resolve(answer);
        };
        const late = setTimeout(() => end(false), Math.min(timeoutMs, longestTimerMs));
        const look = (now: Snapshot) => {
          if (isSo(now)) end(true);
        };
        waiting.add(look);
        connection.closed.then(() => end(false)).catch(() => end(false));
        look(present ?? snapshot);
      }),
  };
}

/** The snapshot after a change. Keys of `changed` are `rig`, `gpio`, `clients`, `groups.<name>` and `modules.<name>`. */
function applyChange(before: Snapshot, { changed, epoch, seq, at, checksum }: Change): Snapshot {
  const parts: Record<string, unknown> = {};
  const tables = { groups: { ...before.groups }, modules: { ...before.modules } };
  for (const [path, entity] of Object.entries(changed)) {
    const [, table, name] = /^(groups|modules)\.(.+)$/.exec(path) ?? [];
    if (name === undefined) parts[path] = entity;
    else putInto(tables[table as keyof typeof tables], name, entity);
  }
  return { ...before, ...parts, ...tables, epoch, seq, at, checksum };
}

function putInto<T>(table: Record<string, T>, name: string, entity: unknown): void {
  if (entity === null) delete table[name];
  else table[name] = entity as T;
}
