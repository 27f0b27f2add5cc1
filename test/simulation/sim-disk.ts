import type { Input, StoreInput } from '../../src/core/input.ts';
import type { Ground } from './ground.ts';
import type { Performed } from './sim-daemon.ts';
import type { SimProcess } from './sim-process.ts';
import { SimStore } from './sim-store.ts';

/** The recordings disk: it does everything in the order it was asked for, in its own time, and sometimes fails or hangs. */
export class SimDisk {
  readonly store = new SimStore();
  readonly #ground: Ground;
  readonly #armsUntil = new Map<string, number>();
  #freeMs = 0;

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  perform(effect: Performed): void {
    const { store } = this;
    const fails = this.#isBad(effect.type === 'secure-trial' ? 0.2 : 1);
    switch (effect.type) {
      case 'prepare-trial':
        return this.#answer(() => store.prepare(effect.ask, fails));
      case 'secure-trial':
        return this.#answer(() => store.secure(effect.ask, fails), 0.2);
      case 'discard-trial':
        return this.#discard(effect.trial);
      case 'close-trial':
        return this.#answer(() => ({ type: 'trial-closed', ask: effect.ask, partly: null }));
      case 'open-session':
        return this.#answer(() => this.#opened(effect.ask, effect.name, fails));
      case 'end-session':
        store.endSession();
        return this.#answer(() => ({ type: 'session-ended', ask: effect.ask, partly: null }));
      case 'note':
        return store.note(effect.note, this.#ground.time.monoMs);
      default:
        return;
    }
  }

  /** Makes the folder, then tells the module to arm or to split. */
  makeThenTell(
    effect: Extract<Performed, { type: 'arm' | 'split' }>,
    living: () => SimProcess | undefined,
  ): void {
    const { module, run, trial, segment } = effect;
    const { prng, daemon } = this.#ground;
    const madeMs = this.#inOrder(prng.int(1, 30), () => {
      const process = living();
      const { session } = this.store;
      if (this.#ground.daemon !== daemon || process?.run !== run || session === null) return;
      if (this.#isBad(0.2)) return this.#ground.input(noFolder(module, run), `module ${module}`);
      this.store.makeFolder(module, trial, segment);
      const { path: dir, id, name } = session;
      const prefix = `${module}_${segment}`;
      const place = { dir, prefix, segment };
      if (effect.type === 'arm') {
        process.tell({ do: 'arm', ...place, session: { id, name }, trial });
      } else process.tell({ do: 'split', ...place, atMonoNs: effect.atMonoNs });
    });
    this.#armsUntil.set(module, madeMs);
  }

  /** Commands arrive in their order: what is told after `arm` waits until its folder is made. */
  inTurn(module: string, tell: () => void): void {
    const { time, daemon } = this.#ground;
    const waitMs = (this.#armsUntil.get(module) ?? 0) - time.monoMs;
    if (waitMs < 0) return tell();
    time.after(waitMs, () => {
      if (this.#ground.daemon === daemon) tell();
    });
  }

  /** What waits behind a slow disk goes with the daemon that asked for it. */
  #discard(trial: number): void {
    const { daemon } = this.#ground;
    this.#inOrder(0, () => {
      if (this.#ground.daemon === daemon) this.store.discard(trial);
    });
  }

  #opened(ask: number, name: string, fails: boolean): StoreInput {
    if (!fails) {
      return { type: 'session-opened', ask, session: this.store.openSession(name, false) };
    }
    const refusal = { reason: 'recordings-folder', message: 'It is gone.', remedy: null } as const;
    return { type: 'session-failed', ask, refusal };
  }

  /** A disk that hangs answers nothing. */
  #answer(work: () => Input, share = 1): void {
    const { daemon, prng } = this.#ground;
    if (this.#isBad(0.2 * share)) return;
    this.#inOrder(this.#isBad(0.3 * share) ? prng.int(10_000, 45_000) : prng.int(2, 200), () => {
      if (this.#ground.daemon === daemon) this.#ground.input(work(), 'recordings');
    });
  }

  /** Gives when it will be done. */
  #inOrder(ms: number, work: () => void): number {
    const { time } = this.#ground;
    this.#freeMs = Math.max(this.#freeMs, time.monoMs) + ms;
    time.after(this.#freeMs - time.monoMs, work);
    return this.#freeMs;
  }

  #isBad(share: number): boolean {
    const { isCalm, prng, plan } = this.#ground;
    return !isCalm && prng.chance(plan.storeFails * share);
  }
}

function noFolder(module: string, run: number): Input {
  const said = { is: 'error', code: 'folder', message: 'full', remedy: null } as const;
  return { type: 'said', module, run, said: { ...said, recoverable: true } };
}
