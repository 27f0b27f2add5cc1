import type { LostProcess } from '../../core/spec.ts';
import { iso } from '../../core/time.ts';
import { ProcessEye, parseStat, startedAt } from './process-eye.ts';
import { readProc } from './processes.ts';
import { type RunContext, whenClear } from './run-context.ts';
import type { Live, Run } from './run-port.ts';
import { type Session, sessionLedBy } from './strays.ts';

const pollMs = 50;

/**
 * What is to be ended. `pid` null: only what the run left behind. `politely`: the signal upon which it finishes its files;
 * `withinMs`: after that it is killed.
 */
export type Lost = {
  readonly pid: number | null;
  readonly politely: NodeJS.Signals;
  readonly withinMs: number;
  /** Of a process that has ended before; null where nothing is known of it. */
  readonly led: Session | null;
};

/**
 * The rest of an earlier daemon's run that can neither be heard nor told anything, because its folder is gone or its module has
 * ended. It is ended in order, and its end is told, so that the next run neither runs beside it nor finds its device taken.
 */
export class LostRun implements Run {
  readonly run: number;
  readonly restarts: number;
  readonly process: LostProcess;
  readonly #context: RunContext;
  #eye: ProcessEye | null = null;
  #timer: NodeJS.Timeout | null = null;
  #over = false;
  #awaited = false;

  private constructor(context: RunContext, run: number, process: LostProcess) {
    this.run = run;
    this.process = process;
    this.restarts = context.record.restarts;
    this.#context = context;
  }

  /**
   * Begins to end it.
   *
   * @param context of the run as its processes know it
   * @param run the number under which its end is reported
   * @returns null where nothing of it is left; then nothing is reported
   */
  static end(context: RunContext, run: number, lost: Lost): LostRun | null {
    const { pid, politely, withinMs, led } = lost;
    const stat = pid === null ? null : parseStat(readProc(`${pid}/stat`));
    const atMs = stat === null ? Date.now() : startedAt(stat);
    const self = new LostRun(context, run, { pid, startedAt: iso(atMs) });
    self.#eye = stat === null ? null : ProcessEye.open(stat);
    if (self.#eye === null) self.#clear(led);
    else self.#begin(self.#eye, politely, withinMs);
    if (self.#over) return null;
    self.#awaited = true;
    return self;
  }

  pid(): number | null {
    return this.#eye?.pid ?? null;
  }

  living(): boolean {
    return !this.#over;
  }

  signal(signal: NodeJS.Signals): void {
    this.#eye?.signal(signal);
  }

  /** Lets go of it; the next daemon will find it again. */
  close(): void {
    this.#over = true;
    this.#letGo();
  }

  look(): null {
    return null;
  }

  live(): Live | null {
    return null;
  }

  sweep(): boolean {
    return false;
  }

  tell(): void {
    // It hears nothing but signals.
  }

  attend(): void {
    // Its end is noticed soon enough.
  }

  #begin(eye: ProcessEye, politely: NodeJS.Signals, withinMs: number): void {
    eye.signal(politely);
    eye.signal('SIGCONT'); // one that is frozen could not hear it
    const until = performance.now() + withinMs;
    this.#timer = setInterval(() => {
      if (!eye.alive()) this.#clear(sessionLedBy(eye.pid));
      else if (performance.now() >= until) eye.signal('SIGKILL');
    }, pollMs).unref();
  }

  #clear(led: Session | null): void {
    const { module, port } = this.#context;
    const { run } = this;
    this.#letGo();
    whenClear(this.#context, led, () => {
      this.#over = true;
      const at = iso(Date.now());
      const exit = { code: null, signal: null };
      if (this.#awaited) port.report({ type: 'exited', module, run, exit, lastWords: [], at });
    });
  }

  #letGo(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#eye?.close();
    this.#eye = null;
  }
}
