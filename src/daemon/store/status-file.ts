import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileNames } from '../../protocol/names.ts';
import type { StatusFile } from '../../protocol/snapshot.ts';
import { diskFault } from './disk-fault.ts';
import type { Tell } from './kept-file.ts';
import { Saver } from './saver.ts';

/** `status.json` is for people who look, and for scripts that poll: more often would only cost. */
const minGapMs = 1_000;

/**
 * `status.json` in the run dir: the snapshot, rewritten at most once a second. The run dir is in memory, so nothing is synced;
 * a reader finds the old text or the new one, never half of it.
 */
export class StatusWriter {
  readonly #path: string;
  readonly #take: () => StatusFile;
  readonly #tell: Tell;
  readonly #saver: Saver;
  #isFailing = false;

  /** @param take gives the snapshot of the moment of writing */
  constructor(runDir: string, take: () => StatusFile, tell: Tell) {
    this.#path = join(runDir, fileNames.status);
    this.#take = take;
    this.#tell = tell;
    this.#saver = new Saver(
      () => this.#write(this.#take()),
      minGapMs,
      (error) => this.#report(error),
    );
  }

  /** Something in it is different now. It is in the file after `withinMs` and the gap to what was written last. */
  changed(withinMs = 0): void {
    this.#saver.changed(withinMs);
  }

  /**
   * The last word of this daemon: the snapshot with `stopped`. Nothing is written afterwards, but another last word.
   *
   * @param by who asked for its controlled stop; null when it hands over
   * @param failedSteps of its controlled stop
   */
  async close(by: string | null, failedSteps: readonly string[]): Promise<void> {
    this.#saver.stop();
    await this.#saver.settle();
    try {
      const failed = failedSteps.length === 0 ? {} : { failedSteps };
      const asked = by === null ? {} : { stoppedBy: by };
      await this.#write({ ...this.#take(), stopped: true, ...asked, ...failed });
    } catch (error) {
      this.#report(error);
    }
  }

  async #write(status: StatusFile): Promise<void> {
    const next = `${this.#path}.next`;
    await writeFile(next, `${JSON.stringify(status)}\n`, { mode: 0o644 });
    await rename(next, this.#path);
  }

  #report(error: unknown): void {
    const isFailing = error !== null;
    if (isFailing === this.#isFailing) return;
    this.#isFailing = isFailing;
    this.#tell(isFailing ? diskFault('run-folder', this.#path, error) : null);
  }
}
