import type { Said } from '../../src/core/input.ts';
import type { Finished } from '../../src/core/spec.ts';
import type { ModuleCommand } from '../../src/protocol/module-lines.ts';
import { failures, type ProcessPort, SimProcess, type Told } from './sim-process.ts';

type ToldOf<D extends Told['do']> = Extract<Told, { readonly do: D }>;

type Asked = 'arm' | 'record' | 'split' | 'pause' | 'stop';

/** A module that speaks `rigdeck/1`, with all its moods. */
export class SpokenProcess extends SimProcess {
  readonly #pid: number;
  #ids = 0;
  #asked: Partial<Record<Asked, number>> = {};
  #take: 'idle' | 'armed' | 'recording' | 'paused' = 'idle';
  /** It goes on in a new file as soon as it records and the instant has come. */
  #split: (ToldOf<'split'> & { readonly atMs: number }) | null = null;

  constructor(module: string, run: number, pid: number, port: ProcessPort) {
    super(module, run, port);
    this.#pid = pid;
    const { prng } = port;
    const habits = port.habits();
    if (prng.chance(habits.spawnFails)) {
      port.time.after(prng.pick([20, prng.int(1, 5_000), prng.int(2_000, 9_000)]), () =>
        this.#neverBegin(),
      );
      return;
    }
    this.later(prng.int(1, 30), () => port.spawned(this, pid));
    const slow = prng.chance(habits.slowStart) ? prng.int(2_000, 45_000) : prng.int(31, 600);
    if (!prng.chance(habits.neverReady)) this.later(slow, () => this.#getReady());
    if (prng.chance(habits.diesYoung)) this.later(prng.int(1, 400), () => this.#crash());
    this.later(prng.int(100, 20_000), () => this.#live());
  }

  pid(): number {
    return this.#pid;
  }

  silentMs(): number {
    return this.port.time.monoMs - this.lastLineMs;
  }

  override finished(): Finished | null {
    const { take, trial, segment } = this.heard;
    const isOver = take === 'idle' && this.#asked.stop !== undefined;
    return isOver && trial !== null && segment !== null ? { trial, segment } : null;
  }

  tell(command: ModuleCommand): void {
    const isRepeated = command.do === 'record' && this.#asked.record !== undefined;
    if (!isRepeated) this.#ids += 1;
    const told = { ...command, id: isRepeated ? (this.#asked.record ?? 0) : this.#ids };
    const kind = askedBy(command);
    if (command.do === 'arm') {
      this.#asked = { arm: told.id };
      const { trial, segment } = command;
      this.heard = { ...this.heard, trial, segment, splitTo: null };
    } else if (kind !== null) this.#asked = { ...this.#asked, [kind]: told.id };
    if (command.do === 'split') this.heard = { ...this.heard, splitTo: command.segment };
    this.later(this.port.prng.int(1, 20), () => this.#obey(told));
  }

  signal(signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): void {
    const { prng, time } = this.port;
    if (signal === 'SIGKILL') return this.#kill();
    if (prng.chance(this.port.habits().ignoresEnd)) return;
    this.later(prng.int(5, 1_500), () => {
      const exit = prng.chance(0.5) ? { code: 0, signal: null } : { code: null, signal };
      this.exit(exit);
    });
    // A handler runs also in a process that waits, but not in one that is stopped.
    if (time.monoMs < this.frozenUntilMs) return;
  }

  #kill(): void {
    const { prng, time } = this.port;
    if (prng.chance(this.port.habits().immortal)) {
      this.immortalUntilMs = Math.max(this.immortalUntilMs, time.monoMs + prng.int(5_000, 60_000));
    }
    const wait = Math.max(prng.int(1, 10), this.immortalUntilMs - time.monoMs);
    time.after(wait, () => this.exit({ code: null, signal: 'SIGKILL' }));
  }

  #neverBegin(): void {
    if (!this.alive) return;
    this.vanish();
    this.port.spawnFailed(this);
  }

  #getReady(): void {
    const { prng } = this.port;
    const pause = prng.chance(0.8) ? ['pause', 'mark'] : [];
    const can = ['arm', ...pause, ...(prng.chance(0.7) ? ['split'] : [])];
    this.#say({ is: 'ready', version: '1', can });
  }

  /** What comes over it every now and then. */
  #live(): void {
    const { prng, time } = this.port;
    const habits = this.port.habits();
    if (prng.chance(habits.crashes)) return this.#crash();
    if (prng.chance(habits.freezes)) this.frozenUntilMs = time.monoMs + prng.int(1_000, 60_000);
    if (prng.chance(habits.babbles)) this.#babble();
    if (prng.chance(habits.quitsTake) && this.#take === 'recording') {
      this.growing = false;
      this.#take = 'idle';
      this.#say({ is: 'idle', files: [] });
    }
    this.later(prng.int(100, 20_000), () => this.#live());
  }

  #crash(): void {
    const { prng } = this.port;
    if (prng.chance(0.2)) {
      const said = { is: 'error', code: 'x', message: 'I give up', remedy: null } as const;
      this.#say({ ...said, recoverable: false });
    }
    const isBad = prng.chance(this.port.habits().badConfiguration);
    this.exit(isBad ? { code: 78, signal: null } : prng.pick(failures));
  }

  #babble(): void {
    const { prng } = this.port;
    const files = prng.chance(0.5) ? [] : ['/babble'];
    this.#say(
      prng.pick<Said>([
        { is: 'ready', version: '2', can: ['arm', 'pause'] },
        { is: 'armed', files },
        { is: 'recording', firstSampleMonoNs: null, files, segment: this.heard.splitTo },
        { is: 'paused' },
        { is: 'idle', files },
        { is: 'finalizing', etaMs: prng.pick([null, 10, 5_000]) },
        { is: 'error', code: 'x', message: 'hot', remedy: null, recoverable: prng.chance(0.7) },
      ]),
    );
  }

  #obey(told: Told): void {
    const { prng } = this.port;
    const habits = this.port.habits();
    this.lastLineMs = this.port.time.monoMs;
    if (told.do === 'ping' || told.do === 'mark' || told.do === 'log') return;
    if (prng.chance(habits.crashes * 0.5)) return this.#crash();
    if (told.do === 'quit') {
      if (!prng.chance(habits.ignoresEnd)) {
        this.later(prng.int(1, 800), () => this.exit({ code: 0, signal: null }));
      }
      return;
    }
    if (prng.chance(habits.babbles)) this.#babble();
    if (prng.chance(habits.neverAnswers)) return;
    this.later(prng.int(1, 100), () => this.#answer(told));
  }

  #answer(told: Told): void {
    switch (told.do) {
      case 'arm':
        return this.#arm(told.id);
      case 'record':
        return this.#record(told.id, told.atMonoNs);
      case 'pause':
        this.growing = false;
        this.#take = 'paused';
        return this.#say({ is: 'paused' }, told.id);
      case 'resume':
        this.growing = true;
        this.#take = 'recording';
        this.#say({ is: 'recording', firstSampleMonoNs: null, files: [], segment: null }, told.id);
        return this.#goOn();
      case 'split': {
        const atMs = Number(BigInt(told.atMonoNs) / 1_000_000n);
        this.#split = { ...told, atMs };
        return this.later(Math.max(0, atMs - this.port.time.monoMs), () => this.#goOn());
      }
      case 'stop':
        return this.#finish(told.id, 0);
      default:
        return;
    }
  }

  #arm(id: number): void {
    const { prng } = this.port;
    if (prng.chance(this.port.habits().armFails)) {
      const recoverable = prng.chance(0.7);
      const said = { is: 'error', code: 'no-device', message: 'no device', remedy: null } as const;
      if (prng.chance(0.6)) return this.#say({ ...said, recoverable }, id);
      return this.later(prng.int(500, 15_000), () => this.#holdFiles(id));
    }
    this.#holdFiles(id);
  }

  #holdFiles(id: number): void {
    if (this.#asked.arm !== id) return;
    this.#take = 'armed';
    const { trial, segment } = this.heard;
    const files = this.port.prng.chance(0.8) ? [`/${this.module}/${trial}/${segment}`] : [];
    this.#say({ is: 'armed', files }, id);
    if (this.port.prng.chance(0.05)) this.#say({ is: 'armed', files }, id);
  }

  #record(id: number, atMonoNs: string): void {
    const waitMs = Math.max(0, Number(BigInt(atMonoNs) / 1_000_000n) - this.port.time.monoMs);
    this.later(waitMs, () => {
      if (this.#take !== 'armed' && this.#take !== 'recording') return;
      this.#take = 'recording';
      this.growing = !this.port.prng.chance(this.port.habits().lies);
      this.#say({ is: 'recording', firstSampleMonoNs: atMonoNs, files: [], segment: null }, id);
    });
  }

  #goOn(): void {
    const { prng, time } = this.port;
    const told = this.#split;
    if (told === null || this.#take !== 'recording' || told.atMs > time.monoMs) return;
    this.#split = null;
    const said = { code: 'split-failed', message: 'no', remedy: null, recoverable: true } as const;
    if (prng.chance(this.port.habits().splitFails)) return this.#say({ is: 'error', ...said });
    const { segment, id } = told;
    const files = prng.chance(0.8) ? [`/${this.module}/${this.heard.trial}/${segment}`] : [];
    this.#say({ is: 'recording', firstSampleMonoNs: told.atMonoNs, files, segment }, id);
  }

  /** Finishes its files, with news of it where it takes long. */
  #finish(id: number, round: number): void {
    const { prng } = this.port;
    this.growing = false;
    const long = this.#take === 'recording' && prng.chance(0.3) ? prng.int(1, 4) : 0;
    if (round < long) {
      this.#say({ is: 'finalizing', etaMs: (4 - round) * 1_000 }, id);
      return this.later(prng.int(200, 1_500), () => this.#finish(id, round + 1));
    }
    const files = this.#take === 'idle' ? [] : [`/${this.module}/late`];
    this.#take = 'idle';
    this.#say({ is: 'idle', files }, id);
  }

  /** Says something; an answer to what is no longer asked is dropped by its listener. */
  #say(said: Said, id?: number): void {
    this.lastLineMs = this.port.time.monoMs;
    const kind = answeredBy[said.is];
    const isSplit = said.is === 'recording' && id === this.#asked.split;
    if (id !== undefined && kind !== undefined && this.#asked[kind] !== id && !isSplit) return;
    if (said.is === 'ready') {
      this.heard = { ...this.heard, ready: true, version: said.version, can: said.can };
    } else if (said.is !== 'error') this.heard = { ...this.heard, take: said.is };
    if (said.is === 'recording' && said.segment !== null) {
      this.heard = { ...this.heard, segment: said.segment, splitTo: null };
    }
    this.port.said(this, said);
  }
}

function askedBy(command: ModuleCommand): Asked | null {
  switch (command.do) {
    case 'arm':
    case 'record':
    case 'split':
    case 'pause':
    case 'stop':
      return command.do;
    case 'resume':
      return 'record';
    default:
      return null;
  }
}

const answeredBy: Partial<Record<Said['is'], Asked>> = {
  armed: 'arm',
  recording: 'record',
  paused: 'pause',
  finalizing: 'stop',
  idle: 'stop',
};
