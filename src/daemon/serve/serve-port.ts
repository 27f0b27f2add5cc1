import type { MadePress } from '../../gpio/press-watch.ts';
import type { HistoryEntry } from '../../protocol/frames.ts';
import type { GpioList, GpioTestEvent } from '../../protocol/gpio-record.ts';
import type { ModuleDetail } from '../../protocol/module-detail.ts';
import type { Preflight } from '../../protocol/preflight.ts';
import type { Refusal } from '../../protocol/problem.ts';
import type { Rig } from '../../protocol/rig.ts';
import type { SessionDetail, SessionsPage, VerifyNews } from '../../protocol/sessions.ts';
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

/** What can be asked of buttons and LEDs. */
export type GpioDesk = {
  list(): GpioList;
  /** Presses a button of the simulated backend, by its line or its name. */
  press(which: string, holdMs: number): MadePress | Refusal;
  /**
   * Lights every LED in turn once it is told to begin, and tells of every press, until it is ended; buttons do nothing else
   * meanwhile.
   */
  test(who: string, tell: (event: GpioTestEvent) => void): { begin(): void; end(): void } | Refusal;
};

/** What can be asked of recordings on disk. A session is named by its id, its number or its folder. */
export type SessionsPort = {
  /** The newest first, from the one after `before` on. */
  list(before: string | null, limit: number): Promise<SessionsPage | Refusal>;
  show(which: string): Promise<SessionDetail | Refusal>;
  /** Verifies once it is told to begin, and tells how far it is and how it ended, until it is ended. */
  verify(
    which: string,
    who: string,
    tell: (news: VerifyNews) => void,
  ): Promise<{ readonly session: string; begin(): void; end(): void } | Refusal>;
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
  readonly gpio: GpioDesk;
  readonly sessions: SessionsPort;
  /** How a module is set up; null when there is no such module. */
  module(name: string, options: 'told' | 'kept-back'): Promise<ModuleDetail | null>;
  /** Whether that is the PIN that rig.yaml wants of a kiosk; anything is where it wants none. */
  isPin(typed: string): boolean;
  /** Who watches the state now; told whenever that changes. */
  clients(list: readonly ClientRecord[]): void;
  /** How long those who watch may wait now for what changed, in ms. Not at all where it is not said. */
  mayWaitMs?(): number;
  /** Somebody connected: what is looked at now and then is worth a look now. */
  arrived?(): void;
  log(level: LogLevel, message: string): void;
  /** Group id that may act through control.sock. */
  readonly group?: number | undefined;
};
