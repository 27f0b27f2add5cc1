import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Exit } from '../../protocol/problem.ts';
import { wordsOf } from '../../protocol/words-of.ts';
import { isPassing, isSystemError } from '../errno.ts';
import { bootId, ProcessEye } from './process-eye.ts';
import { lastSignOfLife, type RunPaths, readExit, readPid } from './run-folder.ts';
import { watchFile } from './watch-file.ts';

/** Between the death of a process and its keeper's record of it, on a machine that is very busy. */
const recordMs = 500;
/** The same expression is right for the sources and for the bundle, where everything lies flat. */
const keeperPath = fileURLToPath(new URL('./keeper.sh', import.meta.url));

const usualPath = '/usr/bin:/bin';

export type Kept = {
  /** `spoken`: a FIFO as stdin and `status` as descriptor 3. `plain`: /dev/null. */
  readonly kind: 'spoken' | 'plain';
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
};

/** Each is called once at most; after `failed` or `ended` nothing more. */
export type KeptEvents = {
  readonly started: (pid: number) => void;
  /** The process never began. */
  readonly failed: (message: string, transient: boolean) => void;
  readonly ended: (exit: Exit, at: string, pid: number) => void;
};

/**
 * A process that its keeper keeps, whoever started it: begun by this daemon or adopted from an earlier one. Whichever sees the
 * end first tells it, once: a watch on the exit file, the end of the keeper where it is our own child, or `look`.
 */
export class KeptProcess {
  readonly #paths: RunPaths;
  readonly #events: KeptEvents;
  readonly #unwatchExit: () => void;
  #unwatchPid: (() => void) | null = null;
  #eye: ProcessEye | null = null;
  #pid: number | null = null;
  #pending: NodeJS.Signals | null = null;
  #keeperGone = false;
  #grace: NodeJS.Timeout | null = null;
  #over = false;

  private constructor(paths: RunPaths, events: KeptEvents) {
    this.#paths = paths;
    this.#events = events;
    this.#unwatchExit = watchFile(paths.exit, () => this.#glance());
  }

  /** Starts it, in a folder that was made for this run. A failure is told through the events, never thrown. */
  static start(paths: RunPaths, kept: Kept, events: KeptEvents): KeptProcess {
    const self = new KeptProcess(paths, events);
    self.#unwatchPid = watchFile(paths.pid, () => self.#glance());
    try {
      const { kind, command, cwd, env } = kept;
      const path = env['PATH'] ?? usualPath;
      const keeper = spawn('/bin/sh', [keeperPath, paths.folder, kind, path, ...command], {
        cwd,
        // The keeper looks for its tools where the daemon does; the program gets its own PATH.
        env: { ...env, PATH: process.env['PATH'] ?? usualPath },
        detached: true,
        stdio: 'ignore',
      });
      keeper.unref();
      keeper.once('error', (error) => self.#fail(error));
      keeper.once('exit', () => {
        self.#keeperGone = true;
        self.#glance();
      });
    } catch (error) {
      // Some failures are thrown instead: E2BIG, EACCES.
      queueMicrotask(() => self.#fail(error));
    }
    return self;
  }

  /** Takes over the one that an earlier daemon started. Null: it is gone. */
  static adopt(paths: RunPaths, events: KeptEvents): KeptProcess | null {
    const identity = readPid(paths);
    const eye = identity === null ? null : ProcessEye.open(identity);
    if (eye === null) return null;
    if (!eye.alive()) {
      eye.close();
      return null;
    }
    const self = new KeptProcess(paths, events);
    self.#eye = eye;
    self.#pid = eye.pid;
    return self;
  }

  /** Null until it has begun and when it is over. */
  get pid(): number | null {
    return this.#over ? null : this.#pid;
  }

  /** Signals the whole group; a process that is just beginning gets it as soon as it has begun. */
  signal(signal: NodeJS.Signals): void {
    if (this.#over) return;
    if (this.#pid === null) this.#pending = signal;
    else this.#eye?.signal(signal);
  }

  /** Looks whether it has begun or ended. */
  look(): void {
    if (this.#over) return;
    if (this.#pid === null) this.#begin();
    const record = readExit(this.#paths, bootId());
    if (record !== null) this.#end(record.exit, record.at);
    else if (this.#pid === null ? this.#keeperGone : this.#eye?.alive() !== true) this.#missed();
  }

  /** Stops watching. The process lives on. */
  close(): void {
    this.#over = true;
    this.#unwatchExit();
    this.#unwatchPid?.();
    if (this.#grace !== null) clearTimeout(this.#grace);
    this.#eye?.close();
  }

  /** A look that nobody waits for: what the system says against it, it says again at the next one. */
  #glance(): void {
    try {
      this.look();
    } catch (error) {
      if (!isSystemError(error)) throw error;
    }
  }

  #begin(): void {
    const identity = readPid(this.#paths);
    if (identity === null) return;
    this.#pid = identity.pid;
    this.#eye = ProcessEye.open(identity);
    this.#unwatchPid?.();
    this.#unwatchPid = null;
    this.#events.started(identity.pid);
    if (this.#pending !== null) this.#eye?.signal(this.#pending);
  }

  /** It is gone and nothing is written down: the record comes in a moment, or the keeper was killed. */
  #missed(): void {
    this.#grace ??= setTimeout(() => {
      const record = readExit(this.#paths, bootId());
      if (record !== null) this.#end(record.exit, record.at);
      else this.#end({ code: null, signal: null }, lastSignOfLife(this.#paths));
    }, recordMs).unref();
  }

  #end(exit: Exit, at: string): void {
    if (this.#over) return;
    const pid = this.#pid;
    this.close();
    if (pid !== null) this.#events.ended(exit, at, pid);
    // It had no room for the FIFO, or was killed: the next one may fare better.
    else this.#events.failed(existsSync(keeperPath) ? sayKeeper(exit) : programGone, true);
  }

  #fail(error: unknown): void {
    if (this.#over) return;
    this.close();
    this.#events.failed(wordsOf(error), isPassing(error));
  }
}

function sayKeeper({ code }: Exit): string {
  return `its keeper ended before it began (${code ?? 'killed'})`;
}

const programGone =
  'the program of this daemon is not on the disk any more, as amid an update (else: install it again)';
