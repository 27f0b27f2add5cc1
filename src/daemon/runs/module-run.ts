import type { HealthLook, Said } from '../../core/input.ts';
import type { Adopted } from '../../core/spec.ts';
import { iso } from '../../core/time.ts';
import { type ModuleCommand, maxCommandBytes } from '../../protocol/module-lines.ts';
import type { Exit } from '../../protocol/problem.ts';
import type { LogLevel } from '../../protocol/vocabulary.ts';
import { isStopped } from '../store/process-identity.ts';
import { CommandPipe } from './command-pipe.ts';
import { Ear } from './ear.ts';
import { findProgram, sayMissing } from './find-program.ts';
import { KeptProcess } from './kept-process.ts';
import { type LogFile, readLastWords } from './log-file.ts';
import {
  archiveCrash,
  environmentOf,
  keepFolder,
  type RunContext,
  watchPrints,
  whenClear,
} from './run-context.ts';
import { makeRunFolder, type RunPaths, readPid } from './run-folder.ts';
import type { Live, Run, RunSpec } from './run-port.ts';
import { readSaid } from './said-file.ts';
import { nothingSaid } from './said-record.ts';
import { sessionLedBy } from './strays.ts';
import { adoptedAs, Voice } from './voice.ts';

/** One run of a module that speaks `rigdeck/1`: its process, its words, its commands, its prints. */
export class ModuleRun implements Run {
  readonly run: number;
  readonly restarts: number;
  readonly #context: RunContext;
  readonly #paths: RunPaths;
  readonly #ear: Ear;
  readonly #pipe: CommandPipe;
  readonly #log: LogFile;
  #kept: KeptProcess | null = null;
  /** Somebody asked it to end, so that its end is no crash. */
  #askedToEnd = false;
  #over = false;

  private constructor(context: RunContext, paths: RunPaths, voice: Voice) {
    const { module, port, record } = context;
    const { run } = record;
    this.run = run;
    this.restarts = record.restarts;
    this.#context = context;
    this.#paths = paths;
    this.#ear = new Ear(context, paths, voice, (said) =>
      port.report({ type: 'said', module, run, said }),
    );
    this.#pipe = new CommandPipe(
      paths.stdin,
      () => port.report({ type: 'queue-full', module, run }),
      () => port.report({ type: 'queue-drained', module, run }),
    );
    this.#log = watchPrints(context, paths);
  }

  /** @throws what the file system says when the run's folder cannot be made */
  static spawn(context: RunContext, spec: RunSpec, level: LogLevel | undefined): ModuleRun {
    const paths = makeRunFolder(context.port.runDir, context.record, JSON.stringify(nothingSaid));
    const self = new ModuleRun(context, paths, new Voice(nothingSaid, 1));
    const env = environmentOf(context, spec, {
      RIGDECK_PROTOCOL: 'rigdeck/1',
      RIGDECK_OPTIONS: JSON.stringify(spec.options),
      RIGDECK_STATUS_FD: '3',
      ...(level === undefined ? {} : { RIGDECK_LOG_LEVEL: level }),
    });
    const { command, cwd } = spec;
    const program = command[0] ?? '';
    if (findProgram(program, cwd, env) === null) {
      queueMicrotask(() => self.#events().failed(sayMissing(program, cwd), false));
    } else
      self.#kept = KeptProcess.start(paths, { kind: 'spoken', command, cwd, env }, self.#events());
    return self;
  }

  /** Takes over a run that an earlier daemon began, and hears what was said since. Null: it lives no more. */
  static adopt(context: RunContext, paths: RunPaths): ModuleRun | null {
    const said = readSaid(paths);
    const self = new ModuleRun(context, paths, new Voice(said, said.idsBelow));
    self.#kept = KeptProcess.adopt(paths, self.#events());
    if (self.#kept === null) {
      self.#letGo();
      return null;
    }
    self.#ear.catchUp();
    // Whatever the daemon before left half written ends here.
    self.#pipe.write('\n');
    self.#pipe.open();
    return self;
  }

  pid(): number | null {
    return this.#kept?.pid ?? null;
  }

  living(): boolean {
    return !this.#over;
  }

  /** What it is when a new daemon finds it. */
  adopted(): Adopted {
    const { startedAt = iso(readPid(this.#paths)?.startedAt ?? Date.now()) } = this.#context.record;
    return {
      pid: this.pid(),
      startedAt,
      ...adoptedAs(this.#ear.voice.record),
    };
  }

  /** An error that it reported and that has not been followed by anything: a new daemon must hear of it. */
  unheard(): Said | null {
    return this.#ear.voice.record.error;
  }

  tell(command: ModuleCommand): void {
    if (this.#over) return;
    if (command.do === 'quit') this.#askedToEnd = true;
    const { module, port } = this.#context;
    const { voice } = this.#ear;
    const line = commandLine(command, voice.ask(command));
    // First written down, then asked: the answer must find its question, whichever daemon hears it.
    if (voice.changed) this.#ear.save();
    if (line === null) port.log('error', `${module}: "${command.do}" is too long to be sent`);
    else this.#pipe.write(line);
  }

  signal(signal: NodeJS.Signals): void {
    this.#askedToEnd = true;
    this.#kept?.signal(signal);
  }

  attend(awaited: boolean): void {
    this.#ear.attend(awaited);
  }

  sweep(): boolean {
    return this.#ear.sweep();
  }

  look(): Omit<HealthLook, 'module' | 'run'> | null {
    this.#ear.sweep();
    this.#kept?.look();
    const pid = this.pid();
    if (pid !== null) keepFolder(this.#context, this.#paths, this.#ear.voice.record, pid);
    if (this.#over) return null;
    const silentMs = this.#ear.silentMs();
    return pid !== null && isStopped(pid) ? { silentMs, frozenPid: pid } : { silentMs };
  }

  live(): Live {
    return this.#ear.live();
  }

  close(): void {
    if (!this.#over) this.#ear.save();
    this.#letGo();
  }

  #events() {
    const { module, port } = this.#context;
    const { run } = this;
    return {
      started: (pid: number) => {
        this.#pipe.open();
        port.report({ type: 'spawned', module, run, pid });
      },
      failed: (message: string, transient: boolean) => {
        const words = readLastWords(this.#paths).slice(-1).join('');
        this.#bury();
        port.report({
          type: 'spawn-failed',
          module,
          run,
          message: words === '' ? message : `${message}: ${words}`,
          remedy: 'Check `command` and `cwd` of the module, and the space in the run dir.',
          transient,
        });
      },
      ended: (exit: Exit, at: string, pid: number) => this.#ended(exit, at, pid),
    };
  }

  #ended(exit: Exit, at: string, pid: number): void {
    const { module, port } = this.#context;
    const { run } = this;
    this.#ear.hearOut();
    const lastWords = readLastWords(this.#paths);
    if (!this.#askedToEnd) archiveCrash(this.#context, this.#paths, exit, at);
    this.#letGo();
    whenClear(this.#context, sessionLedBy(pid), () => {
      this.#bury();
      // Last of all: the next run may be started before this returns.
      port.report({ type: 'exited', module, run, exit, lastWords, at });
    });
  }

  #bury(): void {
    this.#ear.voice.record = { ...this.#ear.voice.record, told: true };
    this.#ear.save();
    this.#letGo();
  }

  #letGo(): void {
    this.#over = true;
    this.#kept?.close();
    this.#pipe.close();
    this.#ear.close();
    this.#context.prints.remove(this.#log);
  }
}

/** One line, at most `maxCommandBytes`; the words of a marker are cut to fit. Null: it cannot be cut to fit. */
function commandLine(command: ModuleCommand, id: number): string | null {
  const line = `${JSON.stringify({ ...command, id })}\n`;
  const excess = Buffer.byteLength(line) - maxCommandBytes;
  if (excess <= 0) return line;
  if (command.do !== 'mark' || command.text === '') return null;
  const text = command.text.slice(0, -Math.ceil(excess / 6)).toWellFormed();
  return commandLine({ ...command, text }, id);
}
