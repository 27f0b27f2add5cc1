import type { Exit } from '../../protocol/problem.ts';
import { KeptProcess } from './kept-process.ts';
import { type LogFile, readLastWords } from './log-file.ts';
import type { PlainProgram } from './plain-program.ts';
import {
  archiveCrash,
  keepFolder,
  keepSaid,
  type RunContext,
  watchPrints,
  whenClear,
} from './run-context.ts';
import { makeRunFolder, type RunPaths, readPid } from './run-folder.ts';
import { readSaid } from './said-file.ts';
import { nothingSaid, type SaidRecord } from './said-record.ts';
import { sessionLedBy } from './strays.ts';

/** What an ordinary program can and has said before it records. */
export const plainReady: SaidRecord = { ...nothingSaid, ready: true, can: ['arm'] };

/** After `failed` or `ended` nothing more. */
export type PlainTakeEvents = {
  readonly started: (pid: number) => void;
  /** The process never began. */
  readonly failed: (message: string) => void;
  /** It is over, and so is all that it left behind. */
  readonly ended: (end: PlainEnd) => void;
};

/** `asked`: somebody had asked it to end before it did, so that its end is no crash. */
export type PlainEnd = {
  readonly exit: Exit;
  readonly at: string;
  readonly lastWords: readonly string[];
  readonly asked: boolean;
};

/** One recording of an ordinary program: its process, its prints, and what the next daemon must know of it. */
export class PlainTake {
  readonly #context: RunContext;
  readonly #paths: RunPaths;
  readonly #events: PlainTakeEvents;
  readonly #log: LogFile;
  #said: SaidRecord;
  #kept: KeptProcess | null = null;
  #askedToEnd = false;

  private constructor(
    context: RunContext,
    paths: RunPaths,
    said: SaidRecord,
    events: PlainTakeEvents,
  ) {
    this.#context = context;
    this.#paths = paths;
    this.#said = said;
    this.#events = events;
    this.#log = watchPrints(context, paths);
  }

  /** @throws what the file system says when the run's folder cannot be made */
  static start(
    context: RunContext,
    program: PlainProgram,
    { trial, segment }: Pick<SaidRecord, 'trial' | 'segment'>,
    events: PlainTakeEvents,
  ): PlainTake {
    const said: SaidRecord = { ...plainReady, take: 'recording', trial, segment };
    const paths = makeRunFolder(context.port.runDir, context.record, JSON.stringify(said));
    const self = new PlainTake(context, paths, said, events);
    self.#kept = KeptProcess.start(paths, { kind: 'plain', ...program }, self.#keptEvents());
    return self;
  }

  /** Takes over a recording that an earlier daemon began. Null: nothing lives. */
  static adopt(context: RunContext, paths: RunPaths, events: PlainTakeEvents): PlainTake | null {
    const self = new PlainTake(context, paths, readSaid(paths), events);
    self.#kept = KeptProcess.adopt(paths, self.#keptEvents());
    if (self.#kept !== null) return self;
    self.close();
    return null;
  }

  get pid(): number | null {
    return this.#kept?.pid ?? null;
  }

  /** In ms of wall time. */
  get startedAt(): number {
    return readPid(this.#paths)?.startedAt ?? Date.now();
  }

  get said(): SaidRecord {
    return this.#said;
  }

  /** Asks it to finish its file. */
  finish(signal: NodeJS.Signals): void {
    this.#said = { ...this.#said, take: 'finalizing' };
    keepSaid(this.#context, this.#paths, this.#said);
    this.signal(signal);
  }

  signal(signal: NodeJS.Signals): void {
    this.#askedToEnd = true;
    this.#kept?.signal(signal);
  }

  look(): void {
    this.#kept?.look();
    const { pid } = this;
    if (pid !== null) keepFolder(this.#context, this.#paths, this.#said, pid);
  }

  /** Lets go of it; its process lives on. */
  close(): void {
    this.#kept?.close();
    this.#kept = null;
    this.#context.prints.remove(this.#log);
  }

  #keptEvents() {
    return {
      started: (pid: number) => this.#events.started(pid),
      failed: (message: string) => {
        this.close();
        this.#events.failed(message);
      },
      ended: (exit: Exit, at: string, pid: number) => this.#ended(exit, at, pid),
    };
  }

  #ended(exit: Exit, at: string, pid: number): void {
    const lastWords = readLastWords(this.#paths);
    const asked = this.#askedToEnd;
    if (!asked) archiveCrash(this.#context, this.#paths, exit, at);
    this.close();
    whenClear(this.#context, sessionLedBy(pid), () => {
      keepSaid(this.#context, this.#paths, { ...this.#said, told: true });
      this.#events.ended({ exit, at, lastWords, asked });
    });
  }
}
