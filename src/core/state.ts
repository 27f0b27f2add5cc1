import type { AppliedConfig } from '../protocol/applied-config.ts';
import type { GpioRecord } from '../protocol/gpio-record.ts';
import type { SegmentReason } from '../protocol/manifest.ts';
import type { Exit, Problem, Refusal } from '../protocol/problem.ts';
import type { ClientRecord, MarkerRecord, SessionRecord } from '../protocol/snapshot.ts';
import type { ModuleState, RigDesired } from '../protocol/vocabulary.ts';
import type { ModuleSpec, RigSpec } from './spec.ts';
import type { Take, Watch } from './take-state.ts';
import type { Deadline } from './time.ts';

/**
 * What the process of a module is doing. Each phase carries exactly what is true in it.
 *
 * Two axes: `desired` (off, on: what people want) beside `life` (what is). Only `reconcile.ts` compares them. What it records
 * is a second, smaller machine inside `up`: the take.
 */
export type Life =
  | { readonly name: 'off' }
  /** For the modules named in `after:`. `leaving`: nobody wants it any more, and it is off with the next step. */
  | { readonly name: 'waiting'; readonly leaving: Deadline | null }
  | (Process & { readonly name: 'starting'; readonly deadline: Deadline })
  | (Process & {
      readonly name: 'up';
      readonly take: Take;
      readonly forgive: Deadline | null;
      /** Why it is going to be ended as soon as it has finished its files; there is no way back from that. */
      /** Where it goes when it has finished what it has open; `error`: it said that it cannot go on. */
      readonly ending: 'wish' | 'restart' | 'error' | null;
    })
  | (Process & {
      readonly name: 'stopping';
      readonly rung: Rung;
      readonly deadline: Deadline;
      readonly why: StopReason;
    })
  | (Process & { readonly name: 'error'; readonly recoverable: boolean })
  | { readonly name: 'failed' } // no process, and trying again alone cures nothing
  | { readonly name: 'crashed'; readonly retry: Deadline | null; readonly exit: Exit };

type Process = {
  readonly run: number;
  readonly pid: number | null;
  readonly startedAt: string;
  /** When it said ready, CLOCK_MONOTONIC in ms; null until then. */
  readonly readyMonoMs: number | null;
};

/** `immortal`: SIGKILL did not end it, because the kernel holds it. It is tried on, but nobody waits for it any more. */
export type Rung = 'quit' | 'SIGINT' | 'SIGTERM' | 'SIGKILL' | 'immortal';

/** Why a process is being ended. What follows its end hangs on it: see `rest` in life.ts. */
export type StopReason = 'wish' | 'restart' | 'start-timeout' | 'stalled' | 'not-stopped' | 'lost';

type Counters = {
  readonly bytes: number;
  readonly samples: number;
  readonly dropped: number;
  readonly files: number;
  readonly lastProgressAt: string | null;
};

export type Transition = {
  readonly at: string;
  readonly from: ModuleState;
  readonly to: ModuleState;
  readonly cause: string;
  readonly actor: string;
};

export type Module = {
  readonly name: string;
  readonly spec: ModuleSpec;
  /**
   * What rig.yaml says of it by now, where that has to wait until its process is gone: it is started anew by this specification,
   * or leaves the rig. Null: nothing waits.
   */
  readonly next: ModuleSpec | 'leaves' | null;
  readonly desired: 'off' | 'on';
  /** Held down by the controlled stop, whatever is wanted. */
  readonly closed: boolean;
  /** It has been ready or has failed in this epoch: start-up waits for it no more. */
  readonly tried: boolean;
  readonly life: Life;
  readonly runs: number;
  readonly restarts: number;
  /** Failures in a row; an end after it had run well is none. */
  readonly failures: number;
  readonly can: readonly string[];
  readonly version: string | null;
  readonly watch: Watch;
  /** Pings without an answer. */
  readonly pings: number;
  /** `silent`: it answers no pings. `deaf`: it reads no commands. */
  readonly unresponsive: 'no' | 'silent' | 'deaf';
  readonly counters: Counters;
  readonly detail: string | null;
  /** Not asked to record again before this instant after it failed to. CLOCK_MONOTONIC in ms. */
  readonly rearmMonoMs: number;
  readonly problems: readonly Problem[];
  readonly lastProblem: Problem | null;
  readonly state: ModuleState;
  readonly stateSince: string;
  readonly transitions: readonly Transition[];
  /** Things it said that did not fit what it was doing. */
  readonly oddities: number;
};

/** A start that somebody asked for. `unattended` starts (autostart, schedule) never refuse. */
export type StartAsk = {
  readonly generation: number;
  readonly label: string | null;
  readonly unattended: boolean;
  /** When it is to go; null: as soon as it can. */
  readonly due: Due | null;
};

/** An instant to come, on both clocks. `by` says which one it is held to when the other is set: see scheduled.ts. */
export type Due = Pick<Deadline, 'at' | 'monoMs'> & { readonly by: 'wall' | 'mono' };

/** A start that is set for later. */
export type Scheduled = StartAsk & { readonly due: Due };

/** A trial that has begun. */
export type Trial = {
  readonly number: number;
  readonly label: string | null;
  readonly startedAt: string;
  readonly startedMonoMs: number;
  /** What its pauses that are over took, and since when it is paused (CLOCK_MONOTONIC): both in whole ms. */
  readonly pausedMs: number;
  readonly pausedSinceMonoMs: number | null;
  /** The newest segment's number, and whether others may still join it. */
  readonly segment: number;
  readonly segmentShared: boolean;
  /** The newest segment that each module was given: it is never given the same one again. */
  readonly given: Readonly<Record<string, number>>;
  readonly generation: number;
  /** A required module was or is missing. */
  readonly partial: boolean;
  /** Modules that were in this trial, and why and since when they are not. */
  readonly joined: Readonly<Record<string, 'in' | Left>>;
  /** Segments whose beginning the manifest knows. */
  readonly noted: readonly number[];
  /** After how much recording the next segment by length begins, pauses left out; null: never. In ms. */
  readonly nextSegmentMs: number | null;
  /** It goes on from an earlier daemon, and nobody has come back into it yet. */
  readonly resumed: boolean;
  /** By when the first evidence of every required module is due. */
  readonly proof: Deadline;
};

export type Left = {
  /** Since when, ISO-8601; null where only the disk can tell. */
  readonly from: string | null;
  readonly reason: SegmentReason;
  /** Null: it had not recorded yet, so that nothing is missing. */
  readonly cause: string | null;
  /** The manifest knows that it is away: a gap is open there. */
  readonly noted: boolean;
};

/** What the rig's recording is doing: phases of one table in recording.ts. */
export type Recording =
  | {
      readonly name: 'idle';
      readonly retry: { readonly start: StartAsk; readonly deadline: Deadline } | null;
    }
  | {
      readonly name: 'preparing';
      readonly ask: number;
      readonly start: StartAsk;
      readonly calledOff: Refusal | null;
      readonly deadline: Deadline;
    }
  | (Arming & {
      readonly name: 'arming';
      readonly sinceMonoMs: number;
      readonly until: Deadline;
      /** Whether what the start has made so far would outlive a power cut: asked for while modules arm, and due before the go. */
      readonly disk: 'unasked' | { readonly ask: number; readonly deadline: Deadline } | 'safe';
    })
  | (Open & {
      readonly name: 'going';
      readonly start: StartAsk;
      readonly made: Made;
      readonly members: readonly string[];
    })
  | (Open & { readonly name: 'recording' })
  | (Open & { readonly name: 'pausing'; readonly deadline: Deadline })
  | (Open & { readonly name: 'paused' })
  | (Open & { readonly name: 'resuming'; readonly deadline: Deadline })
  | (Arming & {
      readonly name: 'calling-off';
      readonly refusal: Refusal;
    })
  | (Open & {
      readonly name: 'stopping';
      /** How a new daemon found it: somebody was still in it, all had finished, or all were gone. */
      readonly left: 'watched' | 'finished' | 'deserted';
    })
  | (Open & { readonly name: 'closing'; readonly ask: number; readonly deadline: Deadline });
type Arming = { readonly start: StartAsk; readonly trial: number; readonly made: Made };
type Open = { readonly trial: Trial };

/** What the start of a trial has made so far, to be taken back when it comes to nothing. */
export type Made = {
  /** The session is this start's own: it goes when the start is called off. */
  readonly ownSession: boolean;
  /** The run that each module was last asked to arm in, and for which segment. */
  readonly asked: Readonly<Record<string, { readonly run: number; readonly segment: number }>>;
  /** The files that each module named when it armed. */
  readonly named: Readonly<Record<string, readonly string[]>>;
};

/** Somebody who waits for what an intent wished. */
export type Pending = {
  readonly id: number;
  readonly goal: Goal;
  /** Null: answered at the end of the step, whatever has come of it by then. */
  readonly deadline: Deadline | null;
  readonly outcome: 'done' | 'unchanged';
  readonly rollback: Rollback;
};

export type Goal =
  | {
      readonly of: 'module';
      readonly module: string;
      readonly until: 'ready' | 'off';
      readonly newerThan: number;
    }
  | { readonly of: 'start'; readonly generation: number }
  | { readonly of: 'stop'; readonly generation: number }
  | { readonly of: 'pause' }
  | { readonly of: 'resume' }
  | { readonly of: 'session'; readonly ask: number }
  | {
      readonly of: 'config';
      readonly applied: AppliedConfig;
      /** Who is started for it. */
      readonly starting: readonly string[];
    };

export type Rollback =
  | { readonly to: 'nothing' }
  | { readonly to: 'desired'; readonly module: string; readonly desired: 'off' | 'on' }
  | { readonly to: 'call-off'; readonly generation: number };

/** When a group (or the rig, as `''`) was last outside `error`, for the one retry that entering it gives. */
export type ErrorWatch = {
  readonly inside: boolean;
  readonly outsideSinceMonoMs: number;
  readonly retried: boolean;
};

/** All that is true. Only `step` makes a new one. */
export type RigState = {
  readonly spec: RigSpec;
  readonly modules: Readonly<Record<string, Module>>;
  readonly desired: RigDesired;
  readonly recording: Recording;
  /** A start that is set for later and has not begun to arm. */
  readonly scheduled: Scheduled | null;
  /** A start that waits until the present trial is closed. */
  readonly next: StartAsk | null;
  readonly generation: number;
  readonly lastRefusal: { readonly generation: number; readonly refusal: Refusal } | null;
  /** Why the newest stop is done in part only; null: it is done, or still to be. */
  readonly stopPartly: string | null;
  readonly session: SessionRecord | null;
  readonly sessionAsk: {
    readonly ask: number;
    readonly refusal: Refusal | null;
    /** Why it is over in part only. */
    readonly partly: string | null;
    readonly over: boolean;
    readonly deadline: Deadline;
  } | null;
  readonly asks: number;
  readonly problems: readonly Problem[];
  readonly pending: readonly Pending[];
  readonly closing: 'no' | 'refuse-intents' | 'stop-recording' | 'stop-modules';
  readonly errors: Readonly<Record<string, ErrorWatch>>;
  readonly startup: 'pending' | 'complete';
  readonly clients: readonly ClientRecord[];
  readonly lastMarker: MarkerRecord | null;
  readonly gpio: GpioRecord;
};
