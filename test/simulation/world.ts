import type { Input, Said } from '../../src/core/input.ts';
import type { Exit } from '../../src/protocol/problem.ts';
import { createPrng, type Prng } from '../support/prng.ts';
import { hold } from './broken.ts';
import type { Core } from './core-under-test.ts';
import { anyIntent } from './people.ts';
import { PlainProcess } from './plain-process.ts';
import { goodHabits, makePlan, type Plan } from './plan.ts';
import { type Left, Saved } from './saved.ts';
import { type Performed, type SeenStep, SimDaemon } from './sim-daemon.ts';
import type { ProcessPort, SimProcess } from './sim-process.ts';
import { SimStore } from './sim-store.ts';
import { SpokenProcess } from './spoken-process.ts';
import { TrialWatch } from './trial-watch.ts';
import { VirtualTime } from './virtual-time.ts';
import { Watch } from './watch.ts';

const healthMs = 5_000;
const lookMs = 1_000;
/** Spawns of one module within a minute that no person asked for. */
const maxSpawnsAMinute = 16;

type Life = { readonly daemon: SimDaemon; readonly watch: Watch };

/** A rig in virtual time: processes, disk, clock, people and daemons, all from one seed. */
export class World {
  readonly prng: Prng;
  readonly plan: Plan;
  readonly time = new VirtualTime();
  readonly store = new SimStore();
  readonly saved: Saved;
  readonly story: string[] = [];
  steps = 0;
  isCalm = false;
  readonly #core: Core;
  readonly #tells: boolean;
  readonly #newest = new Map<string, SimProcess>();
  readonly #ended = new Map<string, Left['ended']>();
  readonly #spawns = new Map<string, number[]>();
  readonly #trials = new TrialWatch();
  #life: Life | null = null;
  readonly #armsUntil = new Map<string, number>();
  #pids = 100;
  #diskFreeMs = 0;

  constructor(core: Core, seed: number, tells: boolean) {
    this.prng = createPrng(seed);
    this.plan = makePlan(this.prng);
    this.saved = new Saved(this.plan);
    this.#core = core;
    this.#tells = tells;
  }

  get daemon(): SimDaemon | null {
    return this.#life?.daemon ?? null;
  }

  living(): SimProcess[] {
    return [...this.#newest.values()].filter((process) => process.alive);
  }

  /** Goes to whatever comes next: an event of the world or the alarm clock. False: nothing ever will. */
  turn(): boolean {
    const alarm = this.daemon?.manager.nextDeadline() ?? null;
    const next = this.time.next();
    if (alarm === null && next === null) return false;
    if (alarm !== null && (next === null || alarm <= next)) {
      this.time.monoMs = Math.max(this.time.monoMs, alarm + this.prng.pick([0, 0, 1, 15]));
      this.input({ type: 'deadline' }, 'clock');
      return true;
    }
    this.time.take()?.();
    return true;
  }

  tell(words: () => string): void {
    if (this.#tells) this.story.push(`${(this.time.monoMs / 1_000).toFixed(3)} ${words()}`);
  }

  /** A daemon begins, with what files and living runs say. */
  bootDaemon(powerLost: boolean): void {
    this.store.reopen();
    const left = new Map([...this.#newest.keys()].map((name) => [name, this.#leftOf(name)]));
    const runs = new Map([...this.#newest].map(([name, { run }]) => [name, run]));
    const boot = this.saved.boot(left, runs, this.store, powerLost);
    this.tell(() => `--- a daemon begins: ${boot.epoch}, wish ${boot.desired}`);
    for (const [name, { desired }] of Object.entries(boot.modules)) {
      if (desired === 'off') this.#trials.excuse(name);
    }
    const daemon = new SimDaemon(this.#core, boot, () => this.time.now());
    this.#life = { daemon, watch: new Watch(daemon) };
    this.input({ type: 'boot', record: this.#shallRecord(daemon) }, 'boot');
    this.#beat(daemon);
    this.#watchEvidence(daemon);
  }

  /** The daemon is gone, at once. What lives lives on. */
  killDaemon(): void {
    this.tell(() => '--- the daemon is killed');
    this.#life = null;
    for (const process of this.living()) {
      // An ordinary program that does not record has no process that could be found again.
      if (process instanceof PlainProcess && process.pid() === null) process.vanish();
    }
  }

  cutPower(): void {
    this.killDaemon();
    this.tell(() => '--- the power is cut');
    for (const process of this.#newest.values()) {
      process.vanish();
      this.#trials.lost(process.module);
    }
    this.#newest.clear();
    this.#ended.clear();
    this.time.wallAheadMs -= this.prng.pick([0, 0, 86_400_000]);
  }

  input(input: Input, actor: string): void {
    if (this.#life === null) return;
    this.tell(() => `${actor}: ${JSON.stringify(input)}`);
    this.#after(this.#life, this.#life.daemon.input(input, actor));
  }

  /** Somebody wishes something. */
  somebody(): void {
    if (this.#life === null) return;
    const { daemon } = this.#life;
    const { epoch, seq } = daemon.manager.snapshot();
    const modules = Object.keys(this.plan.specs);
    const { wallMs, monoMs } = this.time.now();
    const { state } = daemon.manager.snapshot().rig;
    const intent = anyIntent(this.prng, { modules, epoch, seq, wallMs, state });
    const pressedMs = monoMs - (this.prng.chance(0.05) ? 3_000 : 0);
    this.tell(() => `somebody: ${JSON.stringify(intent)}`);
    this.#after(this.#life, daemon.intend(intent, pressedMs));
  }

  #after(life: Life, step: SeenStep): void {
    this.steps += 1;
    const { daemon, watch } = life;
    this.#tellStep(step);
    watch.look(step);
    this.saved.keep(step.after, daemon.manager.snapshot(), this.time.monoMs);
    const notes = step.effects.flatMap((one) => (one.type === 'note' ? [one.note] : []));
    this.#trials.look(notes, step.input.type === 'boot');
    if (step.asked !== null && 'module' in step.asked.intent) {
      this.#spawns.delete(step.asked.intent.module ?? '');
    }
    this.#watchRec(daemon);
    for (const effect of step.effects) this.#perform(effect);
  }

  /** REC means that bytes are landing: seen within the evidence time, two looks and the pace of looking. */
  #watchRec({ manager }: SimDaemon): void {
    for (const [name, { state, phase, health }] of Object.entries(manager.snapshot().modules)) {
      if (state !== 'recording' || phase !== null || health !== 'ok') continue;
      const stillMs = this.time.monoMs - (this.#newest.get(name)?.lastGrowthMs ?? 0);
      const dueMs = (this.plan.specs[name]?.evidenceMs ?? 0) + 3 * lookMs;
      hold(stillMs <= dueMs, `${name} says REC, and nothing has grown for ${stillMs} ms`);
    }
  }

  #tellStep({ effects, changes, asked }: SeenStep): void {
    if (!this.#tells) return;
    for (const { changed, seq } of changes[0] ?? []) {
      for (const [path, entity] of Object.entries(changed)) {
        this.tell(() => `      #${seq} ${path} ${sayEntity(entity)}`);
      }
    }
    for (const effect of effects) this.tell(() => `      -> ${JSON.stringify(effect)}`);
    if (asked !== null) this.tell(() => `      = ${JSON.stringify(asked.answers)}`);
  }

  #perform(effect: Performed): void {
    if ('run' in effect && effect.type !== 'spawn') {
      hold(this.#newest.get(effect.module)?.run === effect.run, `${effect.type} to an old run`);
    }
    switch (effect.type) {
      case 'spawn':
        return this.#spawn(effect.module, effect.run);
      case 'tell':
        return this.#inTurn(effect.module, () => this.#living(effect.module)?.tell(effect.command));
      case 'signal':
        return this.#living(effect.module)?.signal(effect.signal);
      case 'arm':
        return this.#arm(effect);
      case 'remember-wish':
        this.saved.enabled.set(effect.module, effect.enabled);
        return;
      default:
        return this.#performOnDisk(effect);
    }
  }

  #performOnDisk(effect: Performed): void {
    const { store, prng } = this;
    const fails = !this.isCalm && prng.chance(this.plan.storeFails);
    switch (effect.type) {
      case 'prepare-trial':
        return this.#answer(() => store.prepare(effect.ask, fails));
      case 'discard-trial':
        return store.discard(effect.trial);
      case 'close-trial':
        this.#trials.closed();
        return this.#answer(() => ({ type: 'trial-closed', ask: effect.ask }));
      case 'open-session':
        return this.#answer(() =>
          fails
            ? {
                type: 'session-failed',
                ask: effect.ask,
                refusal: { reason: 'recordings-folder', message: 'It is gone.', remedy: null },
              }
            : {
                type: 'session-opened',
                ask: effect.ask,
                session: store.openSession(effect.name, false),
              },
        );
      case 'end-session':
        store.endSession();
        return this.#answer(() => ({ type: 'session-ended', ask: effect.ask }));
      case 'note':
        return store.note(effect.note);
      default:
        return;
    }
  }

  /** The recordings folder answers in its order and in its time; a disk that hangs answers nothing. */
  #answer(work: () => Input): void {
    const { daemon, prng } = this;
    if (!this.isCalm && prng.chance(this.plan.storeFails * 0.2)) return;
    const late = !this.isCalm && prng.chance(this.plan.storeFails * 0.3);
    const readyMs = this.time.monoMs + (late ? prng.int(10_000, 45_000) : prng.int(2, 200));
    this.#diskFreeMs = Math.max(this.#diskFreeMs, readyMs);
    this.time.after(this.#diskFreeMs - this.time.monoMs, () => {
      if (this.daemon === daemon) this.input(work(), 'recordings');
    });
  }

  /** Commands arrive in their order: what is told after `arm` waits until its folder is made. */
  #inTurn(module: string, tell: () => void): void {
    const { daemon } = this;
    const waitMs = (this.#armsUntil.get(module) ?? 0) - this.time.monoMs;
    if (waitMs < 0) return tell();
    this.time.after(waitMs, () => {
      if (this.daemon === daemon) tell();
    });
  }

  #arm({ module, run, trial, segment }: Extract<Performed, { type: 'arm' }>): void {
    const { prng, store, daemon } = this;
    const makeMs = prng.int(1, 30);
    this.#armsUntil.set(module, this.time.monoMs + makeMs);
    this.time.after(makeMs, () => {
      if (this.daemon !== daemon) return;
      const process = this.#living(module);
      if (process?.run !== run || store.session === null) return;
      if (!this.isCalm && prng.chance(this.plan.storeFails * 0.2)) {
        const said = { is: 'error', code: 'folder', message: 'full', remedy: null } as const;
        return this.input(
          { type: 'said', module, run, said: { ...said, recoverable: true } },
          `module ${module}`,
        );
      }
      store.makeFolder(module, trial, segment);
      const { path: dir, id, name } = store.session;
      const session = { id, name };
      process.tell({ do: 'arm', dir, prefix: `${module}_${segment}`, session, trial, segment });
    });
  }

  #spawn(module: string, run: number): void {
    const before = this.#living(module);
    hold(before === undefined, `a second copy of ${module} is started`);
    hold(run > (this.#newest.get(module)?.run ?? 0), `${module}: run ${run} was there before`);
    this.#countSpawn(module);
    this.#pids += 1;
    const Kind = this.plan.specs[module]?.protocol === 'none' ? PlainProcess : SpokenProcess;
    this.#ended.delete(module);
    this.#newest.set(module, new Kind(module, run, this.#pids, this.#port(module)));
  }

  #countSpawn(module: string): void {
    const now = this.time.monoMs;
    const recent = (this.#spawns.get(module) ?? []).filter((at) => now - at < 60_000);
    this.#spawns.set(module, [...recent, now]);
    hold(recent.length < maxSpawnsAMinute, `${module} is started in a hot loop`);
  }

  #living(module: string): SimProcess | undefined {
    const process = this.#newest.get(module);
    return process?.alive ? process : undefined;
  }

  #port(module: string): ProcessPort {
    const report = (process: SimProcess, input: () => Input) => {
      const { daemon } = this;
      const arrive = () => {
        if (this.daemon === daemon) this.input(input(), `module ${module}`);
      };
      this.time.after(process.arrivalMs(), arrive);
      // Nothing is told twice by those who listen; but a rig that is told twice must not stumble.
      const isTwice = !this.isCalm && this.prng.chance(this.plan.repeats);
      if (isTwice) this.time.after(process.arrivalMs() + this.prng.int(1, 3_000), arrive);
    };
    return {
      time: this.time,
      prng: this.prng,
      habits: () => (this.isCalm ? goodHabits : (this.plan.habits[module] ?? goodHabits)),
      spawned: (process, pid) =>
        report(process, () => ({ type: 'spawned', module, run: process.run, pid })),
      spawnFailed: (process) =>
        report(process, () => ({
          type: 'spawn-failed',
          module,
          run: process.run,
          message: 'The program was not found.',
          remedy: 'Correct it.',
        })),
      said: (process, said: Said) =>
        report(process, () => ({ type: 'said', module, run: process.run, said })),
      ended: (process, exit) => this.#mourn(process, exit, report),
    };
  }

  #mourn(
    process: SimProcess,
    exit: Exit,
    report: (process: SimProcess, input: () => Input) => void,
  ): void {
    const { module, run } = process;
    const at = new Date(this.time.now().wallMs).toISOString();
    this.#ended.set(module, { exit, at, lastWords: [] });
    if (this.daemon === null) this.#trials.lost(module);
    report(process, () => ({ type: 'exited', module, run, exit, lastWords: ['bye'], at }));
  }

  #leftOf(module: string): Left {
    const process = this.#newest.get(module);
    if (process?.alive !== true) {
      this.#trials.lost(module);
      return { adopted: null, ended: this.#ended.get(module) ?? null };
    }
    const startedAt = '2026-11-22T00:00:00.000Z';
    if (process.heard.take === 'finalizing') this.#trials.finishing(module);
    if (process.heard.take === 'armed') this.#trials.armed(module);
    if (process.heard.take === 'idle') this.#trials.lost(module);
    return { adopted: { ...process.heard, pid: process.pid(), startedAt }, ended: null };
  }

  #shallRecord({ manager, boot }: SimDaemon): boolean {
    const { autostart } = this.plan;
    if (['recording', 'paused'].includes(manager.state().recording.name)) return false;
    return autostart === 'always' || (autostart === 'resume' && boot.desired !== 'idle');
  }

  /** The health loop. */
  #beat(daemon: SimDaemon): void {
    this.time.after(healthMs, () => {
      if (this.daemon !== daemon) return;
      const seen = this.living().map((process) => {
        return { module: process.module, run: process.run, silentMs: process.silentMs() };
      });
      this.input({ type: 'health', seen }, 'health');
      this.#beat(daemon);
    });
  }

  /** A look at the evidence of each module, once a second; a tenth of a second of growth is a thousand bytes. */
  #watchEvidence(daemon: SimDaemon): void {
    this.time.after(lookMs, () => {
      if (this.daemon !== daemon) return;
      for (const process of this.living()) this.#lookAt(process);
      this.#watchEvidence(daemon);
    });
  }

  #lookAt(process: SimProcess): void {
    process.grow();
    const { module, run, bytes, lastGrowthMs } = process;
    const now = this.daemon?.manager.state().modules[module];
    if (now?.life.name !== 'up' || now.runs !== run) return;
    if (['idle', 'arming', 'armed'].includes(now.life.take.name)) return;
    const stillMs = this.time.monoMs - lastGrowthMs;
    const moved = lastGrowthMs > 0 && stillMs < now.spec.evidenceMs ? 'yes' : 'no';
    const lastProgressAt = lastGrowthMs === 0 ? null : new Date(lastGrowthMs).toISOString();
    const look = {
      bytes,
      samples: 0,
      dropped: 0,
      files: 1,
      detail: null,
      moved: moved === 'no' && this.prng.chance(0.1) ? 'unflushed' : moved,
      lastProgressAt,
      why: null,
    } as const;
    this.input({ type: 'look', module, run, look }, 'evidence');
  }
}

function sayEntity(entity: unknown): string {
  if (typeof entity !== 'object' || entity === null) return String(entity);
  const words = ['desired', 'state', 'phase', 'health', 'status', 'run', 'retryAt', 'trial'];
  const known = new Map<string, unknown>(Object.entries(entity));
  return words
    .filter((word) => known.has(word))
    .map((word) => `${word}=${JSON.stringify(known.get(word))}`)
    .join(' ');
}
