import type { Said } from '../../core/input.ts';
import { monoMs } from '../clock.ts';

/** So many messages of one module are told at once, */
const burst = 50;
/** and so many a second in the long run: a module in a loop must not keep the rig busy with its changes of mind. */
const aSecond = 20;

/**
 * Lets through what one module says of its state, in order, up to a rate. Beyond it the newest of each kind waits until there is
 * room again, so that what is told last is what is true.
 */
export class SaidBucket {
  /** So many messages were replaced by newer ones before there was room for them. */
  dropped = 0;
  #room = burst;
  #filledAt: number = monoMs();
  readonly #waiting = new Map<Said['is'], Said>();

  /**
   * Takes a message.
   *
   * @param awaited it answers what the module was asked: it passes at once, after what was said before it
   * @returns what is to be told now
   */
  take(said: Said, awaited: boolean): Said[] {
    if (this.#waiting.delete(said.is)) this.dropped += 1;
    this.#waiting.set(said.is, said);
    return awaited ? this.empty() : this.release();
  }

  /** What there is room for by now. */
  release(): Said[] {
    const now = monoMs();
    this.#room = Math.min(burst, this.#room + ((now - this.#filledAt) / 1_000) * aSecond);
    this.#filledAt = now;
    const told = [...this.#waiting.values()].slice(0, Math.floor(this.#room));
    for (const { is } of told) this.#waiting.delete(is);
    this.#room -= told.length;
    return told;
  }

  /** All that waits, whatever the rate: last words. */
  empty(): Said[] {
    const told = [...this.#waiting.values()];
    this.#waiting.clear();
    return told;
  }
}
