import { createHash, randomBytes } from 'node:crypto';
import { bootState } from '../core/boot.ts';
import type { Effect } from '../core/effect.ts';
import type { Fault, Input } from '../core/input.ts';
import type { Boot, ConfigOffer } from '../core/spec.ts';
import { StateManager } from '../core/state-manager.ts';
import { sayApplied } from '../protocol/applied-config.ts';
import { canonicalJson } from '../protocol/canonical.ts';
import type { HistoryEntry } from '../protocol/frames.ts';
import type { Intent } from '../protocol/intent.ts';
import type { KioskRecord } from '../protocol/kiosk-record.ts';
import type { ProblemCode, Refusal } from '../protocol/problem.ts';
import type { Rig, Verdict } from '../protocol/rig.ts';
import type { Change } from '../protocol/snapshot.ts';
import { Alarm } from './alarm.ts';
import { calm } from './calm.ts';
import { monoMs, readClock } from './clock.ts';
import { describeLater } from './history-words.ts';
import type { HostView } from './host/host.ts';
import type { Journal } from './store/journal.ts';

/** A name for this run of the daemon that no other run has. */
export function newEpoch(): string {
  return `${Date.now().toString(36)}-${randomBytes(4).toString('hex')}`;
}

/** A deadline that is so much overdue is not kept any more. In ms. */
const lateMs = 10_000;

export type RigdeckPort = {
  readonly boot: Boot;
  readonly journal: Journal;
  readonly host: HostView;
  readonly kiosk: KioskRecord;
  perform(effect: Exclude<Effect, { readonly type: 'answer' }>): void;
  /** After each change, when every observer has been told and before effects are performed. */
  changed(change: Change): void;
  mistake(error: unknown): void;
  /** What the machine says against a wish before the rig is asked; null: nothing. */
  against(intent: Intent): Refusal | null;
  /** Reads rig.yaml and gives `take` what it offers, or why it cannot be taken over. */
  offer(take: (offer: ConfigOffer | Refusal) => void): void;
};

/** The state manager with its clock, its alarm and its journal: the rig as everybody else in the daemon sees it. */
export class Rigdeck implements Rig {
  readonly manager: StateManager;
  readonly #port: RigdeckPort;
  readonly #alarm: Alarm;
  #before: ReturnType<StateManager['snapshot']>;

  constructor(port: RigdeckPort) {
    this.#port = port;
    this.#alarm = new Alarm(() => this.input({ type: 'deadline' }, 'clock', 'deadline'));
    this.manager = new StateManager(bootState(port.boot, readClock()), {
      epoch: port.boot.epoch,
      now: readClock,
      canonical: canonicalJson,
      digest: (text) => createHash('sha256').update(text).digest('hex'),
      perform: (effect) => port.perform(effect),
      observerFailed: (error) => port.mistake(error),
    });
    this.#before = this.manager.snapshot();
    this.manager.observe((change) => this.#note(change));
  }

  /** Something happened. */
  input(input: Input, actor: string, cause: string): void {
    this.manager.submit(input, actor, cause);
    this.#alarm.set(this.manager.nextDeadline());
  }

  /** A fault of the world, or the code of one that is over. */
  fault(module: string | null, fault: Fault | ProblemCode): void {
    if (typeof fault === 'string') {
      this.input({ type: 'problem-over', module, code: fault }, 'rig', `${fault} is over`);
    } else {
      this.input({ type: 'problem', module, fault }, 'rig', `problem ${fault.code}`);
    }
  }

  snapshot: Rig['snapshot'] = () =>
    Object.assign(this.manager.snapshot(), {
      host: this.#port.host.now(),
      kiosk: this.#port.kiosk,
    });

  observe: Rig['observe'] = (listener) => this.manager.observe(listener);

  submit: Rig['submit'] = (intent, sender) =>
    new Promise((resolve) => {
      const answer = (verdict: Verdict) => {
        this.#append(this.#intentEntry(intent, sender.actor, verdict));
        resolve(verdict);
      };
      const intend = (offer?: ConfigOffer) => {
        this.manager.intend(intent, sender, answer, offer);
        this.#alarm.set(this.manager.nextDeadline());
      };
      const refuse = (refusal: Refusal) =>
        answer({ ok: false, refusal, seq: this.manager.snapshot().seq });
      const refusal = this.#port.against(intent);
      if (refusal !== null) return refuse(refusal);
      if (intent.kind !== 'config.apply') return intend();
      this.#port.offer((offer) => ('reason' in offer ? refuse(offer) : intend(offer)));
    });

  /** A line in the journal for something that is no change of the state. */
  event(name: string, module: string | null, message: string, data?: unknown): void {
    const at = new Date().toISOString();
    const { epoch } = this.#port.boot;
    this.#append({
      type: 'event',
      at,
      epoch,
      name,
      module,
      message,
      ...(data === undefined ? {} : { data }),
    });
  }

  /** Whether what was due has been done: the promise that the watchdog of the service goes by. */
  isOnTime(): boolean {
    const due = this.manager.nextDeadline();
    return due === null || monoMs() - due < lateMs;
  }

  /** Rings no more. */
  stop(): void {
    this.#alarm.clear();
  }

  #note(change: Change): void {
    const before = this.#before;
    this.#before = this.manager.snapshot();
    // A light that changes and a finger that moves are no history: what the press did is, with the button's name.
    const isHistory = Object.keys(change.changed).some((path) => path !== 'gpio');
    if (isHistory) this.#append(describeLater(before, change, this.#port.mistake));
    this.#port.changed(change);
  }

  #intentEntry(intent: Intent, actor: string, verdict: Verdict): HistoryEntry {
    return {
      type: 'intent',
      at: new Date().toISOString(),
      epoch: this.#port.boot.epoch,
      seq: verdict.seq,
      actor,
      kind: intent.kind,
      module: ('module' in intent && intent.module) || null,
      outcome: verdict.ok ? verdict.outcome : 'refused',
      reason: verdict.ok ? null : verdict.refusal.reason,
      message: verdict.ok ? messageOf(verdict) : verdict.refusal.message,
    };
  }

  #append(entry: HistoryEntry | (() => HistoryEntry)): void {
    this.#port.journal.append(entry, calm(this.manager.state()));
  }
}

/** What became of a wish that was taken, for journal and log; null: there is nothing to say. */
export function messageOf({
  partly,
  applied,
}: Extract<Verdict, { readonly ok: true }>): string | null {
  const words = [...sayApplied(applied, 'kept-back'), ...(partly === undefined ? [] : [partly])];
  return words.join('; ').replace(/ {2,}/g, ' ') || null;
}
