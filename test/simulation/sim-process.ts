import type { Said } from '../../src/core/input.ts';
import type { Adopted, Finished } from '../../src/core/spec.ts';
import type { ModuleCommand } from '../../src/protocol/module-lines.ts';
import type { Exit } from '../../src/protocol/problem.ts';
import type { Prng } from '../support/prng.ts';
import type { Habits } from './plan.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What a simulated process needs of its world. */
export type ProcessPort = {
  readonly time: VirtualTime;
  readonly prng: Prng;
  /** Good habits once the chaos is over. */
  habits(): Habits;
  spawned(process: SimProcess, pid: number | null): void;
  spawnFailed(process: SimProcess): void;
  said(process: SimProcess, said: Said): void;
  ended(process: SimProcess, exit: Exit): void;
};

/** What the run's folder would hold of it, for the daemon that adopts it. */
export type Heard = Omit<Adopted, 'pid' | 'startedAt'>;

export type Told = ModuleCommand & { readonly id: number };

/** One run of a module: what both protocols have in common. It lives on when the daemon dies. */
export abstract class SimProcess {
  readonly module: string;
  readonly run: number;
  readonly port: ProcessPort;
  alive = true;
  /** The truth: whether bytes are landing. */
  growing = false;
  bytes = 0;
  lastGrowthMs = 0;
  lastLineMs: number;
  frozenUntilMs = 0;
  immortalUntilMs = 0;
  heard: Heard = {
    ready: false,
    version: null,
    can: [],
    take: 'idle',
    trial: null,
    segment: null,
    splitTo: null,
    heard: { firstSampleMonoNs: null, files: [] },
  };
  #heardOutMs = 0;

  constructor(module: string, run: number, port: ProcessPort) {
    this.module = module;
    this.run = run;
    this.port = port;
    this.lastLineMs = port.time.monoMs;
  }

  abstract pid(): number | null;
  abstract tell(command: ModuleCommand): void;
  abstract signal(signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): void;
  /** Whether its silence can be judged. */
  abstract silentMs(): number | null;

  /** The take that it has finished as it was told to. */
  finished(): Finished | null {
    return null;
  }

  /** Lets time pass on the disk. */
  grow(): void {
    if (!this.alive || !this.growing || this.isFrozen()) return;
    this.bytes += 1_000;
    this.lastGrowthMs = this.port.time.monoMs;
    this.lastLineMs = this.port.time.monoMs;
  }

  isFrozen(): boolean {
    return this.frozenUntilMs > this.port.time.monoMs;
  }

  /** The power goes. */
  vanish(): void {
    this.alive = false;
    this.growing = false;
  }

  /** Does something later, if it lives by then; a frozen process does it when it thaws. */
  protected later(ms: number, what: () => void): void {
    this.port.time.after(ms, () => {
      if (!this.alive) return;
      if (this.isFrozen()) this.later(this.frozenUntilMs - this.port.time.monoMs, what);
      else what();
    });
  }

  protected exit(exit: Exit): void {
    if (!this.alive) return;
    this.vanish();
    this.port.ended(this, exit);
  }

  /** Reports arrive in the order they were made, however long each takes. */
  arrivalMs(): number {
    const { time, prng } = this.port;
    this.#heardOutMs = Math.max(this.#heardOutMs, time.monoMs + prng.int(0, 20));
    return this.#heardOutMs - time.monoMs;
  }
}

export const failures: readonly Exit[] = [
  { code: 0, signal: null },
  { code: 1, signal: null },
  { code: null, signal: 'SIGSEGV' },
  { code: null, signal: null },
];
