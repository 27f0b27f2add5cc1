import type { ModuleCommand } from '../../src/protocol/module-lines.ts';
import type { Exit } from '../../src/protocol/problem.ts';
import { failures, type ProcessPort, SimProcess } from './sim-process.ts';

/** An ordinary program (`protocol: none`): ready at once, a process only while it records. */
export class PlainProcess extends SimProcess {
  readonly #pid: number;
  #doing: 'idle' | 'armed' | 'waiting' | 'recording' | 'ending' = 'idle';
  #quitting = false;

  constructor(module: string, run: number, pid: number, port: ProcessPort) {
    super(module, run, port);
    this.#pid = pid;
    this.heard = { ...this.heard, ready: true, can: ['arm'] };
    port.time.after(0, () => {
      if (!this.alive) return;
      port.spawned(this, null);
      port.said(this, { is: 'ready', version: null, can: ['arm'] });
    });
  }

  pid(): number | null {
    return this.#doing === 'recording' || this.#doing === 'ending' ? this.#pid : null;
  }

  silentMs(): null {
    return null;
  }

  tell(command: ModuleCommand): void {
    switch (command.do) {
      case 'arm':
        this.heard = { ...this.heard, trial: command.trial, segment: command.segment };
        return this.later(0, () => this.#arm());
      case 'record': {
        if (this.#doing !== 'armed') return;
        this.#doing = 'waiting';
        const goMs = Number(BigInt(command.atMonoNs) / 1_000_000n);
        return this.later(goMs - this.port.time.monoMs, () => this.#begin());
      }
      case 'stop':
        return this.#stop();
      case 'quit':
        this.#quitting = true;
        return this.#stop();
      default:
        return;
    }
  }

  signal(signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL'): void {
    if (this.pid() === null) return this.#quitted({ code: null, signal });
    const { prng, time } = this.port;
    if (signal !== 'SIGKILL' && prng.chance(this.port.habits().ignoresEnd)) return;
    time.after(prng.int(1, 300), () => this.#ended({ code: null, signal }));
  }

  #arm(): void {
    const { prng } = this.port;
    if (prng.chance(this.port.habits().armFails)) {
      const message = 'The program was not found.';
      const said = { is: 'error', code: 'no-program', message, remedy: null, recoverable: true };
      return this.port.said(this, { ...said, is: 'error' });
    }
    this.#doing = 'armed';
    this.heard = { ...this.heard, take: 'armed' };
    this.port.said(this, { is: 'armed', files: [] });
  }

  #begin(): void {
    if (this.#doing !== 'waiting') return;
    const { prng } = this.port;
    this.#doing = 'recording';
    this.growing = !prng.chance(this.port.habits().lies);
    this.heard = { ...this.heard, take: 'recording' };
    this.port.spawned(this, this.#pid);
    this.port.said(this, { is: 'recording', firstSampleMonoNs: null, files: [], segment: null });
    this.later(prng.int(100, 20_000), () => this.#live());
  }

  #live(): void {
    if (this.#doing !== 'recording') return;
    const { prng } = this.port;
    if (prng.chance(this.port.habits().crashes)) return this.#ended(prng.pick(failures));
    this.later(prng.int(100, 20_000), () => this.#live());
  }

  #stop(): void {
    if (this.pid() === null) {
      this.#doing = 'idle';
      return this.later(0, () => this.#finished());
    }
    this.#doing = 'ending';
    this.heard = { ...this.heard, take: 'finalizing' };
    if (this.port.prng.chance(this.port.habits().ignoresEnd)) return;
    this.later(this.port.prng.int(5, 2_000), () => this.#ended({ code: 255, signal: null }));
  }

  #ended(exit: Exit): void {
    if (!this.alive || this.pid() === null) return;
    const wasStopped = this.#doing === 'ending';
    this.growing = false;
    this.#doing = 'idle';
    if (!wasStopped) return this.exit(exit);
    this.port.spawned(this, null);
    this.#finished();
  }

  #finished(): void {
    if (this.#quitting) return this.#quitted({ code: 0, signal: null });
    this.heard = { ...this.heard, take: 'idle' };
    this.port.said(this, { is: 'idle', files: [] });
  }

  #quitted(exit: Exit): void {
    this.exit(exit);
  }
}
