import type { ModuleConfig, RestartConfig } from '../protocol/config.ts';
import type { Exit, Problem } from '../protocol/problem.ts';
import type { SessionRecord, TrialRecord } from '../protocol/snapshot.ts';
import type { RigDesired } from '../protocol/vocabulary.ts';
import type { Heard } from './input.ts';

/** What the core needs to know of a module's configuration. Times in ms. */
export type ModuleSpec = {
  readonly protocol: 'rigdeck/1' | 'none';
  readonly required: boolean;
  readonly group: string;
  readonly after: readonly string[];
  readonly startMs: number;
  readonly armMs: number;
  readonly stopMs: number;
  readonly evidenceMs: number;
  readonly onStall: ModuleConfig['onStall'];
  readonly restart: RestartConfig;
};

export type RigSpec = {
  readonly name: string;
  readonly onMissingModule: 'refuse' | 'start-without';
  readonly autostart: 'never' | 'always' | 'resume';
  /** A new file after so much recording, in ms; 0 for never. */
  readonly segmentMs: number;
  /** Whether modules that cannot split stop for a moment instead. */
  readonly segmentWithGap: boolean;
  readonly modules: Readonly<Record<string, ModuleSpec>>;
};

/** A checked rig.yaml that is to be taken over, held against the one in force. */
export type ConfigOffer = {
  readonly file: string;
  readonly spec: RigSpec;
  /** In the order of the file. */
  readonly modules: Readonly<Record<string, OfferedModule>>;
  /** See `AppliedConfig`; settings that the core knows itself are not among them. */
  readonly settings: readonly string[];
  readonly waiting: readonly string[];
};

export type OfferedModule = {
  readonly enabled: boolean;
  /** The number of the newest run of that name: one that is new here may have been there before. */
  readonly run: number;
  /** What is another than before, in words: only a new process takes over the first, the second holds at once. */
  readonly anew: readonly string[];
  readonly inPlace: readonly string[];
};

/** What a module was like when this daemon began. */
export type BootModule = {
  readonly desired: 'off' | 'on';
  /**
   * What is known of it and the trial that was open: it has `recorded` in it; it was `known` when that began, and has not recorded
   * in it; or it is `new` in rig.yaml since. Where nobody can tell: `recorded`.
   */
  readonly before: 'recorded' | 'known' | 'new';
  /** The number of its newest run, and what is known of earlier ones. */
  readonly run: number;
  readonly restarts: number;
  readonly failures: number;
  readonly lastProblem: Problem | null;
  readonly adopted: Adopted | null;
  /** The take that its newest run has finished as it was told to, whoever heard of it; null when it was told of another since. */
  readonly finished: Finished | null;
  /** How its newest run ended while no daemon watched, where it did. */
  readonly ended: {
    readonly exit: Exit;
    readonly at: string;
    readonly lastWords: readonly string[];
  } | null;
  /** What lives on of its newest run and can be neither heard nor told anything. It has been told to end, and its end is told. */
  readonly lost: LostProcess | null;
};

export type LostProcess = { readonly pid: number | null; readonly startedAt: string };

/** A take that came to its end in order. */
export type Finished = { readonly trial: number; readonly segment: number };

/** A run that lives on from an earlier daemon. `take` is the last thing it confirmed. */
export type Adopted = {
  readonly pid: number | null;
  readonly startedAt: string;
  readonly ready: boolean;
  readonly version: string | null;
  readonly can: readonly string[];
  readonly take: 'idle' | 'armed' | 'recording' | 'paused' | 'finalizing';
  /** The trial and segment it records in, where it records. */
  readonly trial: number | null;
  readonly segment: number | null;
  /** The segment that it was told to go on in, and has not confirmed yet. */
  readonly splitTo: number | null;
  /** What it said in that segment. */
  readonly heard: Heard;
};

/** A start that somebody wished and that has not come to a trial. */
export type StartWish = {
  readonly label: string | null;
  /** When it is to go; null: as soon as it can. Without `monoMs` it is held to the wall clock, with it to CLOCK_MONOTONIC. */
  readonly due: { readonly at: string; readonly monoMs: number | null } | null;
};

/** Everything that a daemon knows when it begins: configuration, saved wishes and numbers, living runs. */
export type Boot = {
  readonly epoch: string;
  readonly spec: RigSpec;
  readonly modules: Readonly<Record<string, BootModule>>;
  readonly desired: RigDesired;
  readonly session: SessionRecord | null;
  /** The trial that was open, where there was one. */
  readonly trial: TrialRecord | null;
  /** Whether the manifest says that it is paused. The wish may be newer. */
  readonly isPauseNoted: boolean;
  /** A start that was on its way, or waited for the end of that trial. */
  readonly start: StartWish | null;
  /** A start that was set for later. */
  readonly scheduled: StartWish | null;
  /** Whether there is room to go on with it where nobody records in it any more. */
  readonly roomToResume: boolean;
  /** Whether this is another boot of the machine than the one the trial was open in. */
  readonly powerLost: boolean;
};
