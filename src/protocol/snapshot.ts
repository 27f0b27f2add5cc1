import type { GpioRecord } from './gpio-record.ts';
import type { KioskRecord } from './kiosk-record.ts';
import type { Problem } from './problem.ts';
import type { FileWork } from './sessions.ts';
import type {
  Health,
  ModulePhase,
  ModuleState,
  RigDesired,
  RigState,
  Status,
} from './vocabulary.ts';

/** Counters of what a module has recorded in the present trial. All integers. `lastProgressAt` is ISO-8601 UTC. */
type Evidence = {
  readonly bytes: number;
  readonly samples: number;
  readonly dropped: number;
  readonly files: number;
  readonly lastProgressAt: string | null;
};

/** One module, facts side by side. Counters and detail are those of the last change; live ones are telemetry. */
export type ModuleRecord = {
  readonly desired: 'off' | 'on';
  readonly state: ModuleState;
  readonly phase: ModulePhase | null;
  /** Since when it is in a phase that has an end, and when that is over at the latest; ISO-8601 UTC. */
  readonly phaseSince: string | null;
  readonly phaseUntil: string | null;
  /** When it expects to be done by its own word, ISO-8601 UTC; null where it says nothing. */
  readonly phaseEta: string | null;
  readonly health: Health;
  readonly required: boolean;
  readonly group: string;
  /** Process id of the module itself, not of its keeper. Null while it has no process. */
  readonly pid: number | null;
  readonly run: number;
  readonly startedAt: string | null;
  readonly stateSince: string;
  readonly restarts: number;
  readonly retryAt: string | null;
  readonly evidence: Evidence;
  readonly problem: Problem | null;
  readonly lastProblem: Problem | null;
  readonly detail: string | null;
  /** What the module said it can: `arm`, `pause`, `mark`, `split`. */
  readonly can: readonly string[];
  readonly version: string | null;
};

export type SessionRecord = {
  readonly id: string;
  readonly name: string;
  /** Absolute path of the session folder. */
  readonly path: string;
  readonly startedAt: string;
};

export type TrialRecord = {
  readonly number: number;
  readonly label: string | null;
  readonly startedAt: string;
  readonly segment: number;
  /** A required module is or was missing: what this trial will be called when it ends. */
  readonly partial: boolean;
  /** After how much recording, without the pauses, the next segment by length begins, in ms. Null: never. */
  readonly nextSegmentMs: number | null;
  /** The go instant on CLOCK_MONOTONIC in ms: what a clock on the same machine counts REC time from. */
  readonly startedMonoMs: number;
  /** What its pauses that are over took, in ms. */
  readonly pausedMs: number;
  /** Since when it is paused, CLOCK_MONOTONIC in ms; null while it is not. */
  readonly pausedSinceMonoMs: number | null;
};

/** The newest marker of this epoch, so that everybody hears of it. */
export type MarkerRecord = {
  /** The instant that is marked, ISO-8601 UTC. */
  readonly at: string;
  /** The same on CLOCK_MONOTONIC, in ns: what tells it from another of the same millisecond, and what its words find it by. */
  readonly monoNs: string;
  readonly actor: string;
  readonly text: string | null;
  /** Null between trials. */
  readonly trial: number | null;
};

export type RigRecord = {
  readonly name: string;
  readonly status: Status;
  readonly desired: RigDesired;
  readonly state: RigState;
  readonly session: SessionRecord | null;
  readonly trial: TrialRecord | null;
  /** A start that is set for later and has not gone yet. `at` is ISO-8601 UTC. */
  readonly scheduled: { readonly at: string; readonly label: string | null } | null;
  readonly problems: readonly Problem[];
  /** Who is waited for while arming or stopping. */
  readonly waitingFor: readonly string[];
  /** When the present step is over at the latest, ISO-8601 UTC. */
  readonly until: string | null;
  /** Start-up is complete when every wanted module is ready or has failed. */
  readonly startup: 'pending' | 'complete';
  readonly lastMarker: MarkerRecord | null;
};

export type GroupRecord = { readonly status: Status; readonly modules: readonly string[] };

/** Somebody who watches. What it says of itself, sanitised; `role` is decided by the socket it came through. */
export type ClientRecord = {
  readonly id: number;
  readonly name: string;
  readonly actor: string;
  readonly role: 'control' | 'view';
  readonly since: string;
};

/** The disk that is really recorded to. While it is not there, no other disk's figures stand in for its own. */
export type StorageRecord = {
  /** The recordings folder. */
  readonly path: string;
  /** What somebody without privileges may still write. */
  readonly freeBytes: number | null;
  readonly totalBytes: number | null;
  /** Files that can still be made; null also where the file system does not count them. */
  readonly freeInodes: number | null;
  /** Until a recording at this rate is ended in order, which is before the last byte; null while nothing is recorded. */
  readonly secondsToFull: number | null;
  /** What all modules write together, a mean of the last minute. */
  readonly bytesPerS: number | null;
  /** The disk is not where it was, or is not a mounted one although `requireMount` is set. */
  readonly gone: boolean | null;
  readonly mountPoint: string | null;
  /** Whether it is another file system than that of `/`. */
  readonly mounted: boolean | null;
  /** `ext4`, `vfat` ... */
  readonly fileSystem: string | null;
  readonly readOnly: boolean | null;
  /** How long the newest write probe took until it was on the disk; there are probes only while something is recorded. */
  readonly writeMs: number | null;
};

/** Figures of this machine. Null is unknown, never zero. */
export type HostRecord = {
  readonly storage: StorageRecord;
  /** `offsetMs` is positive when this clock is ahead of its source. */
  readonly clock: {
    readonly synchronized: boolean | null;
    readonly offsetMs: number | null;
    readonly source: string | null;
  };
  /** `sinceBoot` is the firmware's own memory. */
  readonly power: {
    readonly ok: boolean | null;
    readonly words: string;
    readonly underVoltage: boolean | null;
    readonly throttled: boolean | null;
    readonly sinceBoot: { readonly underVoltage: boolean; readonly throttled: boolean } | null;
  };
  readonly temperatureC: number | null;
  readonly load1: number | null;
  readonly memoryAvailableBytes: number | null;
  /** Programs that the kernel ended for want of memory since the machine was started. */
  readonly oomKills: number | null;
};

/** The three parts that the checksum covers. */
export type Facts = {
  readonly rig: RigRecord;
  readonly groups: Readonly<Record<string, GroupRecord>>;
  readonly modules: Readonly<Record<string, ModuleRecord>>;
};

export type Snapshot = Facts & {
  readonly version: 1;
  readonly epoch: string;
  readonly seq: number;
  readonly at: string;
  readonly checksum: string;
  readonly gpio: GpioRecord;
  readonly clients: readonly ClientRecord[];
  readonly host: HostRecord;
  /** What rig.yaml says of kiosks; not there with a daemon that knows none. */
  readonly kiosk?: KioskRecord;
};

/**
 * `status.json`: the snapshot and whose it is. `stopped` is true once that daemon has ended by itself; `stoppedBy` says who
 * asked for its controlled stop (nobody after a hand-over, when modules go on), `failedSteps` are the steps of that stop that
 * failed, each as `<step>: <what was missing>`.
 */
export type StatusFile = Snapshot & {
  readonly daemon: {
    readonly pid: number;
    readonly startTicks: string;
    readonly bootId: string;
  };
  readonly stopped?: true;
  readonly stoppedBy?: string;
  readonly failedSteps?: readonly string[];
};

/**
 * What changed, by path: `rig`, `groups.<name>`, `modules.<name>`, `gpio`, `clients`. Whole entities, never parts; null means
 * that the entity is gone.
 */
export type Changed = Readonly<Record<string, unknown>>;

/** One change of the state, as every observer sees it. */
export type Change = {
  readonly epoch: string;
  readonly seq: number;
  readonly at: string;
  readonly monoMs: number;
  readonly actor: string;
  readonly cause: string;
  readonly changed: Changed;
  /** SHA-256, in hex, of the canonical JSON of `{rig, groups, modules}` after the change. */
  readonly checksum: string;
  readonly coalesced?: true;
};

export type Gauge = {
  readonly value: number;
  readonly warn?: number | undefined;
  readonly unit?: string | undefined;
};

export type ModuleTelemetry = {
  readonly cpuPercent: number | null;
  readonly memoryBytes: number | null;
  readonly bytes: number;
  /** What its files grew by between the newest two looks; null while there were no two, which is no zero. */
  readonly bytesPerS: number | null;
  readonly samples: number;
  readonly dropped: number;
  readonly detail: string | null;
  readonly gauges: Readonly<Record<string, Gauge>>;
};

/** Frequent, coalesced, may be dropped; never part of the ordered state. */
export type Telemetry = {
  readonly at: string;
  readonly modules: Readonly<Record<string, ModuleTelemetry>>;
  readonly host: HostRecord;
  /** How far the checksums of recorded files are; null while none are being made. Absent from a daemon that does not say. */
  readonly checksums?: FileWork | null;
};
