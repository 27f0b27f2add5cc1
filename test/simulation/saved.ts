import { type StandingWish, standingWish } from '../../src/core/scheduled.ts';
import type {
  Adopted,
  Boot,
  BootModule,
  Finished,
  RigSpec,
  StartWish,
} from '../../src/core/spec.ts';
import type { RigState, StartAsk } from '../../src/core/state.ts';
import type { CoreSnapshot } from '../../src/core/state-manager.ts';
import type { Exit, Problem } from '../../src/protocol/problem.ts';
import type { TrialRecord } from '../../src/protocol/snapshot.ts';
import type { Plan } from './plan.ts';
import type { SimStore } from './sim-store.ts';

type Counters = { run: number; restarts: number; failures: number; lastProblem: Problem | null };
export type Left = {
  readonly adopted: Adopted | null;
  readonly finished: Finished | null;
  readonly ended: { readonly exit: Exit; readonly at: string; readonly lastWords: string[] } | null;
};

const nothing: StandingWish = { recording: 'idle', start: null, scheduled: null };

/** What the files of a rig say while no daemon lives: wishes and trial at once, counters up to ten seconds late. */
export class Saved {
  /** What rig.yaml says. */
  spec: RigSpec;
  readonly enabled = new Map<string, boolean>();
  #wishes: Map<string, 'off' | 'on'> | null = null;
  #wish: StandingWish = nothing;
  #trial: TrialRecord | null = null;
  #counters = new Map<string, Counters>();
  #countedMs = 0;
  #epochs = 0;

  constructor(plan: Plan) {
    const { specs: modules, onMissingModule, autostart, segmentMs, segmentWithGap } = plan;
    this.spec = { name: 'sim', onMissingModule, autostart, segmentMs, segmentWithGap, modules };
  }

  keep(state: RigState, snapshot: CoreSnapshot, monoMs: number): void {
    const modules = Object.values(state.modules);
    this.#wishes = new Map(modules.map(({ name, desired }) => [name, desired]));
    this.#wish = standingWish(state);
    this.#trial = snapshot.rig.trial;
    if (monoMs - this.#countedMs < 10_000) return;
    this.#countedMs = monoMs;
    this.#counters = new Map(
      modules.map(({ name, runs, restarts, failures, lastProblem }) => [
        name,
        { run: runs, restarts, failures, lastProblem },
      ]),
    );
  }

  /** A controlled stop that a person asked for: the next start is a fresh one. */
  forget(): void {
    this.#wishes = null;
    this.#wish = nothing;
    this.#trial = null;
  }

  boot(
    left: ReadonlyMap<string, Left>,
    runs: ReadonlyMap<string, number>,
    store: SimStore,
    powerLost: boolean,
  ): Boot {
    this.#epochs += 1;
    this.#countedMs = 0;
    const { spec } = this;
    const trial = store.session === null ? null : this.#trial;
    const segment = Math.max(trial?.segment ?? 1, store.highestSegment(trial?.number ?? 0), 1);
    return {
      epoch: `epoch-${this.#epochs}`,
      spec,
      modules: Object.fromEntries(
        Object.keys(spec.modules).map((name) => [
          name,
          {
            ...this.#module(name, left.get(name), runs),
            before: store.hasRecorded(name, trial?.number ?? 0)
              ? ('recorded' as const)
              : ('known' as const),
          },
        ]),
      ),
      desired: this.#wish.start === null ? this.#wish.recording : 'idle',
      session: store.session,
      start: this.#start(this.#wish.start, powerLost),
      scheduled: this.#start(this.#wish.scheduled, powerLost),
      trial: trial === null ? null : { ...trial, segment },
      isPauseNoted: store.isPauseNoted,
      // Every fourth daemon finds too little room to go on where nobody records any more.
      roomToResume: this.#epochs % 4 !== 0,
      powerLost,
    };
  }

  #start(start: StartAsk | null, powerLost: boolean): StartWish | null {
    if (start === null || (powerLost && this.spec.autostart === 'never')) return null;
    const { label, due } = start;
    const monoMs = due?.by === 'mono' && !powerLost ? due.monoMs : null;
    return { label, due: due === null ? null : { at: due.at, monoMs } };
  }

  #module(
    name: string,
    left: Left | undefined,
    runs: ReadonlyMap<string, number>,
  ): Omit<BootModule, 'before'> {
    const saved = this.#counters.get(name);
    const fallback = this.enabled.get(name) === false ? 'off' : 'on';
    return {
      desired: this.#wishes?.get(name) ?? fallback,
      run: Math.max(runs.get(name) ?? 0, saved?.run ?? 0),
      restarts: saved?.restarts ?? 0,
      failures: saved?.failures ?? 0,
      lastProblem: saved?.lastProblem ?? null,
      adopted: left?.adopted ?? null,
      finished: left?.finished ?? null,
      ended: left?.ended ?? null,
      lost: null,
    };
  }
}
