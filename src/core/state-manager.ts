import type { Intent } from '../protocol/intent.ts';
import type { Refusal } from '../protocol/problem.ts';
import type { Sender, Verdict } from '../protocol/rig.ts';
import type { Change, Changed, Snapshot } from '../protocol/snapshot.ts';
import { invariant } from './assert.ts';
import { nextDeadline } from './deadlines.ts';
import type { Effect } from './effect.ts';
import type { Input } from './input.ts';
import { createPublisher, type Publisher } from './publish.ts';
import { step } from './rig.ts';
import type { ConfigOffer } from './spec.ts';
import type { RigState, Transition } from './state.ts';
import { iso, type Now } from './time.ts';

/** The snapshot without the figures of the machine, which are telemetry and not state. */
export type CoreSnapshot = Omit<Snapshot, 'host'>;

export type ManagerPort = {
  readonly epoch: string;
  now(): Now;
  /** Canonical JSON and its SHA-256 in hex. They come from outside, because the core computes nothing it can be given. */
  canonical(value: unknown): string;
  digest(text: string): string;
  perform(effect: Exclude<Effect, { readonly type: 'answer' }>): void;
  /** An observer threw. Its fault, not the rig's: written down, and the next one is told. */
  observerFailed(error: unknown): void;
};

/** Inputs that are kept for a state dump. */
const rememberedInputs = 64;

type Queued = { readonly input: Input; readonly actor: string; readonly cause: string };
type CoreVerdict = Extract<Effect, { readonly type: 'answer' }>['verdict'];

/**
 * The one holder of state: queue -> step -> tell observers -> hand over effects.
 *
 * Inputs are taken one at a time, in the order they came. Observers are told once a step, after it is complete, all in the
 * same order; one that submits from inside its callback is queued behind, one that throws or removes itself harms nobody, and
 * none is waited for. Effects are handed over after everybody was told, so that no answer can overtake its own cause.
 */
export class StateManager {
  readonly #port: ManagerPort;
  readonly #publisher: Publisher;
  readonly #queue: Queued[] = [];
  readonly #recent: (Queued & { readonly wallMs: number })[] = [];
  readonly #observers = new Set<(change: Change) => void>();
  readonly #answers = new Map<number, (verdict: Verdict) => void>();
  #state: RigState;
  #busy = false;
  #seq = 0;
  #intents = 0;
  #at: string;
  #steppedMonoMs = 0;

  constructor(first: RigState, port: ManagerPort) {
    this.#state = first;
    this.#port = port;
    this.#publisher = createPublisher(first, port);
    this.#at = iso(port.now().wallMs);
  }

  submit(input: Input, actor: string, cause: string): void {
    this.#queue.push({ input, actor, cause });
    if (this.#busy) return;
    this.#busy = true;
    try {
      let next = this.#queue.shift();
      for (; next !== undefined; next = this.#queue.shift()) this.#take(next);
    } finally {
      this.#busy = false;
    }
  }

  /**
   * The first change of an epoch: modules that an earlier daemon had started, as they are found. It tells their whole records and
   * is no transition of theirs. To be called before anything is submitted.
   */
  adopt(modules: readonly string[]): void {
    invariant(this.#seq === 0, 'adoption is the first change of an epoch');
    const all = Object.entries(this.#publisher.facts().modules);
    const adopted = all.filter(([name]) => modules.includes(name));
    if (adopted.length === 0) return;
    const changed = adopted.map(([name, record]) => [`modules.${name}`, record]);
    this.#publish(Object.fromEntries(changed), this.#port.now(), 'boot', 'adopted');
  }

  /** Submits a wish, `config.apply` with what it offers. `answer` is called exactly once, after everybody was told of what the wish changed. */
  intend(
    intent: Intent,
    sender: Sender,
    answer: (verdict: Verdict) => void,
    offer?: ConfigOffer,
  ): void {
    this.#intents += 1;
    const id = this.#intents;
    this.#answers.set(id, answer);
    const monoMs = sender.monoMs ?? this.#port.now().monoMs;
    const { meantMs = monoMs } = sender;
    const input = { type: 'intent', id, intent, monoMs, meantMs } as const;
    this.submit(offer ? { ...input, offer } : input, sender.actor, intent.kind);
  }

  /** Tells every change from now on, in order. Gives the function that ends it. */
  observe(listener: (change: Change) => void): () => void {
    const own = (change: Change) => listener(change); // the same listener twice is two observers
    this.#observers.add(own);
    return () => this.#observers.delete(own);
  }

  snapshot(): CoreSnapshot {
    const { gpio, clients } = this.#state;
    const checksum = this.#publisher.checksum();
    return {
      version: 1,
      epoch: this.#port.epoch,
      seq: this.#seq,
      at: this.#at,
      get checksum() {
        return checksum();
      },
      ...this.#publisher.facts(),
      gpio,
      clients,
    };
  }

  /** When the alarm clock must ring, CLOCK_MONOTONIC in ms; null for never. */
  nextDeadline(): number | null {
    return nextDeadline(this.#state, this.#steppedMonoMs);
  }

  /** The newest moves of a module between published states, at most 100. */
  transitions(module: string): readonly Transition[] {
    return this.#state.modules[module]?.transitions ?? [];
  }

  /** The state itself, for the shell's own decisions and for a state dump. */
  state(): RigState {
    return this.#state;
  }

  /** The newest inputs, oldest first, for a state dump. */
  recentInputs(): readonly unknown[] {
    return this.#recent.map(({ wallMs, ...rest }) => ({ at: iso(wallMs), ...rest }));
  }

  #take({ input, actor, cause }: Queued): void {
    const now = this.#port.now();
    this.#recent.push({ wallMs: now.wallMs, actor, cause, input });
    if (this.#recent.length > rememberedInputs) this.#recent.shift();
    const stale = input.type === 'intent' ? this.#staleness(input.intent) : null;
    if (stale !== null && input.type === 'intent') {
      return this.#answer(input.id, { ok: false, refusal: stale });
    }
    this.#steppedMonoMs = now.monoMs;
    const before = this.#state;
    const [after, effects] = step(before, input, now, actor, cause);
    this.#state = after;
    const changed = after === before ? null : this.#publisher.changes(before, after, this.#seq + 1);
    if (changed !== null) this.#publish(changed, now, actor, cause);
    for (const effect of effects) this.#handOver(effect);
  }

  #handOver(effect: Effect): void {
    if (effect.type === 'answer') this.#answer(effect.id, effect.verdict);
    else this.#port.perform(effect);
  }

  #publish(changed: Changed, now: Now, actor: string, cause: string): void {
    this.#seq += 1;
    this.#at = iso(now.wallMs);
    const checksum = this.#publisher.checksum();
    this.#tell({
      epoch: this.#port.epoch,
      seq: this.#seq,
      at: this.#at,
      monoMs: Math.floor(now.monoMs),
      actor,
      cause,
      changed,
      get checksum() {
        return checksum();
      },
    });
  }

  #tell(change: Change): void {
    for (const observer of [...this.#observers]) {
      if (this.#observers.has(observer)) this.#guard(() => observer(change));
    }
  }

  #answer(id: number, verdict: CoreVerdict): void {
    const answer = this.#answers.get(id);
    this.#answers.delete(id);
    if (answer !== undefined) this.#guard(() => answer({ ...verdict, seq: this.#seq }));
  }

  /** Calls somebody else's code. It is not waited for, and harms nobody if it throws or its promise fails. */
  #guard(call: () => unknown): void {
    try {
      const result = call();
      if (isPromise(result)) {
        result.then(undefined, (error: unknown) => this.#port.observerFailed(error));
      }
    } catch (error) {
      this.#port.observerFailed(error);
    }
  }

  /** An intent formed on an older picture of what it is about is refused, so that no toggle does the opposite. */
  #staleness(intent: Intent): Refusal | null {
    // A marker is about an instant, which no change makes wrong.
    if (!intent.expect || intent.kind === 'mark') return null;
    const { epoch, seq: seen } = intent.expect;
    const subject = 'module' in intent && intent.module ? intent.module : null;
    const path = subject === null ? 'rig' : `modules.${subject}`;
    const fits = epoch === this.#port.epoch && seen <= this.#seq;
    if (fits && this.#publisher.changedAt(path) <= seen) return null;
    const what = fits
      ? `${subject ?? 'The rig'} has changed since you looked.`
      : 'What you looked at is no state of this daemon.';
    return {
      reason: 'stale',
      message: what,
      remedy: 'Look again, then repeat it if it still fits.',
    };
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value;
}
