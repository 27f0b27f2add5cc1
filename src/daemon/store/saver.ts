/** The first try after a failure; each later one waits twice as long, up to `slowestRetryMs`. */
const firstRetryMs = 1_000;
const slowestRetryMs = 30_000;

/**
 * Brings what is in memory to disk: one save at a time, changes in between are saved together, and what failed is tried
 * again until it succeeds. Memory stays the truth; nothing here throws.
 */
export class Saver {
  readonly #save: () => Promise<void>;
  readonly #told: (error: unknown) => void;
  readonly #minGapMs: number;
  #dirty = false;
  #saving: Promise<void> | null = null;
  #timer: { readonly dueMs: number; readonly handle: NodeJS.Timeout } | null = null;
  #lastMs = Number.NEGATIVE_INFINITY;
  #failures = 0;
  #isStopped = false;

  /**
   * @param minGapMs between the beginnings of two saves
   * @param told after each save: what went wrong, or null when it succeeded
   */
  constructor(save: () => Promise<void>, minGapMs: number, told: (error: unknown) => void) {
    this.#save = save;
    this.#minGapMs = minGapMs;
    this.#told = told;
  }

  /** Something changed. It is on disk after `withinMs` and the gap to the save before, if the disk takes it. */
  changed(withinMs = 0): void {
    this.#dirty = true;
    if (this.#saving === null && this.#failures === 0) this.#saveAt(this.#nextMs(withinMs));
  }

  /** Saves now what is not saved yet. @returns whether everything is on disk; one try, however often it failed before */
  async settle(): Promise<boolean> {
    while (this.#saving !== null) await this.#saving;
    if (this.#dirty) await this.#begin();
    return !this.#dirty;
  }

  /**
   * Saves now, whether or not something changed.
   *
   * @param lightly a save that need not outlive a power cut; taken where nothing has changed
   * @returns whether the disk took it, whatever has changed meanwhile
   */
  async prove(lightly: () => Promise<void>): Promise<boolean> {
    while (this.#saving !== null) await this.#saving;
    await this.#begin(this.#dirty ? this.#save : lightly);
    return this.#failures === 0;
  }

  /** Whether nothing waits to be saved. */
  get isSettled(): boolean {
    return !this.#dirty && this.#saving === null;
  }

  /** Nothing more is saved by itself; `settle` still does. */
  stop(): void {
    this.#isStopped = true;
    this.#clearTimer();
  }

  /** Takes up what `stop` held back. */
  goOn(): void {
    this.#isStopped = false;
    if (this.#dirty) this.#saveAt(this.#nextMs(0));
  }

  #clearTimer(): void {
    clearTimeout(this.#timer?.handle);
    this.#timer = null;
  }

  #nextMs(withinMs: number): number {
    const nowMs = performance.now();
    return Math.max(nowMs + withinMs, this.#lastMs + this.#minGapMs);
  }

  #saveAt(dueMs: number): void {
    if (this.#isStopped || (this.#timer !== null && this.#timer.dueMs <= dueMs)) return;
    clearTimeout(this.#timer?.handle);
    const handle = setTimeout(() => void this.#begin(), Math.max(0, dueMs - performance.now()));
    this.#timer = { dueMs, handle: handle.unref() };
  }

  #begin(save = this.#save): Promise<void> {
    this.#clearTimer();
    this.#saving ??= this.#once(save).finally(() => {
      this.#saving = null;
      if (this.#dirty) this.#saveAt(this.#nextMs(this.#retryMs()));
    });
    return this.#saving;
  }

  async #once(save: () => Promise<void>): Promise<void> {
    this.#dirty = false;
    this.#lastMs = performance.now();
    let problem: unknown = null;
    try {
      await save();
      this.#failures = 0;
    } catch (error) {
      this.#dirty = true;
      this.#failures += 1;
      problem = error;
    }
    this.#told(problem);
  }

  #retryMs(): number {
    if (this.#failures === 0) return 0;
    return Math.min(firstRetryMs * 2 ** (this.#failures - 1), slowestRetryMs);
  }
}
