import type { Fault } from '../../core/input.ts';
import { Saver } from '../store/saver.ts';
import type { ConfigWatch } from './config-watch.ts';
import { writeAllEnabled } from './write-enabled.ts';

/** A person at work changes wishes quickly; a card wears with every write. */
const minGapMs = 1_000;

/**
 * Brings the wishes of people back into rig.yaml: at most one write a second, the newest wish of each module wins, and what
 * the disk does not take is tried again.
 */
export class Preferences {
  readonly #file: string;
  readonly #tell: (fault: Fault | null) => void;
  readonly #watch: Pick<ConfigWatch, 'writes' | 'wrote'> | null;
  readonly #saver: Saver;
  #wishes = new Map<string, boolean>();
  #fault: Fault | null = null;
  #told: string | null = null;

  /**
   * @param tell is told when a wish cannot be written, and null when all of them are
   * @param watch is told what is written, so that it takes that for no change by somebody else
   */
  constructor(
    file: string,
    tell: (fault: Fault | null) => void,
    watch: Pick<ConfigWatch, 'writes' | 'wrote'> | null = null,
  ) {
    this.#file = file;
    this.#tell = tell;
    this.#watch = watch;
    this.#saver = new Saver(
      () => this.#save(),
      minGapMs,
      () => this.#report(),
    );
  }

  remember(module: string, enabled: boolean): void {
    this.#wishes.set(module, enabled);
    this.#saver.changed();
  }

  /** Writes now what is not written yet. @returns whether the file says all of it */
  async flush(): Promise<boolean> {
    return (await this.#saver.settle()) && this.#fault === null;
  }

  /** Nothing more is written by itself. */
  stop(): void {
    this.#saver.stop();
  }

  async #save(): Promise<void> {
    const wishes = this.#wishes;
    this.#wishes = new Map();
    this.#watch?.writes(wishes);
    const { fault, hopeless } = await writeAllEnabled(this.#file, wishes);
    this.#fault = fault ?? hopeless[0] ?? null;
    if (fault === null) return this.#watch?.wrote(wishes);
    // What was wished meanwhile is newer.
    this.#wishes = new Map([...wishes, ...this.#wishes]);
    throw new Error(fault.message);
  }

  #report(): void {
    const words = this.#fault?.message ?? null;
    if (words === this.#told) return;
    this.#told = words;
    this.#tell(this.#fault);
  }
}
