import { basename } from 'node:path';
import type { Held, SessionStore } from './session-store.ts';

/** Sessions that ended while the disk did not take their last words. They are tried again until it does. */
export class UnsavedSessions {
  readonly #stores = new Set<SessionStore>();
  /** The session that ended last, if its folder was not there any more: nothing is tried for it. */
  #lost: SessionStore | null = null;

  /**
   * Keeps a session that is over, if something of it is still to be written and there is a place for it.
   *
   * @returns why its end is not on the disk, in words; null where it is, or has nothing in its way
   */
  keep(store: SessionStore): string | null {
    this.#lost = null;
    const { held } = store;
    if (held?.why === 'gone') {
      store.abandon();
      this.#lost = store;
      return sayLost(store);
    }
    if (!store.isSettled) this.#stores.add(store);
    return held === null ? null : sayUnwritten(held);
  }

  /** Another session is open: the one that was lost is told of no more. */
  forgetLost(): void {
    this.#lost = null;
  }

  /** One try each. */
  async flush(): Promise<void> {
    for (const store of this.#stores) if (await store.settle()) this.#stores.delete(store);
  }

  /**
   * What the disk has not taken, in words; null when it took all that it was given. What comes in meanwhile, as checksums do, waits for
   * its turn and for nothing else: nothing is wrong with it.
   */
  words(): string | null {
    const [held] = [...this.#stores].flatMap((store) => sayHeld(store) ?? []);
    return held ?? (this.#lost === null ? null : sayLost(this.#lost));
  }

  /** Whether no wait changes what `words` says: the folder is gone, or its disk. */
  get isHopeless(): boolean {
    return [...this.#stores].every(({ held }) => held?.why !== 'refused');
  }

  /** No further try by itself. */
  stop(): void {
    for (const store of this.#stores) store.stop();
  }
}

/** What was recorded is safe, and what people can do for the rest while the daemon lives. */
export function sayUnwritten({ words, remedy }: Held): string {
  return `session.json could not be written: ${words}. ${kept} ${remedy} It is tried again until it is on the disk`;
}

/** The same of a daemon that ends; null where the disk took all that it was given. */
export function sayHeld({ held, path, manifest }: SessionStore): string | null {
  if (held === null) return null;
  const then = `Then the next daemon writes it, or: rigdeck sessions recover ${manifest.session.id}`;
  return `session.json of ${basename(path)} is not on the disk: ${held.words}. ${kept} ${held.remedy} ${then}`;
}

const kept = 'What was recorded is in its files.';

function sayLost({ path }: SessionStore): string {
  return `the folder ${path} is gone, with all that was recorded into it`;
}
