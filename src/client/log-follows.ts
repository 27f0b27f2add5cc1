import type { Connection } from './connection.ts';
import { tellAll } from './view-store.ts';

type Listener = (lines: readonly string[]) => void;

/** The logs that are followed, whichever connection they come over. */
export type LogFollows = {
  follow(module: string, listener: Listener): () => void;
  /** A notification `log` as it came. */
  hear(params: unknown): void;
  /** There is a connection now: everything that is followed is asked for on it. Null: there is none. */
  use(connection: Connection | null): void;
};

/** @param fault is given what a listener throws, and why a log cannot be followed */
export function createLogFollows(fault: (error: unknown) => void): LogFollows {
  const followed = new Map<string, Set<Listener>>();
  let line: Connection | null = null;

  const ask = (module: string, follow: boolean) => {
    line?.call('log.read', { module, lines: 0, follow }).catch(fault);
  };

  return {
    follow: (module, listener) => {
      const own: Listener = (lines) => listener(lines);
      const listeners = followed.get(module) ?? new Set();
      if (listeners.size === 0) {
        followed.set(module, listeners);
        ask(module, true);
      }
      listeners.add(own);
      return () => {
        if (!listeners.delete(own) || listeners.size > 0) return;
        followed.delete(module);
        ask(module, false);
      };
    },
    hear: (params) => {
      const { module, lines } = params as { module: string; lines: readonly string[] };
      tellAll(followed.get(module) ?? [], (listener) => listener(lines), fault);
    },
    use: (connection) => {
      line = connection;
      for (const module of followed.keys()) ask(module, true);
    },
  };
}
