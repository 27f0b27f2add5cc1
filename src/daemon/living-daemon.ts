import { toldOf } from '../core/adopted.ts';
import type { Fault } from '../core/input.ts';
import type { Boot, StartWish } from '../core/spec.ts';
import { sayExit } from '../core/turn.ts';
import type { Change } from '../protocol/snapshot.ts';
import type { LogLevel } from '../protocol/vocabulary.ts';
import { attendAll, attendChanged } from './attend.ts';
import { calm } from './calm.ts';
import { ConfigDesk } from './config-desk.ts';
import { Ending } from './ending.ts';
import { EvidenceLoop } from './evidence-loop.ts';
import { type GaugeWatch, watchGauges } from './gauge-watch.ts';
import { Hooks } from './hooks/hooks.ts';
import { ClockSteps } from './host/clock-steps.ts';
import type { Host } from './host/host.ts';
import { watchHost } from './host/watch-host.ts';
import { kioskRecord } from './kiosk.ts';
import { endByMistake } from './mistake.ts';
import { outdatedFaults } from './outdated.ts';
import { makePanel } from './panel/make-panel.ts';
import type { DaemonPanel } from './panel/no-panel.ts';
import type { Parts, Place } from './parts.ts';
import { type Hands, perform } from './perform.ts';
import { Persistence } from './persistence.ts';
import { whyNoPowerOff } from './power-off.ts';
import { TidyOnce } from './recordings/tidy-once.ts';
import { messageOf, Rigdeck } from './rigdeck.ts';
import { ServiceNotify } from './service/service-notify.ts';
import { Serving } from './serving.ts';
import { processIdentity } from './store/process-identity.ts';
import { keepRunWishes } from './store/run-wishes.ts';
import { StatusWriter } from './store/status-file.ts';
import { StrayModules } from './stray-modules.ts';
import { TelemetrySampler } from './telemetry.ts';

/** The net under everything that is told at once: pids, heartbeats, figures of the machine. */
const healthMs = 5_000;

/** A daemon that serves: the rig, its observers, and the two ways it ends. */
export class Daemon {
  readonly ended: Promise<number>;
  readonly #place: Place;
  readonly #parts: Parts;
  readonly #boot: Boot;
  readonly #rig: Rigdeck;
  readonly #hands: Hands;
  readonly #evidence: EvidenceLoop;
  readonly #host: Host;
  readonly #telemetry: TelemetrySampler;
  readonly #strays: StrayModules;
  readonly #gauges: GaugeWatch;
  readonly #persistence: Persistence;
  readonly #status: StatusWriter;
  readonly #levels: Record<string, LogLevel>;
  #end: (code: number) => void = () => undefined;
  #health: NodeJS.Timeout | null = null;
  readonly #ending: Ending;
  readonly #hooks: Hooks;
  readonly #serving: Serving;
  readonly #panel: DaemonPanel;
  readonly #clock = new ClockSteps();
  readonly #configs: ConfigDesk;
  readonly #tidy: TidyOnce;
  readonly #service: ServiceNotify;

  constructor(place: Place, parts: Parts, boot: Boot) {
    this.#place = place;
    this.#service = new ServiceNotify(place.log);
    this.#parts = parts;
    this.#boot = boot;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
    const { runs, recordings, journal, machine, legacy } = parts;
    this.#levels = { ...legacy.runtime.data?.logLevels };
    this.#rig = new Rigdeck({
      boot,
      journal,
      host: { now: () => this.#host.now() },
      kiosk: kioskRecord(place.loaded.config.kiosk),
      perform: (effect) => perform(effect, this.#hands),
      changed: (change) => this.#changed(change),
      mistake: (error) => place.log.write('error', `an observer failed: ${String(error)}`),
      against: ({ kind }) => (kind === 'rig.shutdown' ? whyNoPowerOff(place.loaded) : null),
      offer: (take) => this.#configs.offer(take),
    });
    this.#hands = this.#makeHands();
    const state = () => this.#rig.manager.state();
    this.#configs = this.#makeConfigs();
    const kindOf = (name: string) => place.loaded.config.modules[name]?.evidence ?? 'files';
    this.#evidence = new EvidenceLoop({
      ...{ state, kindOf, runs, recordings, submit: this.#hands.input },
      suspectDisk: () => machine.storage.suspect(),
    });
    this.#tidy = new TidyOnce(state, recordings);
    this.#host = watchHost({
      machine,
      state,
      rig: this.#rig,
      recordings,
      recordedBytes: () => this.#evidence.grownBytes(),
    });
    this.#hooks = new Hooks(
      {
        file: place.loaded.file,
        event: this.#rig.event.bind(this.#rig),
        fault: (fault) => this.#rig.fault(null, fault ?? 'hook'),
      },
      place.loaded.hooks,
      this.#rig.snapshot(),
    );
    this.#strays = new StrayModules(parts, this.#rig);
    this.#gauges = watchGauges(place, runs, this.#rig);
    this.#telemetry = new TelemetrySampler(place, parts, this.#evidence, this.#host);
    this.#persistence = new Persistence({
      state,
      recordings,
      config: () => place.loaded,
      ...{ recovery: parts.recovery, runtime: parts.runtime, filling: machine.filling },
      logLevels: () => this.#levels,
      recovering: legacy.running.data,
      keepInRunDir: (wishes, trial) => keepRunWishes(place, wishes, trial),
    });
    this.#status = new StatusWriter(
      place.runDir,
      () => ({ ...this.#rig.snapshot(), daemon: identity }),
      (fault) => this.#rig.fault(null, fault ?? 'run-folder'),
    );
    this.#panel = makePanel(place, parts, this.#rig);
    this.#serving = new Serving({
      ...{ place, parts, rig: this.#rig, telemetry: this.#telemetry, panel: this.#panel },
      renewed: () => this.#status.changed(),
    });
    this.#ending = this.#makeEnding();
  }

  #makeConfigs(): ConfigDesk {
    const [place, rig] = [this.#place, this.#rig];
    return new ConfigDesk({
      ...{ place, parts: this.#parts, state: () => rig.manager.state() },
      isEnding: () => this.#ending.hasBegun,
      changed: () => this.#hooks.configure(place.loaded.hooks, rig.snapshot()),
      mistake: (error) => place.log.write('error', `rig.yaml could not be read: ${String(error)}`),
    });
  }

  #makeEnding(): Ending {
    return new Ending({
      place: this.#place,
      parts: this.#parts,
      rig: this.#rig,
      persistence: this.#persistence,
      closeHooks: () => this.#hooks.close(),
      lastWord: (by, failedSteps) => this.#status.close(by, failedSteps),
      closeSockets: () => this.#serving.close(),
      panel: this.#panel,
      finish: (code) => this.#finish(code),
    });
  }

  /** Brings the rig up: adopts, starts what is wanted, opens the sockets. */
  async start(faults: readonly Fault[]): Promise<void> {
    const { runs, line } = this.#parts;
    this.#restoreLevels();
    this.#tellOfAdoption();
    const record = this.#startToMake();
    this.#rig.input({ type: 'boot', record, ...toldOf(this.#boot) }, 'boot', 'boot');
    line.connect(this.#rig);
    for (const fault of faults) this.#rig.fault(null, fault);
    const outdated = outdatedFaults(this.#parts.legacy.found);
    for (const [name, fault] of outdated) this.#rig.fault(name, fault);
    this.#persistence.follow(null);
    this.#evidence.follow();
    this.#tidy.follow();
    runs.begin();
    attendAll(runs, this.#rig.snapshot().modules);
    this.#health = setInterval(() => this.#lookAtHealth(), healthMs);
    await this.#serving.open();
    this.#status.changed();
    this.#panel.start();
    this.#place.log.write('info', `serving in ${this.#place.runDir}`);
    this.#service.ready();
  }

  /** The controlled stop that a person asked for. */
  stop(actor: string): void {
    void this.#ending.stop('daemon', actor);
  }

  /** Leaves everything running for the next daemon. */
  handOver(): void {
    void this.#ending.handOver();
  }

  /** Takes over rig.yaml as it is by now; what came of it is in the log and in the journal. */
  async applyConfig(actor: string): Promise<void> {
    const verdict = await this.#rig.submit({ kind: 'config.apply' }, { actor });
    const words = verdict.ok ? messageOf(verdict) : verdict.refusal.message;
    this.#place.log.write(verdict.ok ? 'info' : 'warn', `config apply (${actor}): ${words}`);
  }

  /** A mistake of ours: the next daemon goes on. Modules do not notice. */
  complain(error: unknown): void {
    endByMistake(error, this.#place, this.#rig.manager, () => this.#panel.close());
  }

  #makeHands(): Hands {
    return {
      ...this.#parts,
      input: this.#rig.input.bind(this.#rig),
      event: this.#rig.event.bind(this.#rig),
      takeConfig: () => this.#configs.takeOver(),
      setLogLevel: (module, level) => this.#setLevel(module, level),
      shutDown: (what, actor) => void this.#ending.stop(what, actor),
    };
  }

  /** A start that the daemon before did not come to, or the wish to record with no open trial to go on with. */
  #startToMake(): StartWish | null {
    const { autostart } = this.#place.loaded.config.rig;
    if (['recording', 'paused'].includes(this.#rig.manager.state().recording.name)) return null;
    if (this.#boot.start !== null) return this.#boot.start;
    const records =
      autostart === 'always' || (autostart === 'resume' && this.#boot.desired !== 'idle');
    return records ? { label: null, due: null } : null;
  }

  #restoreLevels(): void {
    for (const [name, level] of Object.entries(this.#levels)) {
      if (name === '') this.#place.log.level = level;
      else if (name in this.#place.loaded.modules) this.#parts.runs.setLevel(name, level);
    }
  }

  #setLevel(module: string | null, level: LogLevel): void {
    this.#levels[module ?? ''] = level;
    if (module === null) this.#place.log.level = level;
    else this.#parts.runs.setLevel(module, level);
    this.#persistence.follow(null);
  }

  #tellOfAdoption(): void {
    const found = Object.entries(this.#parts.legacy.found);
    this.#rig.manager.adopt(found.flatMap(([name, { living }]) => (living === null ? [] : [name])));
    for (const [name, { run, living, ended }] of found) {
      if (ended !== null) {
        this.#rig.event('ended-unwatched', name, `run ${run} ${sayExit(ended.exit)}`, ended);
      }
      if (living !== null && !(name in this.#place.loaded.modules))
        this.#strays.end(name, run, living);
    }
  }

  #changed(change: Change): void {
    this.#persistence.follow(change);
    this.#hooks.follow(change);
    this.#evidence.follow();
    this.#host.follow();
    this.#tidy.follow();
    this.#status.changed(calm(this.#rig.manager.state()));
    attendChanged(this.#parts.runs, change);
  }

  #lookAtHealth(): void {
    const seen = this.#parts.runs.health();
    if (seen.length > 0) this.#rig.input({ type: 'health', seen }, 'health', 'health');
    this.#lookAtClock();
    this.#gauges.look();
    this.#strays.look();
    if (this.#rig.isOnTime()) this.#service.feed();
    void this.#host.look();
    void this.#parts.configWatch.look();
    void this.#serving.tend();
    this.#place.recordings.awaited?.look();
  }

  #lookAtClock(): void {
    const byMs = this.#clock.look();
    if (byMs === null) return;
    this.#rig.event('clock-stepped', null, `the wall clock was set by ${byMs} ms`);
    void this.#parts.machine.clock.ask('step');
    this.#rig.input({ type: 'clock-stepped', byMs }, 'clock', 'clock-stepped');
  }

  #finish(code: number): void {
    this.#service.stopping();
    if (this.#health !== null) clearInterval(this.#health);
    this.#panel.close();
    this.#rig.stop();
    this.#evidence.stop();
    this.#host.stop();
    this.#telemetry.stop();
    this.#end(code);
  }
}

const identity = processIdentity(process.pid) ?? { pid: process.pid, startTicks: '', bootId: '' };
