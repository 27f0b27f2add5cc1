import type { SegmentReason } from '../protocol/manifest.ts';
import type { ModuleCommand } from '../protocol/module-lines.ts';
import type { Verdict } from '../protocol/rig.ts';
import type { LogLevel } from '../protocol/vocabulary.ts';

/** Everything the core can ask of the shell. Effects are performed in order, after observers were told of the change. */
export type Effect =
  | {
      readonly type: 'spawn';
      readonly module: string;
      readonly run: number;
      readonly restarts: number;
    }
  | {
      readonly type: 'tell';
      readonly module: string;
      readonly run: number;
      readonly command: PlainCommand;
    }
  | {
      /** Make the folder of this trial, then tell the module to arm. */
      readonly type: 'arm';
      readonly module: string;
      readonly run: number;
      readonly trial: number;
      readonly segment: number;
    }
  | {
      /** See that the new file can be made, then tell the module to go on in it at this instant. */
      readonly type: 'split';
      readonly module: string;
      readonly run: number;
      readonly trial: number;
      readonly segment: number;
      readonly atMonoNs: string;
    }
  | {
      readonly type: 'signal';
      readonly module: string;
      readonly run: number;
      readonly signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL';
    }
  | { readonly type: 'answer'; readonly id: number; readonly verdict: CoreVerdict }
  | { readonly type: 'remember-wish'; readonly module: string; readonly enabled: boolean }
  | { readonly type: 'open-session'; readonly ask: number; readonly name: string }
  | { readonly type: 'end-session'; readonly ask: number }
  | {
      /** Look at the disk, open a session if none is open, find the number. Nothing may be left behind if it fails. */
      readonly type: 'prepare-trial';
      readonly ask: number;
      readonly label: string | null;
    }
  | {
      /** Bring to the disk what was made for the trial until now, and prove that it takes writes. Modules arm meanwhile. */
      readonly type: 'secure-trial';
      readonly ask: number;
    }
  | {
      /** The start was called off: remove what `prepare-trial` and the arming made. */
      readonly type: 'discard-trial';
      readonly trial: number;
      readonly files: readonly string[];
    }
  | CloseTrial
  | { readonly type: 'note'; readonly note: RecordingNote }
  /** The offered configuration is in force: whatever is started from here on is started by it. Comes before its `spawn`s. */
  | { readonly type: 'take-config' }
  | { readonly type: 'log-level'; readonly module: string | null; readonly level: LogLevel }
  | {
      /** Something worth a line in the journal that is no change of the state. */
      readonly type: 'journal';
      readonly name: string;
      readonly module: string | null;
      readonly message: string;
    }
  | { readonly type: 'shut-down'; readonly what: 'daemon' | 'rig'; readonly actor: string };

/** Every module has finished: give verdicts, write the manifest, answer `trial-closed`. */
export type CloseTrial = {
  readonly type: 'close-trial';
  readonly ask: number;
  readonly trial: number;
  readonly outcome: 'complete' | 'partial' | 'interrupted';
  /** `last-byte`: nobody watched it end; it was over when the last byte was written. */
  readonly end: 'now' | 'last-byte';
};

/** Commands that need nothing from the shell but to be written. */
export type PlainCommand = Exclude<ModuleCommand, { readonly do: 'arm' | 'split' }>;

/** A verdict before the state manager stamps it with its seq. */
export type CoreVerdict = Verdict extends infer V
  ? V extends { readonly seq: number }
    ? Omit<V, 'seq'>
    : never
  : never;

/** What the manifest must know, as it happens. Times ISO-8601 UTC, `MonoNs` on CLOCK_MONOTONIC. */
export type RecordingNote =
  | {
      readonly is: 'trial-began';
      readonly trial: number;
      readonly label: string | null;
      readonly startedAt: string;
      readonly goMonoNs: string;
      readonly modules: readonly string[];
      readonly without: readonly string[];
      /** Every module that was wanted, armed or not. */
      readonly wanted?: readonly string[];
    }
  | {
      readonly is: 'segment';
      readonly trial: number;
      readonly segment: number;
      readonly reason: SegmentReason;
      readonly at: string;
    }
  | {
      /** A module confirmed that it records in this segment. */
      readonly is: 'joined';
      readonly trial: number;
      readonly segment: number;
      readonly module: string;
      readonly firstSampleMonoNs: string | null;
      readonly files: readonly string[];
      readonly late: boolean;
      readonly at: string;
    }
  | {
      readonly is: 'files';
      readonly trial: number;
      readonly segment: number;
      readonly module: string;
      readonly files: readonly string[];
    }
  | {
      /** A module records no more: it was told to finish and did, or it is gone. */
      readonly is: 'left';
      readonly trial: number;
      readonly segment: number;
      readonly module: string;
      readonly how: 'finished' | 'crashed' | 'ended';
      /** Null: when its last byte was written. */
      readonly at: string | null;
    }
  | {
      readonly is: 'gap';
      readonly module: string;
      /** Null: unknown, the time of the last byte on disk. */
      readonly from: string | null;
      readonly to: string | null;
      readonly cause: string;
    }
  | {
      /** Nothing lands of a module that records: a gap that is open until its evidence is back. */
      readonly is: 'stalled';
      readonly module: string;
      /** Its last progress; null: unknown, the time of its last byte on disk. */
      readonly from: string | null;
      readonly cause: string;
    }
  /** Something lands again, or nothing is expected any more. Says nothing where no gap is open. */
  | { readonly is: 'stall-over'; readonly module: string; readonly at: string }
  | {
      readonly is: 'paused';
      readonly trial: number;
      readonly at: string;
      /** Who records on, because it cannot pause. */
      readonly except?: readonly string[];
    }
  | { readonly is: 'resumed'; readonly trial: number; readonly at: string }
  | {
      readonly is: 'marker';
      readonly at: string;
      readonly monoNs: string;
      readonly text: string | null;
      readonly actor: string;
      readonly trial: number | null;
    };
