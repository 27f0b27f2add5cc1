import type { SessionStore } from './session-store.ts';

/** Sessions that ended while the disk did not take their last words. They are tried again until it does. */
export class UnsavedSessions {
  readonly #stores = new Set<SessionStore>();
  /** The session that ended last, if its folder was not there any more: nothing is tried for it. */
  #lost: SessionStore | null = null;

  /** Keeps a session that is over, if something of it is still to be written and there is a place for it. */
  keep(store: SessionStore): void {
    this.#lost = null;
    if (store.isSettled) return;
    if (store.why !== 'gone') return void this.#stores.add(store);
    store.abandon();
    this.#lost = store;
  }

  /** Another session is open: the one that was lost is told of no more. */
  forgetLost(): void {
    this.#lost = null;
  }

  /** One try each. */
  async flush(): Promise<void> {
    for (const store of this.#stores) if (await store.settle()) this.#stores.delete(store);
  }

  /** What is not on disk, in words; null when everything is. */
  words(): string | null {
    const waiting = [...this.#stores].find((store) => !store.isSettled);
    if (waiting !== undefined) return `${waiting.path} is not on disk yet`;
    if (this.#lost === null) return null;
    return `the folder ${this.#lost.path} is gone, with all that was recorded into it`;
  }

  /** Whether no wait changes what `words` says: the folder is gone, or its disk. */
  get isHopeless(): boolean {
    const waiting = [...this.#stores].filter((store) => !store.isSettled);
    return waiting.every((store) => store.why !== 'refused');
  }

  /** No further try by itself. */
  stop(): void {
    for (const store of this.#stores) store.stop();
  }
}
