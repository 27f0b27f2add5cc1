import { invariant } from '../core/assert.ts';
import type { ConfigOffer } from '../core/spec.ts';
import type { RigState } from '../core/state.ts';
import type { Refusal } from '../protocol/problem.ts';
import { formatFault } from './config/config-fault.ts';
import { inForce, offerOf } from './config/config-offer.ts';
import { type LoadedConfig, loadConfig } from './config/load-config.ts';
import type { Parts, Place } from './parts.ts';

export type ConfigDeskPort = {
  readonly place: Place;
  readonly parts: Parts;
  readonly state: () => RigState;
  /** The daemon is on its way out: the next one goes by the file. */
  readonly isEnding: () => boolean;
  /** Another configuration is in force: `place.loaded`. */
  readonly changed: () => void;
  readonly mistake: (error: unknown) => void;
};

type Take = (offer: ConfigOffer | Refusal) => void;
type Read = { readonly loaded: LoadedConfig; took(): void };

/** Faults that a refusal tells; `rigdeck config check` tells all of them. */
const toldFaults = 3;

/** Reads a changed rig.yaml, offers it to the rig, and puts it in force when that takes it. */
export class ConfigDesk {
  readonly #port: ConfigDeskPort;
  /** The highest number of a run that is known of each module, also of those that are not in the rig any more. */
  readonly #runs = new Map<string, number>();
  #queue: Promise<void> = Promise.resolve();
  #read: Read | null = null;

  constructor(port: ConfigDeskPort) {
    this.#port = port;
    const { found, runtime } = port.parts.legacy;
    for (const known of [found, runtime.data?.modules ?? {}])
      for (const [name, { run }] of Object.entries(known)) this.#know(name, run);
  }

  /** Reads the file, and gives `take` what it says, or why nobody can take it over. One after the other. */
  offer(take: Take): void {
    this.#queue = this.#queue.then(() => this.#readFor(take));
  }

  /** The rig takes what was offered to it: the effect `take-config`. */
  takeOver(): void {
    const { place, parts } = this.#port;
    const read = this.#read;
    invariant(read !== null, 'a configuration was offered');
    place.loaded = inForce(place.loaded, read.loaded);
    parts.runs.configure(place.loaded.modules);
    parts.recordings.configured();
    read.took();
    this.#port.changed();
  }

  async #readFor(take: Take): Promise<void> {
    const { parts } = this.#port;
    // What people wished a moment ago stands in the file, too.
    await parts.preferences.flush();
    await parts.configWatch.whileRead(async (took) => {
      const loaded = await this.#load();
      if ('reason' in loaded) return take(loaded);
      const offer = this.#offerOf(loaded);
      this.#read = { loaded, took: () => took(loaded.text, offer.waiting) };
      take(offer);
      this.#read = null;
    });
  }

  async #load(): Promise<LoadedConfig | Refusal> {
    try {
      const result = await loadConfig(this.#port.place.loaded.file);
      if (!result.ok) return faulty(result.faults.map(formatFault));
      if (this.#port.isEnding()) return endingRefusal;
      const stray = Object.keys(result.loaded.modules).find((name) => this.#isStray(name));
      return stray === undefined ? result.loaded : stillRuns(stray);
    } catch (error) {
      this.#port.mistake(error);
      return unreadable(error);
    }
  }

  #offerOf(loaded: LoadedConfig): ConfigOffer {
    const { place, state } = this.#port;
    for (const { name, runs } of Object.values(state().modules)) this.#know(name, runs);
    return offerOf(place.loaded, loaded, (name) => this.#runs.get(name) ?? 0);
  }

  /** A run of an earlier configuration that the rig does not show, because it is just being ended. */
  #isStray(name: string): boolean {
    return !Object.hasOwn(this.#port.state().modules, name) && this.#port.parts.runs.lives(name);
  }

  #know(name: string, run: number): void {
    this.#runs.set(name, Math.max(run, this.#runs.get(name) ?? 0));
  }
}

const endingRefusal: Refusal = {
  reason: 'shutting-down',
  message: 'This daemon is on its way out.',
  remedy: 'The next one goes by the file.',
};

function faulty(faults: readonly string[]): Refusal {
  const more = faults.length > toldFaults ? `; and ${faults.length - toldFaults} more` : '';
  return {
    reason: 'bad-configuration',
    message: `${faults.slice(0, toldFaults).join('; ')}${more}. Nothing of it was taken over.`,
    remedy: 'Correct it (rigdeck config check), then apply it again.',
  };
}

function stillRuns(name: string): Refusal {
  return {
    reason: 'busy',
    message: `A ${name} that rig.yaml did not name is still being ended.`,
    remedy: 'Try again when it has ended (rigdeck history).',
  };
}

function unreadable(error: unknown): Refusal {
  const message = `rig.yaml could not be taken over: ${String(error)}`;
  return { reason: 'bad-configuration', message, remedy: null };
}
