import { createHash } from 'node:crypto';
import type { Effect } from '../../src/core/effect.ts';
import type { Input } from '../../src/core/input.ts';
import type { Boot, ConfigOffer } from '../../src/core/spec.ts';
import type { RigState } from '../../src/core/state.ts';
import type { CoreSnapshot, StateManager } from '../../src/core/state-manager.ts';
import type { Now } from '../../src/core/time.ts';
import { canonicalJson } from '../../src/protocol/canonical.ts';
import type { Intent } from '../../src/protocol/intent.ts';
import type { Verdict } from '../../src/protocol/rig.ts';
import type { Change } from '../../src/protocol/snapshot.ts';
import type { Core } from './core-under-test.ts';

export type Performed = Exclude<Effect, { readonly type: 'answer' }>;

/** Somebody who submitted an intent, and what became of it. */
export type Asked = {
  readonly id: number;
  readonly intent: Intent;
  readonly atMonoMs: number;
  readonly answers: Verdict[];
};

/** One step of the rig, seen from outside. */
export type SeenStep = {
  readonly input: Input;
  readonly now: Now;
  readonly asked: Asked | null;
  readonly before: RigState;
  readonly after: RigState;
  readonly snapshotBefore: CoreSnapshot;
  readonly effects: readonly Performed[];
  readonly changes: readonly (readonly Change[])[];
};

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** One life of a daemon around the real state manager; every input is one step, and every step is looked at. */
export class SimDaemon {
  readonly boot: Boot;
  readonly manager: StateManager;
  readonly asked: Asked[] = [];
  readonly #now: () => Now;
  readonly #effects: Performed[] = [];
  readonly #told: [Change[], Change[]] = [[], []];
  #intents = 0;

  constructor(core: Core, boot: Boot, now: () => Now) {
    this.boot = boot;
    this.#now = now;
    this.manager = new core.StateManager(core.bootState(boot, now()), {
      epoch: boot.epoch,
      now,
      canonical: canonicalJson,
      digest: sha256,
      perform: (effect) => this.#effects.push(effect),
      observerFailed: (error) => {
        throw error;
      },
    });
    for (const told of this.#told) this.manager.observe((change) => told.push(change));
  }

  input(input: Input, actor: string): SeenStep {
    return this.#look(input, null, () => this.manager.submit(input, actor, input.type));
  }

  intend(intent: Intent, monoMs: number, offer?: ConfigOffer): SeenStep {
    this.#intents += 1;
    const asked: Asked = {
      id: this.#intents,
      intent,
      atMonoMs: this.#now().monoMs,
      answers: [],
    };
    this.asked.push(asked);
    const input = { type: 'intent', id: asked.id, intent, monoMs } as const;
    return this.#look(input, asked, () =>
      this.manager.intend(
        intent,
        { actor: 'pi', monoMs },
        (verdict) => asked.answers.push(verdict),
        offer,
      ),
    );
  }

  #look(input: Input, asked: Asked | null, take: () => void): SeenStep {
    const before = this.manager.state();
    const snapshotBefore = this.manager.snapshot();
    take();
    return {
      input,
      now: this.#now(),
      asked,
      before,
      after: this.manager.state(),
      snapshotBefore,
      effects: this.#effects.splice(0),
      changes: this.#told.map((told) => told.splice(0)),
    };
  }
}
