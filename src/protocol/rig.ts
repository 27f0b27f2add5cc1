import type { AppliedConfig } from './applied-config.ts';
import type { HistoryEntry } from './frames.ts';
import type { Intent } from './intent.ts';
import type { ModuleDetail } from './module-detail.ts';
import type { Preflight } from './preflight.ts';
import type { Refusal } from './problem.ts';
import type { SessionDetail, SessionsPage, VerifyNews } from './sessions.ts';
import type { Change, Snapshot, Telemetry } from './snapshot.ts';

/**
 * What became of an intent.
 *
 * `done`: it has come true. `accepted`: it was taken and is under way. `unchanged`: it was so already. `partly` names what did
 * not come true of something that otherwise did (a recording without one of its modules).
 */
export type Verdict =
  | {
      readonly ok: true;
      readonly outcome: 'done' | 'accepted' | 'unchanged';
      readonly seq: number;
      readonly partly?: string;
      /** Of `config.apply`: what it did, or would do. */
      readonly applied?: AppliedConfig;
    }
  | { readonly ok: false; readonly refusal: Refusal; readonly seq: number };

/** Who submits, and when it meant it. */
export type Sender = {
  /** For people: `pi@pts/2 via ssh`, `pi (rigdeck record)`, `button GPIO17`, `boot`, `schedule`. */
  readonly actor: string;
  /** The instant of the press on CLOCK_MONOTONIC in ms: a marker is stamped with it, and a press older than 2 s is refused. */
  readonly monoMs?: number;
  /** When the press became what it is (the finger was lifted, or a hold was long enough), where its age is to be judged by that. */
  readonly meantMs?: number;
};

/** The one interface of every client: take a snapshot, observe changes, submit an intent. */
export type Rig = {
  snapshot(): Snapshot;
  /** Tells every change from now on, in order. Gives the function that ends it. */
  observe(listener: (change: Change) => void): () => void;
  submit(intent: Intent, sender: Sender): Promise<Verdict>;
};

/** How the line to the daemon is. Times are wall clock in ms. */
export type Link =
  | { readonly state: 'connecting' }
  | { readonly state: 'live'; readonly role: 'control' | 'view'; readonly words: string | null }
  | {
      readonly state: 'lost';
      readonly sinceMs: number;
      readonly retryAtMs: number;
      readonly words: string;
      /** Who took the rig down in order, where that is why: nothing of it runs any more. */
      readonly downBy?: string;
    };

/** Of modules that record, bytes a second at the newest looks, the newest last; null is a look that saw none to judge by. */
export type Rates = Readonly<Record<string, readonly (number | null)[]>>;

/** What a screen draws from. A new object whenever anything in it changed, the same object otherwise. */
export type RemoteView = {
  readonly snapshot: Snapshot | null;
  readonly telemetry: Telemetry | null;
  readonly rates: Rates;
  readonly link: Link;
};

/** Recordings on the disk of a rig that may be far away. A session is named by its id, its number or its folder. */
export type RemoteSessions = {
  /** A page of the list, the newest first, from the one after `before` on. */
  list(query: { readonly before?: string; readonly limit?: number }): Promise<SessionsPage>;
  show(session: string): Promise<SessionDetail>;
  /** Verifies a session; tells how far that is, and once how it ended. One at a time. Gives the function that ends it. */
  verify(session: string, listener: (news: VerifyNews) => void): () => void;
};

/** A rig across the socket. It connects again by itself, for ever, until it is closed. */
export type RemoteRig = {
  view(): RemoteView;
  /** Tells that `view()` gives another object now. Gives the function that ends it. */
  subscribe(listener: () => void): () => void;
  /** Refused with `reason: 'view-only'` on a view socket; rejects with NoDaemonError while the line is lost. */
  submit(intent: Intent): Promise<Verdict>;
  /** The newest lines of a module's log, oldest first, sanitised. */
  readLog(module: string, lines: number): Promise<readonly string[]>;
  /** Tells new lines of a module's log as they come. Gives the function that ends it. */
  followLog(module: string, listener: (lines: readonly string[]) => void): () => void;
  history(query: {
    readonly module?: string;
    readonly limit?: number;
  }): Promise<readonly HistoryEntry[]>;
  /** Whether the rig can record now; the daemon looks at everything anew, which may take some seconds. */
  preflight(): Promise<Preflight>;
  /** Presses a button of the simulated backend and lets go of it after so long. Null, or why that cannot be. */
  press(line: string, holdMs: number): Promise<Refusal | null>;
  readonly sessions: RemoteSessions;
  /** How a module is set up. */
  module(name: string): Promise<ModuleDetail>;
  /** Whether that is the PIN that this rig wants of a kiosk. */
  checkPin(pin: string): Promise<boolean>;
  close(): void;
};
