import { basename } from 'node:path';
import { standingWish } from '../core/scheduled.ts';
import { rigRecord } from '../core/snapshot.ts';
import type { RigState, StartAsk } from '../core/state.ts';
import type { RunningModules, RuntimeState, SavedStart } from '../protocol/saved.ts';
import type { Change, RigRecord } from '../protocol/snapshot.ts';
import type { LogLevel } from '../protocol/vocabulary.ts';
import { calm } from './calm.ts';
import type { LoadedConfig } from './config/load-config.ts';
import type { Filling } from './host/filling.ts';
import type { Recordings } from './recordings/recordings.ts';
import { bootId } from './runs/process-eye.ts';
import type { KeptFile } from './store/kept-file.ts';
import { nextRecovery, recordingWish } from './store/recovery-file.ts';
import type { BegunTrial } from './store/run-wishes.ts';
import { runtimeDelayMs } from './store/runtime-state.ts';

export type PersistencePort = {
  readonly state: () => RigState;
  readonly recordings: Recordings;
  readonly filling: Filling;
  readonly config: () => LoadedConfig;
  readonly recovery: KeptFile<RunningModules>;
  readonly runtime: KeptFile<RuntimeState>;
  readonly logLevels: () => Readonly<Record<string, LogLevel>>;
  /** Writes the wishes, and which trial has begun, where they are safe until the next boot; null: nothing is wished any more. */
  readonly keepInRunDir: (wishes: RunningModules | null, trial: BegunTrial | null) => void;
  /** What `running_modules.json` said when this daemon began. */
  readonly recovering: RunningModules | null;
};

/** Observes the state and keeps on disk what the next daemon must know: wishes at once, numbers and counters in their time. */
export class Persistence {
  readonly #port: PersistencePort;
  readonly #userWishes = new Set<string>();
  readonly #wishes = new Map<string, string>();
  #saved: RunningModules | null;
  #pending: boolean;
  #isOver = false;
  #trial = '';
  #begun: string;

  constructor(port: PersistencePort) {
    this.#port = port;
    this.#saved = port.recovering;
    this.#pending = port.recovering !== null;
    for (const { name, desired } of Object.values(port.state().modules)) {
      this.#wishes.set(name, desired);
    }
    this.#wishes.set(recordingWish, standingWish(port.state()).recording);
    port.filling.onSaved(() => this.follow(null));
    const begun = begunTrial(rigRecord(port.state()));
    this.#begun = JSON.stringify(begun);
    // What was recovered may be newer than what the state dir took.
    if (port.recovering === null) return;
    port.keepInRunDir(port.recovering, begun);
    port.recovery.keep(port.recovering);
  }

  /** To be called once at the beginning and after every change. */
  follow(change: Change | null): void {
    if (this.#isOver) return;
    const state = this.#port.state();
    this.#noteWishes(state, change?.cause === 'boot');
    const rig = rigRecord(state);
    this.#keepRecovery(state, rig);
    this.#keepRuntime(state, rig);
  }

  /** A person asked for the controlled stop: nothing is to be recovered. From here on wishes are not written any more. */
  async forgetRecovery(): Promise<string | null> {
    this.#isOver = true;
    this.#port.keepInRunDir(null, null);
    return (await this.#port.recovery.forget())?.message ?? null;
  }

  /** Brings everything to disk. Gives in words what could not be written, or null. */
  async flush(): Promise<string | null> {
    this.#keepRuntime(this.#port.state(), rigRecord(this.#port.state()));
    const faults = [await this.#port.recovery.flush(), await this.#port.runtime.flush()];
    return faults.find((fault) => fault !== null)?.message ?? null;
  }

  stop(): void {
    this.#isOver = true;
    this.#port.recovery.stop();
    this.#port.runtime.stop();
  }

  #noteWishes(state: RigState, isBoot: boolean): void {
    const wishes = Object.values(state.modules).map(
      ({ name, desired }) => [name, desired] as const,
    );
    const { recording } = standingWish(state);
    for (const [name, wish] of [...wishes, [recordingWish, recording] as const]) {
      if (this.#wishes.get(name) === wish) continue;
      this.#wishes.set(name, wish);
      if (!isBoot) this.#userWishes.add(name);
    }
  }

  #keepRecovery(state: RigState, rig: RigRecord): void {
    const recovered = rig.desired !== 'recording' || rig.state === 'recording';
    if (rig.startup === 'complete' && recovered) this.#pending = false;
    const modules = Object.values(state.modules).map(({ name, desired }) => [name, { desired }]);
    const { recording, start, scheduled } = standingWish(state);
    const present = {
      recording,
      modules: Object.fromEntries(modules),
      start: start && savedStart(start),
      scheduled: scheduled && savedStart(scheduled),
    };
    const next = nextRecovery(this.#saved, present, this.#pending, this.#userWishes);
    if (next === null) return;
    const isSame = JSON.stringify(next) === JSON.stringify(this.#saved);
    const begun = begunTrial(rig);
    if (isSame && JSON.stringify(begun) === this.#begun) return;
    this.#saved = next;
    this.#begun = JSON.stringify(begun);
    this.#port.keepInRunDir(next, begun);
    if (!isSame) this.#port.recovery.keep(next, calm(state));
  }

  #keepRuntime(state: RigState, rig: RigRecord): void {
    const { nextSession, session } = this.#port.recordings.present();
    const modules = Object.values(state.modules).map((module) => [
      module.name,
      {
        run: module.runs,
        restarts: module.restarts,
        failures: module.failures,
        lastProblem: module.lastProblem,
      },
    ]);
    const trial = rig.trial === null ? null : { ...rig.trial, bootId: bootId() };
    const { recordings: folder, config } = this.#port.config();
    const { requireMount, minFree } = config.rig;
    const value: RuntimeState = {
      nextSession,
      session,
      recordings: session && { folder, requireMount, minFree },
      trial,
      modules: Object.fromEntries(modules),
      logLevels: { ...this.#port.logLevels() },
      filling: this.#port.filling.saved,
    };
    // Record start and stop do not wait; a counter may.
    const key = `${session?.id} ${trial?.number} ${trial?.segment} ${trial?.partial} ${rig.state}`;
    const isUrgent = key !== this.#trial;
    this.#trial = key;
    this.#port.runtime.keep(value, isUrgent ? calm(state) : runtimeDelayMs);
  }
}

function begunTrial({ session, trial }: RigRecord): BegunTrial | null {
  if (session === null || trial === null) return null;
  const { number, label, startedAt, startedMonoMs } = trial;
  const folder = basename(session.path);
  return { session: session.id, folder, number, label, startedAt, startedMonoMs };
}

function savedStart({ label, due }: StartAsk): SavedStart {
  const monoMs = due?.by === 'mono' ? Math.round(due.monoMs) : null;
  return { label, at: due?.at ?? null, monoMs, bootId: bootId() };
}
