import type { Telemetry } from '../../protocol/snapshot.ts';
import { notification } from './lines.ts';

/** The telemetry of the rig for many peers, each at its own pace. It is taken only while somebody watches. */
export type TelemetryFeed = {
  /** Tells the newest figures, at most once in `intervalMs`. Gives the function that ends it. */
  watch(intervalMs: number, tell: (line: Buffer) => void): () => void;
};

type Watcher = (line: Buffer) => void;

/** @param start begins to take figures and gives the function that ends it */
export function createTelemetryFeed(
  start: (listener: (telemetry: Telemetry) => void) => () => void,
): TelemetryFeed {
  const watchers = new Set<Watcher>();
  let stop: (() => void) | null = null;
  let newest: Buffer | null = null;

  const take = (telemetry: Telemetry) => {
    newest = notification('telemetry', telemetry);
    for (const tell of [...watchers]) tell(newest);
  };

  return {
    watch: (intervalMs, tell) => {
      const pace = paced(intervalMs, tell);
      watchers.add(pace.tell);
      if (newest !== null) pace.tell(newest);
      stop ??= start(take);
      return () => {
        pace.end();
        watchers.delete(pace.tell);
        if (watchers.size > 0) return;
        stop?.();
        stop = null;
        newest = null;
      };
    },
  };
}

/** Passes on the first at once, then the newest of each interval. */
function paced(intervalMs: number, tell: Watcher): { tell: Watcher; end: () => void } {
  let waiting: Buffer | null = null;
  let timer: NodeJS.Timeout | undefined;
  const pass = (line: Buffer) => {
    tell(line);
    timer = setTimeout(() => {
      timer = undefined;
      const next = waiting;
      waiting = null;
      if (next !== null) pass(next);
    }, intervalMs);
  };
  return {
    tell: (line) => {
      if (timer === undefined) pass(line);
      else waiting = line;
    },
    end: () => clearTimeout(timer),
  };
}
