import { createHash } from 'node:crypto';
import { toldOf } from '../../../src/core/adopted.ts';
import { bootState } from '../../../src/core/boot.ts';
import type { Effect } from '../../../src/core/effect.ts';
import type { EvidenceLook, Input, Said } from '../../../src/core/input.ts';
import type { ConfigOffer } from '../../../src/core/spec.ts';
import { type CoreSnapshot, StateManager } from '../../../src/core/state-manager.ts';
import { canonicalJson } from '../../../src/protocol/canonical.ts';
import type { Intent } from '../../../src/protocol/intent.ts';
import type { Exit } from '../../../src/protocol/problem.ts';
import type { Verdict } from '../../../src/protocol/rig.ts';
import type {
  Change,
  ModuleRecord,
  RigRecord,
  SessionRecord,
} from '../../../src/protocol/snapshot.ts';
import { bootOf, type RigPlan, startMonoMs, startWallMs } from './plan.ts';

type Performed = Exclude<Effect, { readonly type: 'answer' }>;
type EffectOf<T extends Performed['type']> = Extract<Performed, { readonly type: T }>;

/** Somebody who submitted an intent. `verdict` is null until it is answered. */
export type Asked = { verdict: Verdict | null; answers: number };

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export const session: SessionRecord = {
  id: '0001',
  name: 'rec',
  path: '/recordings/0001_rec',
  startedAt: '2026-11-22T00:00:00.000Z',
};

/** The state manager of a rig without a machine: the clock is moved by hand, and modules say what a test makes them say. */
export class CoreRig {
  readonly manager: StateManager;
  /** What the shell was asked to do and the test has not looked at yet. */
  effects: Performed[] = [];
  readonly changes: Change[] = [];
  readonly observerErrors: unknown[] = [];
  monoMs = startMonoMs;
  wallMs = startWallMs;

  constructor(plan: RigPlan) {
    const now = () => ({ monoMs: this.monoMs, wallMs: this.wallMs });
    this.manager = new StateManager(bootState(bootOf(plan), now()), {
      epoch: 'epoch-1',
      now,
      canonical: canonicalJson,
      digest: sha256,
      perform: (effect) => this.effects.push(effect),
      observerFailed: (error) => this.observerErrors.push(error),
    });
    this.manager.observe((change) => this.changes.push(change));
  }

  get rig(): RigRecord {
    return this.snapshot().rig;
  }

  snapshot(): CoreSnapshot {
    return this.manager.snapshot();
  }

  module(name: string): ModuleRecord {
    return there(this.snapshot().modules[name], `module ${name}`);
  }

  input(input: Input, actor = 'somebody'): void {
    this.manager.submit(input, actor, input.type);
  }

  /** Submits a wish; `ageMs` is how long ago its key went down. */
  ask(intent: Intent, ageMs = 0): Asked {
    const asked: Asked = { verdict: null, answers: 0 };
    const sender = { actor: 'pi@pts/2', monoMs: this.monoMs - ageMs };
    this.manager.intend(intent, sender, (verdict) => {
      asked.verdict = verdict;
      asked.answers += 1;
    });
    return asked;
  }

  /** Submits `config.apply` with what a checked rig.yaml says. */
  apply(
    offer: ConfigOffer,
    more: { readonly waitMs?: number; readonly dryRun?: boolean } = {},
  ): Asked {
    const asked: Asked = { verdict: null, answers: 0 };
    const answer = (verdict: Verdict) => {
      asked.verdict = verdict;
      asked.answers += 1;
    };
    this.manager.intend({ kind: 'config.apply', ...more }, { actor: 'pi@pts/2' }, answer, offer);
    return asked;
  }

  /** Time passes; the alarm rings at every deadline on the way, as the daemon's one alarm does. */
  pass(ms: number): void {
    const end = this.monoMs + ms;
    for (let rings = 0; rings < 10_000; rings++) {
      const due = this.manager.nextDeadline();
      if (due === null || due > end) return this.#moveTo(end);
      this.#moveTo(Math.max(due, this.monoMs));
      this.manager.submit({ type: 'deadline' }, 'clock', 'deadline');
    }
    throw new Error('the alarm rings and rings');
  }

  #moveTo(monoMs: number): void {
    this.wallMs += monoMs - this.monoMs;
    this.monoMs = monoMs;
  }

  run(name: string): number {
    return this.module(name).run;
  }

  spawned(name: string, pid: number | null = 4_000): void {
    this.input({ type: 'spawned', module: name, run: this.run(name), pid });
  }

  exits(name: string, exit: Partial<Exit> = { code: 1 }, lastWords: readonly string[] = []): void {
    const at = new Date(this.wallMs).toISOString();
    const whole = { code: null, signal: null, ...exit };
    this.input({ type: 'exited', module: name, run: this.run(name), exit: whole, lastWords, at });
  }

  says(name: string, said: Said): void {
    this.input({ type: 'said', module: name, run: this.run(name), said });
  }

  saysReady(name: string, can: readonly string[] = ['arm', 'pause', 'mark']): void {
    this.says(name, { is: 'ready', version: '1.0', can });
  }

  saysArmed(name: string, files: readonly string[] = [`${name}_s001.dat`]): void {
    this.says(name, { is: 'armed', files });
  }

  saysRecording(name: string): void {
    this.says(name, { is: 'recording', firstSampleMonoNs: null, files: [], segment: null });
  }

  /** It goes on in the file of this segment. */
  saysSplit(name: string, segment: number): void {
    const files = [`${name}_s00${segment}.dat`];
    this.says(name, { is: 'recording', firstSampleMonoNs: '7', files, segment });
  }

  saysIdle(name: string): void {
    this.says(name, { is: 'idle', files: [] });
  }

  reports(name: string, message: string, recoverable = true, remedy: string | null = null): void {
    this.says(name, { is: 'error', code: 'no-device', message, remedy, recoverable });
  }

  /** One look at the evidence of a module. */
  look(name: string, moved: EvidenceLook['moved'] = 'yes', more: Partial<EvidenceLook> = {}): void {
    const lastProgressAt = new Date(this.wallMs).toISOString();
    const figures = { bytes: this.monoMs, samples: 1, dropped: 0, files: 1, detail: null };
    const look = { ...figures, moved, lastProgressAt, why: null, ...more };
    this.input({ type: 'look', module: name, run: this.run(name), look });
  }

  /** One look of the health loop at a module that has been silent for so long. */
  silent(name: string, silentMs: number | null, more: { readonly frozenPid?: number } = {}): void {
    const look = { module: name, run: this.run(name), silentMs, ...more };
    this.input({ type: 'health', seen: [look] });
  }

  /** All effects of a type that the test has not taken yet. */
  of<T extends Performed['type']>(type: T): EffectOf<T>[] {
    return this.effects.filter((effect): effect is EffectOf<T> => effect.type === type);
  }

  /** The newest effect of a type. */
  newest<T extends Performed['type']>(type: T): EffectOf<T> {
    return there(this.of(type).at(-1), `an effect ${type}`);
  }

  /** Forgets the effects so far, so that a test sees what comes from here on. */
  forget(): void {
    this.effects = [];
  }

  /** What a module was told, in words: `arm` and `record`, and signals by their name. */
  told(name: string): string[] {
    return this.effects.flatMap((effect) => {
      if (!('module' in effect) || effect.module !== name) return [];
      if (effect.type === 'tell') return [effect.command.do];
      if (effect.type === 'signal') return [effect.signal];
      return ['arm', 'split', 'spawn'].includes(effect.type) ? [effect.type] : [];
    });
  }

  notes(): EffectOf<'note'>['note'][] {
    return this.of('note').map((effect) => effect.note);
  }

  /** The recordings folder answers that the trial has its number, and that the disk has taken what was made for it. */
  prepared(trial = 1): void {
    this.numbered(trial);
    for (const { ask } of this.of('secure-trial').slice(-1)) {
      this.input({ type: 'trial-secured', ask });
    }
  }

  /** It answers that the trial has its number. */
  numbered(trial = 1): void {
    const { ask } = this.newest('prepare-trial');
    this.input({ type: 'trial-prepared', ask, session, trial });
  }

  closed(partly: string | null = null): void {
    this.input({ type: 'trial-closed', ask: this.newest('close-trial').ask, partly });
  }

  /** From the wish to a trial that every one of these modules records in, with evidence. */
  record(names: readonly string[], trial = 1): Asked {
    const asked = this.ask({ kind: 'record.start', waitMs: 60_000 });
    this.prepared(trial);
    for (const name of names) this.saysArmed(name);
    this.pass(100 + 5 * names.length);
    for (const name of names) this.saysRecording(name);
    for (const name of names) this.look(name);
    return asked;
  }

  /** Every module finishes its files and the trial is closed. */
  stop(names: readonly string[]): Asked {
    const asked = this.ask({ kind: 'record.stop', waitMs: 60_000 });
    for (const name of names) this.saysIdle(name);
    this.closed();
    return asked;
  }
}

export function there<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Error(`there is no ${what}`);
  return value;
}

/** A rig that has just begun: its wanted modules are being started. */
export function begun(plan: RigPlan, record = false): CoreRig {
  const rig = new CoreRig(plan);
  const boot = bootOf(plan);
  const wish = record ? { label: null, due: null } : null;
  rig.input({ type: 'boot', record: wish, ...toldOf(boot) }, 'boot');
  return rig;
}

/** A rig whose modules are all ready. */
export function ready(plan: RigPlan, can?: readonly string[]): CoreRig {
  const rig = begun(plan);
  for (const name of Object.keys(plan.modules)) {
    if (rig.module(name).state !== 'starting') continue;
    rig.spawned(name);
    rig.saysReady(name, can);
  }
  rig.forget();
  return rig;
}

/** A rig that records with all of its modules, with evidence. */
export function recording(plan: RigPlan, can?: readonly string[]): CoreRig {
  const rig = ready(plan, can);
  rig.record(Object.keys(plan.modules));
  rig.forget();
  return rig;
}
