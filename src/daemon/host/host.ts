import type { HostRecord } from '../../protocol/snapshot.ts';
import { readFigures, unknownFigures } from './host-figures.ts';
import { StorageWatch, type StorageWatchPort } from './storage-watch.ts';

/** What others may know of this machine. Nothing here looks at anything, or changes it. */
export type HostView = {
  /** The newest figures. What is unknown is null, never zero. */
  now(): HostRecord;
};

/** This machine: its figures for whoever looks, and a watch over what endangers a recording. */
export class Host implements HostView {
  readonly #port: StorageWatchPort;
  readonly #storage: StorageWatch;
  #figures = unknownFigures;

  constructor(port: StorageWatchPort) {
    this.#port = port;
    this.#storage = new StorageWatch(port);
  }

  now(): HostRecord {
    return { storage: this.#storage.record(), ...this.#figures };
  }

  /** Reads figures anew for somebody who watches them; nothing is judged. */
  async refresh(): Promise<void> {
    // Nobody waits for a disk that hangs: its figures are those of the newest look.
    void this.#port.storage.look(this.#port.state().recording.name !== 'idle');
    this.#figures = await readFigures();
  }

  /** One look of the health loop: figures, and what is wrong with this machine. */
  async look(): Promise<void> {
    this.#figures = await readFigures();
    await this.#storage.look();
  }

  /** To be called after every change. */
  follow(): void {
    this.#storage.follow();
  }

  /** Looks no more by itself. */
  stop(): void {
    this.#storage.stop();
  }
}
