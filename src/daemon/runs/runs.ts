import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { invariant } from '../../core/assert.ts';
import type { HealthLook, RunInput } from '../../core/input.ts';
import { iso } from '../../core/time.ts';
import type { ModuleCommand } from '../../protocol/module-lines.ts';
import type { LogLevel } from '../../protocol/vocabulary.ts';
import { wordsOf } from '../../protocol/words-of.ts';
import { isSystemError } from '../errno.ts';
import { adoptRuns } from './adopt-runs.ts';
import { logTail } from './archive-log.ts';
import { followLog } from './follow-log.ts';
import { readLastWords } from './log-file.ts';
import { ModuleRun } from './module-run.ts';
import { PlainRun } from './plain-run.ts';
import { bootId } from './process-eye.ts';
import type { RunContext } from './run-context.ts';
import { RunContexts } from './run-contexts.ts';
import { type RunPaths, type RunRecord, runLayout, runPaths } from './run-folder.ts';
import type { FoundRun, Live, Run, RunSpec, RunsPort } from './run-port.ts';

export type { FoundRun, Live, RunSpec, RunsPort } from './run-port.ts';

/** One sweep reads what all modules have said: far cheaper than a watch on each of them. */
const sweepMs = 1_000;
/** Where one sweep was not enough. */
const hurryMs = 50;

type Specs = Readonly<Record<string, RunSpec>>;

/** Every run of every module: started, listened to, told, signalled, adopted, handed over. */
export class Runs {
  readonly #port: RunsPort;
  readonly #contexts: RunContexts;
  #specs: Specs;
  readonly #runs = new Map<string, Run>();
  readonly #levels = new Map<string, LogLevel>();
  /** What was reported since `adopt` began, until somebody is there to hear it. */
  #held: (() => void)[] | null = null;
  #timer: NodeJS.Timeout | null = null;
  #hurry: NodeJS.Timeout | null = null;

  constructor(port: RunsPort) {
    mkdirSync(port.runDir, { recursive: true, mode: 0o755 });
    this.#port = {
      ...port,
      report: (input) => this.#hold(() => port.report(input)),
      fault: (module, fault) => this.#hold(() => port.fault(module, fault)),
      heard: (module) => {
        if (this.#held === null) port.heard(module);
      },
    };
    this.#contexts = new RunContexts(this.#port);
    this.#specs = port.specs;
  }

  /**
   * Finds what earlier daemons left in the run dir and takes over what lives, also of modules that the configuration does not
   * name any more. What happens from now on is reported after `begin`, or the first other call.
   *
   * @param known the highest number of a run of each module that is saved elsewhere
   */
  async adopt(known: Readonly<Record<string, number>> = {}): Promise<Record<string, FoundRun>> {
    this.#held = [];
    const hold = (work: () => void) => this.#hold(work);
    const about = { port: this.#port, contexts: this.#contexts, known, hold };
    const { left, runs, complaints } = await adoptRuns(about);
    for (const [module, run] of runs) this.#runs.set(module, run);
    if (runs.size > 0) this.#schedule();
    for (const { message } of complaints) this.#port.log('warn', message);
    const messages = complaints.map(({ message }) => message).join(' ');
    const remedies = [...new Set(complaints.map(({ remedy }) => remedy))].join(' ');
    if (complaints.length > 0) this.#contexts.runFolder.happened(messages, remedies);
    return left;
  }

  /** Somebody is there to hear reports. */
  begin(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const tell of held) tell();
  }

  /** From here on modules are started like this. Who lives is not touched. */
  configure(modules: Readonly<Record<string, { readonly run: RunSpec }>>): void {
    const specs = Object.entries(modules).map(([name, { run }]) => [name, run]);
    this.#specs = Object.fromEntries(specs);
  }

  /** Starts the next run of a module. What becomes of it is reported: `spawned` or `spawn-failed`. */
  spawn(module: string, run: number, restarts: number): void {
    this.begin();
    const spec = this.#specs[module];
    invariant(spec !== undefined, `${module} is configured`);
    invariant(this.#runs.get(module)?.living() !== true, `no earlier run of ${module} lives`);
    const record = this.#record(module, spec, run, restarts);
    try {
      this.#runs.set(module, this.#start(this.#contexts.of(record), spec));
      this.#schedule();
    } catch (error) {
      const message = `The run folder could not be made: ${wordsOf(error)}`;
      const remedy = `Check space and owner of ${this.#port.runDir}.`;
      this.#contexts.runFolder.happened(message, remedy);
      this.#cannot({ module, run, message, remedy, transient: true });
    }
  }

  #cannot(why: Omit<Extract<RunInput, { type: 'spawn-failed' }>, 'type'>): void {
    queueMicrotask(() => this.#port.report({ type: 'spawn-failed', ...why }));
  }

  tell(module: string, run: number, command: ModuleCommand): void {
    this.begin();
    this.#of(module, run)?.tell(command);
  }

  signal(module: string, run: number, signal: NodeJS.Signals): void {
    this.begin();
    this.#of(module, run)?.signal(signal);
  }

  /** Whether something is awaited of the module, so that its answer must be noticed at once. */
  attend(module: string, awaited: boolean): void {
    this.begin();
    this.#runs.get(module)?.attend(awaited);
  }

  /** The log level of a module, or of all of them: told to who lives, and given to every later run. */
  setLevel(module: string | null, level: LogLevel): void {
    for (const name of module === null ? Object.keys(this.#specs) : [module]) {
      this.#levels.set(name, level);
      this.#runs.get(name)?.tell({ do: 'log', level });
    }
  }

  /** The net under everything: looks at every run whether it lives, and since when it has been silent. */
  health(): HealthLook[] {
    this.begin();
    return [...this.#runs].flatMap(([module, run]) => {
      const look = run.living() ? this.#guard(module, () => run.look()) : null;
      return look === null ? [] : [{ module, run: run.run, ...look }];
    });
  }

  live(module: string): Live | null {
    const run = this.#runs.get(module);
    return run?.living() ? run.live() : null;
  }

  /** Whether the newest run of a module has not ended. */
  lives(module: string): boolean {
    return this.#runs.get(module)?.living() === true;
  }

  /** Process id of the module itself. Null while it has no process. */
  pidOf(module: string): number | null {
    const run = this.#runs.get(module);
    return run?.living() ? run.pid() : null;
  }

  /** Which modules left processes behind that are not gone yet, in words. Null: none did. */
  leftBehind(): string | null {
    return this.#contexts.strays.living();
  }

  /** The last lines that the module's newest run printed, sanitised. */
  lastWords(module: string): readonly string[] {
    return readLastWords(this.#paths(module));
  }

  /** The newest lines of a module's log, oldest first, over its last two runs; after a boot, those of the archive. */
  async logTail(module: string, lines: number): Promise<readonly string[]> {
    return logTail(this.#paths(module), this.#port.stateDir, module).slice(-lines);
  }

  /** Tells lines as they are printed, sanitised. Gives the function that ends it. */
  followLog(module: string, listener: (lines: readonly string[]) => void): () => void {
    return followLog(this.#paths(module).log, listener);
  }

  /** Writes down what the next daemon must know, and lets go. Modules live on. */
  async handOver(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    if (this.#hurry !== null) clearTimeout(this.#hurry);
    for (const run of this.#runs.values()) run.close();
    await this.#contexts.close();
  }

  #start(context: RunContext, spec: RunSpec): Run {
    if (spec.protocol === 'none') return PlainRun.spawn(context, spec);
    return ModuleRun.spawn(context, spec, this.#levels.get(context.module));
  }

  #of(module: string, number: number): Run | null {
    const run = this.#runs.get(module);
    return run?.living() && run.run === number ? run : null;
  }

  #schedule(): void {
    this.#timer ??= setInterval(() => this.#sweep(), sweepMs).unref();
  }

  #sweep(): void {
    this.#contexts.look();
    this.#read([...this.#runs]);
  }

  #read(runs: readonly (readonly [string, Run])[]): void {
    const behind = runs.filter(
      ([module, run]) => run.living() && this.#guard(module, () => run.sweep()) === true,
    );
    if (behind.length > 0) this.#hurry = setTimeout(() => this.#read(behind), hurryMs).unref();
  }

  /** A folder that somebody removed, or a disk that fails, is a problem of the rig and never the end of the daemon. */
  #guard<T>(whose: string, look: () => T): T | null {
    try {
      return look();
    } catch (error) {
      if (!isSystemError(error)) throw error;
      this.#contexts.runFolder.happened(
        `${whose} cannot be read: ${wordsOf(error)}`,
        'Check the run dir.',
      );
      return null;
    }
  }

  #record(module: string, spec: RunSpec, run: number, restarts: number): RunRecord {
    const { epoch } = this.#port;
    const { protocol, command, cwd, env, options } = spec;
    const started = { command, cwd, env, options };
    const since = { bootId: bootId(), startedAt: iso(Date.now()) };
    return { layout: runLayout, module, run, restarts, epoch, ...since, protocol, started };
  }

  #paths(module: string): RunPaths {
    return runPaths(join(this.#port.runDir, module));
  }

  #hold(tell: () => void): void {
    if (this.#held === null) tell();
    else this.#held.push(tell);
  }
}
