import type { HealthLook, Said } from '../../core/input.ts';
import type { Adopted } from '../../core/spec.ts';
import type { ModuleCommand } from '../../protocol/module-lines.ts';
import type { Exit } from '../../protocol/problem.ts';
import { wordsOf } from '../errno.ts';
import { fillPlaces, type Places } from './fill-places.ts';
import { findProgram, sayMissing } from './find-program.ts';
import { KeptProcess } from './kept-process.ts';
import { type LogFile, readLastWords } from './log-file.ts';
import {
  archiveCrash,
  environmentOf,
  keepFolder,
  keepSaid,
  type RunContext,
  watchPrints,
} from './run-context.ts';
import { makeRunFolder, type RunPaths, readPid } from './run-folder.ts';
import type { Live, Run, RunSpec } from './run-port.ts';
import { readSaid } from './said-file.ts';
import { nothingSaid, type SaidRecord } from './said-record.ts';
import { signalOf } from './signal-name.ts';
import { endStrays } from './strays.ts';
import { adoptedAs } from './voice.ts';

/**
 * What an ordinary program is doing. It has a process only while it records: `waiting` for the common instant, `beginning` until
 * its keeper has it, `recording`, `ending` since its stop signal.
 */
type Doing = 'idle' | 'armed' | 'waiting' | 'beginning' | 'recording' | 'ending';

const ready: SaidRecord = { ...nothingSaid, ready: true, can: ['arm'] };

/**
 * Speaks `rigdeck/1` in the place of an ordinary program (`protocol: none`): ready at once, arming checks that the program
 * exists, recording is its process, stop is its signal. Ending by itself while it records is a crash, code 0 too.
 */
export class PlainRun implements Run {
  readonly run: number;
  readonly restarts: number;
  readonly #context: RunContext;
  readonly #spec: RunSpec | undefined;
  #doing: Doing = 'idle';
  #places: Places | null = null;
  #paths: RunPaths;
  #said: SaidRecord = ready;
  #kept: KeptProcess | null = null;
  #log: LogFile | null = null;
  #timer: NodeJS.Timeout | null = null;
  /** It was told to quit: the end of its recording is the end of the run. */
  #quitting = false;
  #over = false;

  private constructor(context: RunContext, spec: RunSpec | undefined, paths: RunPaths) {
    this.run = context.record.run;
    this.restarts = context.record.restarts;
    this.#context = context;
    this.#spec = spec;
    this.#paths = paths;
  }

  /** @throws what the file system says when the run's folder cannot be made */
  static spawn(context: RunContext, spec: RunSpec): PlainRun {
    const said = JSON.stringify({ ...ready, told: true });
    const self = new PlainRun(
      context,
      spec,
      makeRunFolder(context.port.runDir, context.record, said),
    );
    queueMicrotask(() => {
      self.#spawned(null);
      self.#say({ is: 'ready', version: null, can: ready.can });
    });
    return self;
  }

  /** Takes over a recording that an earlier daemon began. Null: nothing lives. */
  static adopt(context: RunContext, spec: RunSpec | undefined, paths: RunPaths): PlainRun | null {
    const self = new PlainRun(context, spec, paths);
    self.#said = readSaid(paths);
    self.#kept = KeptProcess.adopt(paths, self.#events());
    if (self.#kept === null) return null;
    self.#doing = self.#said.take === 'finalizing' ? 'ending' : 'recording';
    self.#log = watchPrints(context, paths);
    return self;
  }

  pid(): number | null {
    return this.#kept?.pid ?? null;
  }

  living(): boolean {
    return !this.#over;
  }

  adopted(): Adopted {
    const startedAt = new Date(readPid(this.#paths)?.startedAt ?? Date.now()).toISOString();
    return { pid: this.pid(), startedAt, ...adoptedAs(this.#said) };
  }

  unheard(): Said | null {
    return null;
  }

  tell(command: ModuleCommand): void {
    if (this.#over) return;
    switch (command.do) {
      case 'arm':
        this.#places = { module: this.#context.module, ...command, session: command.session.id };
        return queueMicrotask(() => this.#arm());
      case 'record':
        return this.#recordAt(command.atMonoNs);
      case 'stop':
        return this.#stop();
      case 'quit':
        this.#quitting = true;
        return this.#stop();
      case 'pause':
      case 'resume':
      case 'split':
      case 'mark':
      case 'ping':
      case 'log':
        return; // an ordinary program understands none of these, and `can` says so
    }
  }

  signal(signal: NodeJS.Signals): void {
    if (this.#over) return;
    if (this.#kept === null) this.#quitted({ code: null, signal });
    else this.#kept.signal(signal);
  }

  attend(): void {
    // What is awaited of it are its process's beginning and end, and those are noticed at once.
  }

  sweep(): boolean {
    return false;
  }

  look(): Omit<HealthLook, 'module' | 'run'> | null {
    this.#kept?.look();
    const pid = this.pid();
    if (pid !== null) keepFolder(this.#context, this.#paths, this.#said, pid);
    return this.#over ? null : { silentMs: null };
  }

  live(): Live | null {
    return null;
  }

  close(): void {
    this.#over = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#letGo();
  }

  #arm(): void {
    if (this.#over || this.#kept !== null) return;
    const { module } = this.#context;
    const { command, cwd, env } = this.#filled();
    const program = command[0] ?? '';
    if (findProgram(program, cwd, env) === null) {
      this.#say({
        is: 'error',
        code: 'no-program',
        message: `${sayMissing(program, cwd)} (${module}).`,
        remedy: 'Install it, or correct `record.command`.',
        recoverable: true,
      });
      return;
    }
    this.#doing = 'armed';
    this.#say({ is: 'armed', files: [] });
  }

  #recordAt(atMonoNs: string): void {
    if (this.#doing !== 'armed') return;
    this.#doing = 'waiting';
    const delayMs = Number(BigInt(atMonoNs) - process.hrtime.bigint()) / 1e6;
    this.#timer = setTimeout(() => this.#begin(), Math.max(0, delayMs));
  }

  #begin(): void {
    this.#timer = null;
    this.#doing = 'beginning';
    const { command, cwd, env } = this.#filled();
    const { trial = null, segment = null } = this.#places ?? {};
    this.#said = { ...ready, take: 'recording', trial, segment };
    try {
      const { port, record } = this.#context;
      this.#paths = makeRunFolder(port.runDir, record, JSON.stringify(this.#said));
      this.#log = watchPrints(this.#context, this.#paths);
      this.#kept = KeptProcess.start(
        this.#paths,
        { kind: 'plain', command, cwd, env },
        this.#events(),
      );
    } catch (error) {
      this.#failed(wordsOf(error));
    }
  }

  #stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#kept === null) {
      this.#doing = 'idle';
      queueMicrotask(() => this.#finished());
      return;
    }
    if (this.#doing === 'ending') return; // a second signal would make many programs leave their file unfinished
    this.#doing = 'ending';
    this.#said = { ...this.#said, take: 'finalizing' };
    keepSaid(this.#context, this.#paths, this.#said);
    this.#kept.signal(signalOf(this.#spec?.stopSignal) ?? 'SIGINT');
  }

  #events() {
    return {
      started: (pid: number) => {
        this.#spawned(pid);
        if (this.#doing !== 'beginning') return; // stopped before it began
        this.#doing = 'recording';
        this.#say({ is: 'recording', firstSampleMonoNs: null, files: [], segment: null });
      },
      failed: (message: string) => this.#failed(message),
      ended: (exit: Exit, at: string, pid: number) => this.#ended(exit, at, pid),
    };
  }

  #ended(exit: Exit, at: string, pid: number): void {
    const { module } = this.#context;
    const stopped = this.#doing === 'ending';
    keepSaid(this.#context, this.#paths, { ...this.#said, told: true });
    if (!stopped) archiveCrash(this.#context, this.#paths, exit, at);
    const lastWords = readLastWords(this.#paths);
    this.#letGo();
    endStrays({ module, run: this.run, pid });
    if (stopped) {
      this.#spawned(null);
      this.#finished();
    } else this.#quitted(exit, lastWords, at);
  }

  /** It does not record any more, because it was asked to stop. */
  #finished(): void {
    this.#doing = 'idle';
    if (this.#quitting) this.#quitted({ code: 0, signal: null });
    else this.#say({ is: 'idle', files: [] });
  }

  #failed(message: string): void {
    this.#letGo();
    this.#doing = 'idle';
    const remedy = 'Check `record.command` and `cwd` of the module, and the space in the run dir.';
    this.#say({ is: 'error', code: 'cannot-start', message, remedy, recoverable: true });
  }

  #quitted(exit: Exit, lastWords: readonly string[] = [], at = new Date().toISOString()): void {
    const { module, port } = this.#context;
    this.close();
    port.report({ type: 'exited', module, run: this.run, exit, lastWords, at });
  }

  #letGo(): void {
    this.#kept?.close();
    this.#kept = null;
    if (this.#log !== null) this.#context.prints.remove(this.#log);
    this.#log = null;
  }

  #spawned(pid: number | null): void {
    const { module, port } = this.#context;
    port.report({ type: 'spawned', module, run: this.run, pid });
  }

  #say(said: Said): void {
    const { module, port } = this.#context;
    port.report({ type: 'said', module, run: this.run, said });
  }

  /** The program of the present take, its places filled. */
  #filled(): { command: readonly string[]; cwd: string; env: Record<string, string> } {
    const spec = this.#spec;
    const places = this.#places;
    if (spec === undefined || places === null) return { command: [], cwd: '/', env: {} };
    const env = Object.entries(spec.env).map(([name, value]) => [name, fillPlaces(value, places)]);
    return {
      command: spec.command.map((word) => fillPlaces(word, places)),
      cwd: spec.cwd,
      env: environmentOf(this.#context, { ...spec, env: Object.fromEntries(env) }, {}),
    };
  }
}
