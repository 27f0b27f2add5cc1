import type { Input, Said } from '../../src/core/input.ts';
import type { Exit } from '../../src/protocol/problem.ts';
import { hold } from './broken.ts';
import type { Ground } from './ground.ts';
import { PlainProcess } from './plain-process.ts';
import { goodHabits } from './plan.ts';
import type { Left } from './saved.ts';
import type { ProcessPort, SimProcess } from './sim-process.ts';
import { SpokenProcess } from './spoken-process.ts';
import type { TrialWatch } from './trial-watch.ts';

/** Spawns of one module within a minute that no person asked for. */
const maxSpawnsAMinute = 16;
/** And within five seconds: one after running well, one for a group in error, and the first pauses are short. */
const maxSpawnsAtOnce = 8;

/** The newest run of every module, dead or alive, and what it would leave for the next daemon. */
export class Processes {
  readonly newest = new Map<string, SimProcess>();
  readonly #ground: Ground;
  readonly #trials: TrialWatch;
  readonly #ended = new Map<string, Left['ended']>();
  readonly #spawns = new Map<string, number[]>();
  #pids = 100;

  constructor(ground: Ground, trials: TrialWatch) {
    this.#ground = ground;
    this.#trials = trials;
  }

  living(): SimProcess[] {
    return [...this.newest.values()].filter((process) => process.alive);
  }

  livingOf(module: string): SimProcess | undefined {
    const process = this.newest.get(module);
    return process?.alive ? process : undefined;
  }

  spawn(module: string, run: number): void {
    hold(this.livingOf(module) === undefined, `a second copy of ${module} is started`);
    hold(run > (this.newest.get(module)?.run ?? 0), `${module}: run ${run} was there before`);
    this.#count(module);
    this.#pids += 1;
    const { protocol } = this.#ground.plan.specs[module] ?? {};
    const Kind = protocol === 'none' ? PlainProcess : SpokenProcess;
    this.#ended.delete(module);
    this.newest.set(module, new Kind(module, run, this.#pids, this.#port(module)));
  }

  /** A daemon ends what still lives of modules that its rig.yaml does not name. */
  endStrays(named: readonly string[]): void {
    for (const process of this.living()) if (!named.includes(process.module)) process.vanish();
  }

  /** A person may ask for as many runs as he likes. */
  personAsked(module: string): void {
    this.#spawns.delete(module);
  }

  /** The daemon is gone: an ordinary program that does not record has no process that could be found again. */
  letGo(): void {
    for (const process of this.living()) {
      if (process instanceof PlainProcess && process.pid() === null) process.vanish();
    }
  }

  cutPower(): void {
    for (const process of this.newest.values()) {
      process.vanish();
      this.#trials.lost(process.module);
    }
    this.newest.clear();
    this.#ended.clear();
  }

  /** A daemon that begins tries everything once, at once, however often daemons begin. */
  daemonBegins(): void {
    this.#spawns.clear();
  }

  runs(): Map<string, number> {
    return new Map([...this.newest].map(([name, { run }]) => [name, run]));
  }

  left(): Map<string, Left> {
    return new Map([...this.newest.keys()].map((name) => [name, this.#leftOf(name)]));
  }

  #leftOf(module: string): Left {
    const process = this.livingOf(module);
    if (process === undefined) {
      this.#trials.lost(module);
      return { adopted: null, finished: null, ended: this.#ended.get(module) ?? null };
    }
    const { take } = process.heard;
    const finished = process.finished();
    if (take === 'finalizing') this.#trials.finishing(module);
    if (take === 'armed') this.#trials.armed(module);
    if (take === 'idle' && finished === null) this.#trials.lost(module);
    const startedAt = '2026-11-22T00:00:00.000Z';
    return { adopted: { ...process.heard, pid: process.pid(), startedAt }, finished, ended: null };
  }

  #count(module: string): void {
    const now = this.#ground.time.monoMs;
    const recent = (this.#spawns.get(module) ?? []).filter((at) => now - at < 60_000);
    this.#spawns.set(module, [...recent, now]);
    const atOnce = recent.filter((at) => now - at < 5_000).length;
    const isHot = recent.length >= maxSpawnsAMinute || atOnce >= maxSpawnsAtOnce;
    hold(!isHot, `${module} is started in a hot loop`);
  }

  #port(module: string): ProcessPort {
    const { time, prng, plan } = this.#ground;
    const of = ({ run }: SimProcess) => ({ module, run });
    // Some of what keeps a program from being started passes, some does not.
    const cannot = (run: number) => ({ message: 'No.', remedy: 'Look.', transient: run % 4 > 0 });
    return {
      time,
      prng,
      habits: () => (this.#ground.isCalm ? goodHabits : (plan.habits[module] ?? goodHabits)),
      spawned: (process, pid) => this.#report(process, { ...of(process), type: 'spawned', pid }),
      spawnFailed: (process) =>
        this.#report(process, {
          ...of(process),
          type: 'spawn-failed',
          ...cannot(process.run),
        }),
      said: (process, said: Said) => this.#report(process, { ...of(process), type: 'said', said }),
      ended: (process, exit) => this.#mourn(process, exit),
    };
  }

  #report(process: SimProcess, input: Input): void {
    const { daemon, time } = this.#ground;
    time.after(process.arrivalMs(), () => {
      if (this.#ground.daemon === daemon) this.#ground.input(input, `module ${process.module}`);
    });
  }

  #mourn(process: SimProcess, exit: Exit): void {
    const { module, run } = process;
    const at = new Date(this.#ground.time.now().wallMs).toISOString();
    this.#ended.set(module, { exit, at, lastWords: [] });
    if (this.#ground.daemon === null) this.#trials.lost(module);
    this.#report(process, { type: 'exited', module, run, exit, lastWords: ['bye'], at });
  }
}
