import { syncFolder } from '../store/durable-file.ts';

/** Makes new names in folders survive a power cut: folders side by side, and one sync for all that was made in one by then. */
export class FolderSyncs {
  readonly #sync: (folder: string) => Promise<void>;
  readonly #running = new Map<string, Promise<void>>();
  /** The sync that follows the running one: that may have begun before the newest name was there. */
  readonly #next = new Map<string, Promise<void>>();

  constructor(sync = syncFolder) {
    this.#sync = sync;
  }

  /** What is in this folder now is on the disk then. @throws what the disk says */
  of(folder: string): Promise<void> {
    const running = this.#running.get(folder);
    if (running === undefined) return this.#begin(folder);
    const waiting = this.#next.get(folder);
    if (waiting !== undefined) return waiting;
    const begin = () => this.#begin(folder);
    const next = running.then(begin, begin);
    this.#next.set(folder, next);
    return next;
  }

  #begin(folder: string): Promise<void> {
    this.#next.delete(folder);
    const running = this.#sync(folder).finally(() => {
      if (this.#running.get(folder) === running) this.#running.delete(folder);
    });
    this.#running.set(folder, running);
    return running;
  }
}
