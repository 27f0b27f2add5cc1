import type { HistoryEntry } from '../../protocol/frames.ts';
import type { Preflight } from '../../protocol/preflight.ts';
import type { Rig } from '../../protocol/rig.ts';
import type { ClientRecord, Telemetry } from '../../protocol/snapshot.ts';
import type { LogLevel } from '../../protocol/vocabulary.ts';

export type HistoryQuery = {
  readonly module: string | null;
  /** ISO-8601 with offset; what happened at or after it. */
  readonly since: string | null;
  readonly limit: number;
};

export type LogsPort = {
  /** The newest lines of a module's log, oldest first. */
  tail(module: string, lines: number): Promise<readonly string[]>;
  /** Tells lines as they come. Gives the function that ends it. */
  follow(module: string, listener: (lines: readonly string[]) => void): () => void;
  exists(module: string): boolean;
};

/** What the sockets need of the daemon. */
export type ServePort = {
  readonly runDir: string;
  readonly version: string;
  readonly rig: Rig;
  /** Begins to take figures, called while at least one client watches them. Gives the function that ends it. */
  startTelemetry(listener: (telemetry: Telemetry) => void): () => void;
  readonly logs: LogsPort;
  /** The newest entries that match, oldest first. */
  history(query: HistoryQuery): Promise<readonly HistoryEntry[]>;
  /** Finds out whether the rig can record now. */
  preflight(): Promise<Preflight>;
  /** Who watches the state now; told whenever that changes. */
  clients(list: readonly ClientRecord[]): void;
  /** Somebody connected: what is looked at now and then is worth a look now. */
  arrived?(): void;
  log(level: LogLevel, message: string): void;
  /** Group id that may act through control.sock. */
  readonly group?: number | undefined;
};
