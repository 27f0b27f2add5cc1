import type { Fault, HealthLook, RunInput } from '../../core/input.ts';
import type { Adopted, Finished, LostProcess } from '../../core/spec.ts';
import type { ModuleCommand } from '../../protocol/module-lines.ts';
import type { Exit, ProblemCode } from '../../protocol/problem.ts';
import type { Gauge } from '../../protocol/snapshot.ts';
import type { LogLevel } from '../../protocol/vocabulary.ts';

/** How a module is started. */
export type RunSpec = {
  readonly protocol: 'rigdeck/1' | 'none';
  /** The program, absolute or to be found in PATH, and its arguments. For `none` the `record.command`, with its placeholders. */
  readonly command: readonly string[];
  /** `none` only: what ends a recording. */
  readonly stopSignal?: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly options: Readonly<Record<string, unknown>>;
};

/** What the runs need, and whom they tell. Nothing is told before `adopt` has answered and a first call was made after it. */
export type RunsPort = {
  readonly runDir: string;
  /** Null: nothing is archived. */
  readonly stateDir: string | null;
  readonly epoch: string;
  readonly specs: Readonly<Record<string, RunSpec>>;
  readonly report: (input: RunInput) => void;
  /** A fault, or the code of one that is over. */
  readonly fault: (module: string | null, fault: Fault | ProblemCode) => void;
  /** The module reported progress: its telemetry is new. */
  readonly heard: (module: string) => void;
  readonly log: (level: LogLevel, message: string) => void;
};

/** What a run says of itself as it goes. Counters are the module's own words; evidence is looked at elsewhere. */
export type Live = {
  readonly bytes: number;
  readonly samples: number;
  readonly dropped: number;
  readonly detail: string | null;
  readonly gauges: Readonly<Record<string, Gauge>>;
  readonly lastLineMonoMs: number;
  readonly badLines: number;
  /** Absolute paths that the module named in the present take. */
  readonly files: readonly string[];
};

/** What is left of a module's newest run when a daemon begins. */
export type FoundRun = {
  readonly run: number;
  readonly restarts: number;
  readonly living: Adopted | null;
  /** The take that it has finished as it was told to, whether or not anybody heard of it. */
  readonly finished: Finished | null;
  /** Null also for an end that an earlier daemon has told already. */
  readonly ended: {
    readonly exit: Exit;
    readonly at: string;
    readonly lastWords: readonly string[];
    readonly take: Adopted['take'];
  } | null;
  /** What still lives of it and can be neither heard nor told anything: it is being ended, and its end will be reported. */
  readonly lost: LostProcess | null;
  /** What rig.yaml says otherwise by now than when it was started, in words. Not there: nothing, or nobody knows. */
  readonly outdated?: readonly string[];
};

/** One run of a module, whatever protocol it speaks. */
export type Run = {
  readonly run: number;
  readonly restarts: number;
  pid(): number | null;
  living(): boolean;
  tell(command: ModuleCommand): void;
  signal(signal: NodeJS.Signals): void;
  attend(awaited: boolean): void;
  /** Reads what it said. True when there is more to read soon. */
  sweep(): boolean;
  look(): Omit<HealthLook, 'module' | 'run'> | null;
  live(): Live | null;
  /** Lets go of it; its process lives on. */
  close(): void;
};
