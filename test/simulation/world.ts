import { finishedOf } from '../../src/core/adopted.ts';
import type { Input } from '../../src/core/input.ts';
import { standingWish } from '../../src/core/scheduled.ts';
import type { Boot, ConfigOffer, StartWish } from '../../src/core/spec.ts';
import type { RigState } from '../../src/core/state.ts';
import type { Intent } from '../../src/protocol/intent.ts';
import { createPrng, type Prng } from '../support/prng.ts';
import { hold } from './broken.ts';
import type { Core } from './core-under-test.ts';
import { echo } from './echo.ts';
import { editedConfig } from './edited-config.ts';
import type { Ground } from './ground.ts';
import { beat, lookMs, watchEvidence } from './looking.ts';
import { anyIntent } from './people.ts';
import { makePlan, type Plan } from './plan.ts';
import { Processes } from './processes.ts';
import { Saved } from './saved.ts';
import { SegmentWatch } from './segment-watch.ts';
import { type Performed, type SeenStep, SimDaemon } from './sim-daemon.ts';
import { SimDisk } from './sim-disk.ts';
import { sayStep } from './story.ts';
import { TrialWatch } from './trial-watch.ts';
import { VirtualTime } from './virtual-time.ts';
import { Watch } from './watch.ts';

type Life = { readonly daemon: SimDaemon; readonly watch: Watch };

/** A rig in virtual time: processes, disk, clock, people and daemons, all from one seed. */
export class World implements Ground {
  readonly prng: Prng;
  readonly plan: Plan;
  readonly time = new VirtualTime();
  readonly saved: Saved;
  readonly processes: Processes;
  readonly story: string[] = [];
  steps = 0;
  isCalm = false;
  readonly #core: Core;
  readonly #tells: boolean;
  readonly #disk: SimDisk;
  /** Dice of its own: whoever edits rig.yaml changes nobody else's luck. */
  readonly #editor: Prng;
  readonly #trials = new TrialWatch();
  readonly #segments = new SegmentWatch();
  #life: Life | null = null;

  constructor(core: Core, seed: number, tells: boolean) {
    this.prng = createPrng(seed);
    this.#editor = createPrng(seed + 1_000_000);
    this.plan = makePlan(this.prng);
    this.saved = new Saved(this.plan);
    this.processes = new Processes(this, this.#trials);
    this.#disk = new SimDisk(this);
    this.#core = core;
    this.#tells = tells;
  }

  get daemon(): SimDaemon | null {
    return this.#life?.daemon ?? null;
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
    const { store } = this.#disk;
    store.reopen();
    this.processes.endStrays(Object.keys(this.saved.spec.modules));
    const boot = this.saved.boot(this.processes.left(), this.processes.runs(), store, powerLost);
    this.tell(() => `--- a daemon begins: ${boot.epoch}, wish ${boot.desired}`);
    const finished = finishedOf(boot);
    for (const [name, { desired, finished: take, adopted }] of Object.entries(boot.modules)) {
      // It finished a take, and is wanted in the trial that goes on: it is away until it is back.
      if (take !== null && !(name in finished) && adopted?.take === 'idle') this.#trials.lost(name);
      if (desired === 'off') this.#trials.excuse(name);
    }
    this.processes.daemonBegins();
    const daemon = new SimDaemon(this.#core, boot, () => this.time.now());
    this.#life = { daemon, watch: new Watch(daemon) };
    const record = this.#startToMake(daemon);
    const { isPauseNoted } = boot;
    this.input({ type: 'boot', record, finished, isPauseNoted }, 'boot');
    watchKept(boot, daemon.manager.state());
    const living = () => this.processes.living();
    beat(this, daemon, living);
    watchEvidence(this, daemon, living);
  }

  /** The daemon is gone, at once. What lives lives on. */
  killDaemon(): void {
    this.tell(() => '--- the daemon is killed');
    this.#disk.store.losePauseNote(this.#recording(), this.time.monoMs);
    this.#life = null;
    this.processes.letGo();
  }

  cutPower(): void {
    this.killDaemon();
    this.tell(() => '--- the power is cut');
    this.processes.cutPower();
    this.time.wallAheadMs -= this.prng.pick([0, 0, 86_400_000]);
  }

  input = (input: Input, actor: string): void => {
    if (this.#life === null) return;
    this.tell(() => `${actor}: ${JSON.stringify(input)}`);
    this.#after(this.#life, this.#life.daemon.input(input, actor));
  };

  /** Somebody wishes something. */
  somebody(): void {
    if (this.daemon === null) return;
    const { epoch, seq, rig } = this.daemon.manager.snapshot();
    const modules = Object.keys(this.plan.specs);
    const { wallMs, monoMs } = this.time.now();
    const intent = anyIntent(this.prng, { modules, epoch, seq, wallMs, state: rig.state });
    this.#submit(intent, monoMs - (this.prng.chance(0.05) ? 3_000 : 0));
    if (intent.kind === 'module.disable' && this.prng.chance(0.5)) this.#offAndOn(intent.module);
  }

  /** Something of a module is told late, or twice. */
  echo(): void {
    const known = [...this.processes.newest.values()];
    if (known.length > 0) echo(this, this.prng.pick(known));
  }

  /** People who look for a fault switch a module off and on again, and what it hangs on as well. */
  #offAndOn(module: string): void {
    const after = this.prng.chance(0.6) ? (this.plan.specs[module]?.after ?? []) : [];
    const wish = (kind: 'module.disable' | 'module.enable', name: string) => {
      if (!this.isCalm) this.#submit({ kind, module: name }, this.time.monoMs);
    };
    for (const name of after) wish('module.disable', name);
    this.time.after(this.prng.int(50, 3_000), () => {
      for (const name of [...after, module]) wish('module.enable', name);
    });
  }

  #submit(intent: Intent, pressedMs: number): void {
    if (this.#life === null) return;
    this.tell(() => `somebody: ${JSON.stringify(intent)}`);
    const offer = intent.kind === 'config.apply' ? this.#edited(this.#life.daemon) : undefined;
    const step = this.#life.daemon.intend(intent, pressedMs, offer);
    if (offer !== undefined && step.effects.some(({ type }) => type === 'take-config')) {
      this.saved.spec = offer.spec;
      for (const name of Object.keys(offer.modules)) this.processes.personAsked(name);
    }
    this.#after(this.#life, step);
  }

  #edited({ manager }: SimDaemon): ConfigOffer {
    const isThere = (name: string) => Object.hasOwn(manager.state().modules, name);
    return editedConfig(this.#editor, this.plan, this.saved.spec, this.processes, isThere);
  }

  #after(life: Life, step: SeenStep): void {
    this.steps += 1;
    const { daemon, watch } = life;
    if (this.#tells) for (const line of sayStep(step)) this.tell(() => line);
    watch.look(step);
    this.saved.keep(step.after, daemon.manager.snapshot(), this.time.monoMs);
    const notes = step.effects.flatMap((one) => (one.type === 'note' ? [one.note] : []));
    const isBoot = step.input.type === 'boot';
    this.#trials.look(notes, isBoot);
    const intent = step.asked?.intent;
    if (intent !== undefined && 'module' in intent) {
      this.processes.personAsked(intent.module ?? '');
    }
    this.#segments.look(step.after, this.processes.living(), this.time.monoMs);
    this.#watchRec(daemon);
    for (const effect of step.effects) {
      // What a new daemon notes of a pause throws no dice: the lives stay those that visit every cell.
      if (isBoot && isOfPause(effect)) this.#disk.store.note(effect.note, this.time.monoMs);
      else this.#perform(effect);
    }
    this.#watchPause();
  }

  /** The manifest says that everybody is paused where they are, and does not where they record. */
  #watchPause(): void {
    const name = this.#recording();
    const { isPauseNoted } = this.#disk.store;
    if (name === 'recording')
      hold(!isPauseNoted, 'the rig records, and the manifest calls it paused');
    if (name === 'paused')
      hold(isPauseNoted, 'the rig is paused, and the manifest does not say so');
  }

  /** REC means that bytes are landing: seen within the evidence time, two looks and the pace of looking. */
  #watchRec({ manager }: SimDaemon): void {
    for (const [name, { state, phase, health }] of Object.entries(manager.snapshot().modules)) {
      if (state !== 'recording' || phase !== null || health !== 'ok') continue;
      const stillMs = this.time.monoMs - (this.processes.newest.get(name)?.lastGrowthMs ?? 0);
      const dueMs = (this.plan.specs[name]?.evidenceMs ?? 0) + 3 * lookMs;
      hold(stillMs <= dueMs, `${name} says REC, and nothing has grown for ${stillMs} ms`);
    }
  }

  #perform(effect: Performed): void {
    const { processes } = this;
    if ('run' in effect && effect.type !== 'spawn') {
      const { run } = processes.newest.get(effect.module) ?? {};
      hold(run === effect.run, `${effect.type} to an old run`);
    }
    if (effect.type === 'close-trial') this.#closes(effect);
    switch (effect.type) {
      case 'spawn':
        return processes.spawn(effect.module, effect.run);
      case 'tell': {
        const { module, command } = effect;
        return this.#disk.inTurn(module, () => processes.livingOf(module)?.tell(command));
      }
      case 'signal':
        return processes.livingOf(effect.module)?.signal(effect.signal);
      case 'split':
        this.#trials.split(effect.module, effect.segment);
        hold(this.#recording() === 'recording', 'a split while nothing is recorded');
        return this.#disk.makeThenTell(effect, () => processes.livingOf(effect.module));
      case 'arm':
        return this.#disk.makeThenTell(effect, () => processes.livingOf(effect.module));
      case 'take-config':
        return;
      case 'remember-wish':
        this.saved.enabled.set(effect.module, effect.enabled);
        return;
      default:
        return this.#disk.perform(effect);
    }
  }

  #recording(): RigState['recording']['name'] | undefined {
    return this.daemon?.manager.state().recording.name;
  }

  /** Whoever was told to stop, and did, has made no interrupted trial of it, whether or not a daemon was there to see it. */
  #closes({ trial, outcome }: Extract<Performed, { type: 'close-trial' }>): void {
    this.#trials.closed();
    if (outcome !== 'interrupted' || this.daemon?.boot.desired !== 'idle') return;
    const finished = this.processes.living().filter((one) => one.finished()?.trial === trial);
    hold(finished.length === 0, `trial ${trial} ended in order and is called interrupted`);
  }

  #startToMake({ manager, boot }: SimDaemon): StartWish | null {
    const { autostart } = this.plan;
    if (['recording', 'paused'].includes(manager.state().recording.name)) return null;
    if (boot.start !== null) return boot.start;
    const records = autostart === 'always' || (autostart === 'resume' && boot.desired !== 'idle');
    return records ? { label: null, due: null } : null;
  }
}

function isOfPause(effect: Performed): effect is Extract<Performed, { type: 'note' }> {
  return effect.type === 'note' && ['paused', 'resumed'].includes(effect.note.is);
}

/** A start that people wished and no daemon came to is on its way with the next one, or waits for its time. */
function watchKept({ start, scheduled }: Boot, after: RigState): void {
  const wish = standingWish(after);
  const labels = [wish.start, wish.scheduled].map((one) => one?.label);
  if (start !== null) hold(labels.includes(start.label), 'a start was lost with the daemon');
  const isThatOne = ['recording', 'paused'].includes(after.recording.name);
  const isKept = scheduled === null || wish.scheduled !== null || isThatOne;
  hold(isKept, 'a set start was lost with the daemon');
}
