import type { FileVerdict, ManifestGap, ManifestTrial } from './manifest.ts';

/** What crosses the border of recordings on disk. Times ISO-8601 UTC, paths of files relative to the session's folder. */

/**
 * One session. `damaged` says what is wrong with its manifest; the rest is then what the events tell. `later`: that a later Rigdeck
 * wrote it; the rest is then what is understood of it.
 */
export type SessionSummary = {
  readonly id: string;
  readonly name: string;
  /** Name of its folder in the recordings folder. */
  readonly folder: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly trials: number;
  readonly bytes: number;
  readonly state: 'complete' | 'partial' | 'interrupted' | 'open';
  /** The worst that is said of one of its files; null where it has none. */
  readonly worst: FileVerdict | null;
  readonly damaged: string | null;
  readonly later?: string;
};

/** A session that is not looked into beside a working rig, and why, in words. */
type UnreadSession = {
  readonly id: string;
  readonly name: string;
  readonly folder: string;
  readonly startedAt: string | null;
  readonly unread: string;
};

export type ListedSession = SessionSummary | UnreadSession;

/** A page of the list, the newest first. `more`: there are older ones, asked for with `before` the last folder of this page. */
export type SessionsPage = {
  readonly version: 1;
  readonly total: number;
  readonly sessions: readonly ListedSession[];
  readonly more: boolean;
};

export type FileDetail = {
  readonly path: string;
  readonly module: string;
  readonly segment: number;
  /** Of a file that is still open: what has landed by now. */
  readonly bytes: number;
  readonly verdict: FileVerdict;
  readonly note: string | null;
  /** How long its module recorded in that segment by the rig's clock, without pauses; null where that cannot be said. */
  readonly recordedMs: number | null;
  /** Whether its checksum is known. */
  readonly summed: boolean;
};

export type TrialDetail = Pick<
  ManifestTrial,
  'number' | 'label' | 'startedAt' | 'stoppedAt' | 'startSkewMs' | 'outcome' | 'recovered'
> & {
  readonly bytes: number;
  /** How many files it has; `files` may be fewer, then those that are not in order are there first of all. */
  readonly fileCount: number;
  readonly files: readonly FileDetail[];
};

/** One session as far as it fits into an answer: the newest trials and notes, the newest first. */
export type SessionDetail = {
  readonly version: 1;
  readonly id: string;
  readonly name: string;
  readonly folder: string;
  readonly path: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly damaged: string | null;
  readonly later?: string;
  /** What to do about what is not in order; null where everything is. */
  readonly remedy: string | null;
  readonly trials: readonly TrialDetail[];
  readonly gaps: readonly ManifestGap[];
  readonly markers: readonly {
    readonly at: string;
    readonly text: string | null;
    readonly actor: string;
    readonly trial: number | null;
  }[];
  readonly problems: readonly {
    readonly at: string;
    readonly module: string | null;
    readonly message: string;
  }[];
  /** How much of each did not fit. */
  readonly leftOut: {
    readonly trials: number;
    readonly files: number;
    readonly gaps: number;
    readonly markers: number;
    readonly problems: number;
  };
};

/** How far files have been read that are to be read to their ends. */
export type FileWork = {
  readonly files: number;
  readonly filesDone: number;
  readonly bytes: number;
  readonly bytesDone: number;
};

/** What verifying a session came to. `notes`: what is not in order, and what is to be known, a sentence each. */
export type VerifyResult = {
  readonly ok: boolean;
  readonly files: number;
  readonly bytes: number;
  /** Files that hold nothing and are in order all the same, as a gap tells so. */
  readonly empty?: number;
  readonly notes: readonly string[];
  /** Null where everything is in order. */
  readonly remedy: string | null;
};

/** A notification `sessions.verify`: how far it is, or how it ended. */
export type VerifyNews = { readonly session: string } & (
  | { readonly work: FileWork }
  | { readonly result: VerifyResult }
  | { readonly failed: string }
);
