import type { GpioRecord } from '../protocol/gpio-record.ts';
import type { Intent } from '../protocol/intent.ts';
import type { Exit, ProblemCode, Refusal } from '../protocol/problem.ts';
import type { ClientRecord, SessionRecord } from '../protocol/snapshot.ts';
import type { ConfigOffer, Finished, StartWish } from './spec.ts';

/** Everything that can happen to the rig. The shell turns the world into these and submits them. */
export type Input =
  | {
      readonly type: 'intent';
      readonly id: number;
      readonly intent: Intent;
      readonly monoMs: number;
      /** By what its age is judged, where that is another instant: a finger may stay down for long. */
      readonly meantMs?: number;
      /** What `config.apply` is to take over. */
      readonly offer?: ConfigOffer;
    }
  | { readonly type: 'deadline' } // the alarm clock: something is due
  | RunInput
  | { readonly type: 'health'; readonly seen: readonly HealthLook[] }
  | { readonly type: 'problem'; readonly module: string | null; readonly fault: Fault }
  | { readonly type: 'problem-over'; readonly module: string | null; readonly code: ProblemCode }
  | StoreInput
  | { readonly type: 'clients'; readonly clients: readonly ClientRecord[] }
  | { readonly type: 'gpio'; readonly gpio: GpioRecord }
  | { readonly type: 'close'; readonly step: CloseStep }
  /** The health loop saw that the wall clock was set. Every step looks at it; this one makes it look now. */
  | { readonly type: 'clock-stepped'; readonly byMs: number }
  | {
      /** The first input of an epoch. */
      readonly type: 'boot';
      /** The wish to record is still there, and no trial is open to go on with. */
      readonly record: StartWish | null;
      /** What adopted modules have said of the take that they are in: no daemon may have heard it. */
      readonly heard?: Readonly<Record<string, Heard>>;
      /** Who finished its take in order, of the open trial that people have stopped. */
      readonly finished?: Readonly<Record<string, Finished>>;
      /** Whether the manifest says that the open trial is paused: an ended daemon may have said no more. */
      readonly isPauseNoted?: boolean;
    };

/** Of one take: when its first sample was taken, and the files it named, absolute. */
export type Heard = {
  readonly firstSampleMonoNs: string | null;
  readonly files: readonly string[];
};

/** What a run of a module did. An input of an earlier run than the module's newest is dropped in one place. */
export type RunInput =
  | (OfRun & { readonly type: 'spawned'; readonly pid: number | null })
  | (OfRun & {
      readonly type: 'spawn-failed';
      readonly message: string;
      readonly remedy: string;
      /** It may pass by itself (no memory, a full run dir), unlike a program that does not exist. */
      readonly transient: boolean;
    })
  | (OfRun & {
      readonly type: 'exited';
      readonly exit: Exit;
      readonly lastWords: readonly string[];
      readonly at: string;
    })
  | (OfRun & { readonly type: 'said'; readonly said: Said })
  | (OfRun & { readonly type: 'queue-full' | 'queue-drained' })
  | (OfRun & { readonly type: 'look'; readonly look: EvidenceLook });
type OfRun = { readonly module: string; readonly run: number };

/** What a module said and the core must know. Progress is not here: it is telemetry, and counts through `look`. */
export type Said =
  | { readonly is: 'ready'; readonly version: string | null; readonly can: readonly string[] }
  | { readonly is: 'armed'; readonly files: readonly string[] }
  | {
      readonly is: 'recording';
      readonly firstSampleMonoNs: string | null;
      readonly files: readonly string[];
      /** The segment that it went on in, where this answers a split. */
      readonly segment: number | null;
    }
  | { readonly is: 'paused' }
  | { readonly is: 'idle'; readonly files: readonly string[] }
  | { readonly is: 'finalizing'; readonly etaMs: number | null }
  | {
      readonly is: 'error';
      readonly code: string;
      readonly message: string;
      readonly remedy: string | null;
      readonly recoverable: boolean;
    };

/** One look at a module's evidence. `moved` is judged by the shell by the module's own rule (files, counters, heartbeat). */
export type EvidenceLook = {
  readonly bytes: number;
  readonly samples: number;
  readonly dropped: number;
  readonly files: number;
  readonly detail: string | null;
  /** `unflushed`: counters rise while files stand still, for longer than evidenceTimeout. */
  readonly moved: 'yes' | 'no' | 'unflushed';
  readonly lastProgressAt: string | null;
  /** Why nothing moves, where the shell knows: the process is frozen, the file is gone, the disk is read-only. */
  readonly why: string | null;
  /** What to do about that; null: the usual. */
  readonly cure?: string | null;
  /** What was taken from its files while they were recorded, in words; null: nothing. It stays so for this take. */
  readonly taken?: string | null;
};

export type HealthLook = {
  readonly module: string;
  readonly run: number;
  /** Since when the module has said nothing, in ms. Null for a module that has no channel to speak on. */
  readonly silentMs: number | null;
  /** Its process id where the kernel shows that somebody stopped it (SIGSTOP). */
  readonly frozenPid?: number;
};

export type Fault = {
  readonly code: ProblemCode;
  readonly message: string;
  readonly remedy: string | null;
  readonly exit?: Exit & { readonly lastWords: readonly string[] };
};

/** Answers of the recordings folder to the effects `open-session`, `prepare-trial`, `secure-trial`, `close-trial`, `end-session`. */
export type StoreInput =
  | { readonly type: 'session-opened'; readonly session: SessionRecord; readonly ask: number }
  | { readonly type: 'session-failed'; readonly refusal: Refusal; readonly ask: number }
  | {
      readonly type: 'session-ended';
      readonly ask: number;
      /** Why its end is not on the disk yet, in words; null: it is. */
      readonly partly: string | null;
    }
  | {
      readonly type: 'trial-prepared';
      readonly ask: number;
      readonly session: SessionRecord;
      readonly trial: number;
    }
  | { readonly type: 'trial-secured'; readonly ask: number }
  | { readonly type: 'trial-failed'; readonly ask: number; readonly refusal: Refusal }
  | {
      readonly type: 'trial-closed';
      readonly ask: number;
      /** What became of its files, where the stop is done in part only: they are gone, or cannot be used. Null: it is done. */
      readonly partly: string | null;
    };

/** The steps of the controlled stop that the core takes part in, in this order. */
export type CloseStep = 'refuse-intents' | 'stop-recording' | 'stop-modules';
