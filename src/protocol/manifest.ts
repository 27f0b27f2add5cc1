/**
 * `session.json`, version 1: valid from second 0 on. Paths are relative to the session folder, times ISO-8601 UTC, `MonoNs`
 * decimal strings of CLOCK_MONOTONIC in nanoseconds.
 */
export type FileVerdict = 'open' | 'ok' | 'empty' | 'short' | 'repaired' | 'bad';

export type ManifestFile = {
  path: string;
  bytes: number;
  sha256: string | null;
  verdict: FileVerdict;
  /** Why it is not `ok`, or what else is to be known of it. */
  note?: string;
  /** What was done to it while it was being recorded: `shrank from 4.2 MB to 0 B`. */
  taken?: string;
  /** When somebody took it down as known that it holds nothing (`rigdeck sessions recover`). */
  known?: string;
};

export type SegmentReason =
  | 'start'
  | 'length'
  | 'module-crash'
  | 'daemon-restart'
  | 'power-loss'
  | 'resume';

export type ManifestSegment = {
  number: number;
  startedAt: string;
  reason: SegmentReason;
  modules: Record<string, ModuleInSegment>;
};

/** What one module did in a segment. */
export type ModuleInSegment = {
  firstSampleMonoNs: string | null;
  late?: true;
  /** When it confirmed that it records, and when and how it ended. Absent where nobody knows. */
  joinedAt?: string;
  left?: { at: string; how: 'finished' | 'crashed' | 'ended' };
  files: ManifestFile[];
};

export type ManifestTrial = {
  number: number;
  label: string | null;
  startedAt: string;
  stoppedAt: string | null;
  goMonoNs: string;
  startSkewMs: number | null;
  /** The modules that were to begin together. Absent where nobody knows. */
  wanted?: string[];
  /** No word of its beginning was on disk: what is known of it is read from its files. */
  recovered?: true;
  outcome: 'complete' | 'partial' | 'interrupted';
  /** The code of the problem for which the rig itself ended it: `low-space`, `not-mounted`. */
  endedBy?: string;
  health?: MachineHealth;
  segments: ManifestSegment[];
};

export type ManifestGap = {
  from: string;
  to: string | null;
  module: string | null;
  cause: string;
  /** Of a pause: who recorded on. */
  except?: string[];
};

type Stall = { some: number; full: number };
/** `sinceStart`: seen since the session or trial began. `sinceBoot`: the firmware's memory, which may be older than that. */
type Seen = { now: boolean | null; sinceStart: boolean | null; sinceBoot: boolean | null };

/** What the machine went through meanwhile. Null: it does not say. Stalls are in ms: somebody waited, everybody waited. */
export type MachineHealth = {
  power: { underVoltage: Seen; throttled: Seen };
  highestTemperatureC: number | null;
  highestLoad1: number | null;
  lowestFreeBytes: number | null;
  lowestMemoryBytes: number | null;
  oomKills: number | null;
  ioStallMs: Stall | null;
  memoryStallMs: Stall | null;
};

export type Manifest = {
  version: 1;
  rig: string;
  session: { id: string; name: string; startedAt: string; endedAt: string | null };
  host: Record<string, unknown>;
  versions: Record<string, string>;
  config: Record<string, unknown>;
  /** What a later daemon found changed in rig.yaml when it went on with the session: from when on which configuration held. */
  configs?: { at: string; config: Record<string, unknown> }[];
  clock: {
    synchronized: boolean | null;
    offsetMs: number | null;
    source: string | null;
    steps: { at: string; monoMs: number; byMs: number }[];
  };
  trials: ManifestTrial[];
  gaps: ManifestGap[];
  markers: {
    at: string;
    monoNs: string;
    text: string | null;
    actor: string;
    trial: number | null;
  }[];
  problems: { at: string; module: string | null; code: string; message: string }[];
  /** Empty until the first look. */
  health: MachineHealth | { power?: never };
};
