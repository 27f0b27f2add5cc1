import { maxFrameBytes } from '../../protocol/rpc.ts';
import { sanitize } from '../../protocol/sanitize.ts';
import { sayCount } from '../../protocol/units.ts';
import { notification, type Reply } from './lines.ts';
import { logKey, type Peer } from './peer.ts';
import type { LogsPort } from './serve-port.ts';

export type LogQuery = {
  readonly module: string;
  readonly lines: number;
  /** `keep`: a follow of this module that this peer has goes on as it is. */
  readonly follow: 'begin' | 'end' | 'keep';
};

/** Lines that came while the tail was read; more than these are a flood, and the newest say enough. */
const maxHeldLines = 1_000;
const maxLineLength = 4_000;
/** Room for the frame around a list of lines or entries. */
const frameBytes = 1_024;

/** Answers with the newest lines; a follow goes on exactly where they end. */
export async function readLog(logs: LogsPort, peer: Peer, query: LogQuery): Promise<Reply> {
  const key = logKey(query.module);
  if (query.follow === 'end') peer.drop(key);
  if (query.follow !== 'begin') {
    return { result: { lines: shown(await logs.tail(query.module, query.lines)) } };
  }
  const send = sender(peer, query.module);
  let held: readonly string[] = [];
  let tell = (lines: readonly string[]) => {
    held = [...held, ...lines].slice(-maxHeldLines);
  };
  peer.keep(
    key,
    logs.follow(query.module, (lines) => tell(lines)),
  );
  const tail = await logs.tail(query.module, query.lines);
  return {
    result: { lines: shown(tail) },
    after: () => {
      send(held.slice(overlap(tail, held)));
      tell = send;
    },
  };
}

/** What a module prints cannot move anybody's cursor. */
function shown(lines: readonly string[]): readonly string[] {
  return newestThatFit(lines.map((line) => sanitize(line, maxLineLength)));
}

/** The newest of a list, as many as fit into one line of the socket. */
export function newestThatFit<T>(items: readonly T[]): readonly T[] {
  let left = maxFrameBytes - frameBytes;
  let from = items.length;
  while (from > 0) {
    left -= Buffer.byteLength(JSON.stringify(items[from - 1])) + 1;
    if (left < 0) break;
    from -= 1;
  }
  return items.slice(from);
}

/** How many of the first held lines the tail ends with: they were written while it was read and are in both. */
function overlap(tail: readonly string[], held: readonly string[]): number {
  let count = Math.min(tail.length, held.length);
  while (count > 0 && !tail.slice(-count).every((line, index) => line === held[index])) count -= 1;
  return count;
}

function sender(peer: Peer, module: string): (lines: readonly string[]) => void {
  let unshown = 0;
  return (lines) => {
    if (lines.length === 0) return;
    const all =
      unshown === 0 ? lines : [`[${sayCount(unshown, 'line')} came too quickly to show]`, ...lines];
    const sent = peer.outbox.offer(notification('log', { module, lines: shown(all) }));
    unshown = sent ? 0 : unshown + lines.length;
  };
}
