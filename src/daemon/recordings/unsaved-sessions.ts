import type { SessionStore } from './session-store.ts';

/** Sessions that ended while the disk did not take their last words. They are tried again until it does. */
export class UnsavedSessions {
  readonly #stores = new Set<SessionStore>();

  /** Keeps a session that is over, if something of it is still to be written. */
  keep(store: SessionStore): void {
    if (!store.isSettled) this.#stores.add(store);
  }

  /** One try each. */
  async flush(): Promise<void> {
    for (const store of this.#stores) if (await store.settle()) this.#stores.delete(store);
  }

  /** Those that are still not on disk. */
  get waiting(): readonly SessionStore[] {
    return [...this.#stores].filter((store) => !store.isSettled);
  }

  /** No further try by itself. */
  stop(): void {
    for (const store of this.#stores) store.stop();
  }
}
