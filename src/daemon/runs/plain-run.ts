import type { HealthLook, Said } from '../../core/input.ts';
import type { Adopted } from '../../core/spec.ts';
import { iso } from '../../core/time.ts';
import type { ModuleCommand } from '../../protocol/module-lines.ts';
import type { Exit } from '../../protocol/problem.ts';
import { wordsOf } from '../../protocol/words-of.ts';
import type { Places } from './fill-places.ts';
import { findProgram, sayMissing } from './find-program.ts';
import { type PlainProgram, plainProgram } from './plain-program.ts';
import { type PlainEnd, PlainTake, type PlainTakeEvents, plainReady } from './plain-take.ts';
import type { RunContext } from './run-context.ts';
import { makeRunFolder, type RunPaths } from './run-folder.ts';
import type { Live, Run, RunSpec } from './run-port.ts';
import { signalOf } from './signal-name.ts';
import { adoptedAs } from './voice.ts';

/**
 * What an ordinary program is doing. It has a process only while it records: `waiting` for the common instant, `beginning` until
 * its keeper has it, `recording`, `ending` from its stop signal until nothing of it is left.
 */
type Doing = 'idle' | 'armed' | 'waiting' | 'beginning' | 'recording' | 'ending';

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
  #take: PlainTake | null = null;
  #timer: NodeJS.Timeout | null = null;
  /** It was told to quit, or was signalled: the end of its recording is the end of the run. */
  #quitting = false;
  #over = false;

  private constructor(context: RunContext, spec: RunSpec | undefined) {
    this.run = context.record.run;
    this.restarts = context.record.restarts;
    this.#context = context;
    this.#spec = spec;
  }

  /** @throws what the file system says when the run's folder cannot be made */
  static spawn(context: RunContext, spec: RunSpec): PlainRun {
    const said = JSON.stringify({ ...plainReady, told: true });
    makeRunFolder(context.port.runDir, context.record, said);
    const self = new PlainRun(context, spec);
    queueMicrotask(() => {
      self.#spawned(null);
      self.#say({ is: 'ready', version: null, can: plainReady.can });
    });
    return self;
  }

  /** Takes over a recording that an earlier daemon began. Null: nothing lives. */
  static adopt(context: RunContext, spec: RunSpec | undefined, paths: RunPaths): PlainRun | null {
    const self = new PlainRun(context, spec);
    self.#take = PlainTake.adopt(context, paths, self.#events());
    if (self.#take === null) return null;
    self.#doing = self.#take.said.take === 'finalizing' ? 'ending' : 'recording';
    return self;
  }

  pid(): number | null {
    return this.#take?.pid ?? null;
  }

  living(): boolean {
    return !this.#over;
  }

  /** What it is when a new daemon finds it. */
  adopted(): Adopted {
    const { said = plainReady, startedAt: tookAt = Date.now() } = this.#take ?? {};
    const { startedAt = iso(tookAt) } = this.#context.record;
    return { pid: this.pid(), startedAt, ...adoptedAs(said) };
  }

  /** An error that it reported and that has not been followed by anything: a new daemon must hear of it. */
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
    this.#quitting = true;
    if (this.#take !== null) this.#take.signal(signal);
    else this.#quitted(endedNow({ code: null, signal }));
  }

  attend(): void {
    // What is awaited of it are its process's beginning and end, and those are noticed at once.
  }

  sweep(): boolean {
    return false;
  }

  look(): Omit<HealthLook, 'module' | 'run'> | null {
    this.#take?.look();
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
    if (this.#over || this.#take !== null) return;
    const { module } = this.#context;
    const { command, cwd, env } = this.#program();
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
    const { trial = null, segment = null } = this.#places ?? {};
    try {
      const about = { trial, segment };
      this.#take = PlainTake.start(this.#context, this.#program(), about, this.#events());
    } catch (error) {
      this.#failed(wordsOf(error));
    }
  }

  #stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#take === null) {
      this.#doing = 'idle';
      queueMicrotask(() => this.#finished(endedNow({ code: 0, signal: null })));
      return;
    }
    if (this.#doing === 'ending') return; // a second signal would make many programs leave their file unfinished
    this.#doing = 'ending';
    this.#take.finish(signalOf(this.#spec?.stopSignal) ?? 'SIGINT');
  }

  #events(): PlainTakeEvents {
    return {
      started: (pid) => {
        this.#spawned(pid);
        if (this.#doing !== 'beginning') return; // stopped before it began
        this.#doing = 'recording';
        this.#say({ is: 'recording', firstSampleMonoNs: null, files: [], segment: null });
      },
      failed: (message) => this.#failed(message),
      ended: (end) => this.#ended(end),
    };
  }

  #ended(end: PlainEnd): void {
    this.#letGo();
    if (this.#doing !== 'ending' || !end.asked) return this.#quitted(end);
    this.#spawned(null);
    this.#finished(end);
  }

  /** It does not record any more, because it was asked to stop. */
  #finished(end: End): void {
    this.#doing = 'idle';
    if (this.#quitting) this.#quitted(end);
    else if (!this.#over) this.#say({ is: 'idle', files: [] });
  }

  #failed(message: string): void {
    this.#letGo();
    if (this.#quitting) return this.#quitted(endedNow({ code: null, signal: null }));
    const remedy = 'Check `record.command` and `cwd` of the module, and the space in the run dir.';
    this.#say({ is: 'error', code: 'cannot-start', message, remedy, recoverable: true });
    if (this.#doing === 'ending') this.#say({ is: 'idle', files: [] });
    this.#doing = 'idle';
  }

  #quitted({ exit, at, lastWords }: End): void {
    if (this.#over) return;
    const { module, port } = this.#context;
    this.close();
    port.report({ type: 'exited', module, run: this.run, exit, lastWords, at });
  }

  #letGo(): void {
    this.#take?.close();
    this.#take = null;
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
  #program(): PlainProgram {
    const spec = this.#spec;
    const places = this.#places;
    if (spec === undefined || places === null) return { command: [], cwd: '/', env: {} };
    return plainProgram(this.#context, spec, places);
  }
}

type End = Pick<PlainEnd, 'exit' | 'at' | 'lastWords'>;

/** The end of a run that had no process. */
function endedNow(exit: Exit): End {
  return { exit, at: new Date().toISOString(), lastWords: [] };
}
