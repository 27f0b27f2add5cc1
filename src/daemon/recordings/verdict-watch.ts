import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ManifestFile } from '../../protocol/manifest.ts';
import { trialOf } from './manifest-notes.ts';
import { readManifest } from './read-manifest.ts';
import { reviewFile } from './review-file.ts';
import { sessionFiles } from './session-folder.ts';
import type { SessionStore, StoreOutlet } from './session-store.ts';
import { filesOf } from './verdicts.ts';

/** The newest trial whose files were not in order. `seenMs`: when its manifest was last written, as far as it was looked at. */
type Bad = { readonly path: string; readonly trial: number; seenMs: number | null };

/** Ends the problem `verdict`: with the next trial that is in order, or when somebody has mended the one that was not. */
export class VerdictWatch {
  readonly #outlet: StoreOutlet;
  #bad: Bad | null = null;
  #isLooking = false;

  constructor(outlet: StoreOutlet) {
    this.#outlet = outlet;
  }

  /** A trial was closed. @param path of its session */
  judged(path: string, trial: number, isGood: boolean): void {
    if (isGood && this.#bad !== null) this.#outlet.over('verdict');
    this.#bad = isGood ? null : { path, trial, seenMs: null };
  }

  /** A second opinion on a file that was found to be in order. */
  async review(store: SessionStore, file: ManifestFile): Promise<void> {
    const trial = await reviewFile(store, this.#outlet, file);
    if (trial !== null) this.judged(store.path, trial, false);
  }

  /** Looks whether somebody has written to the session since. @param open path of the session that nobody but us writes to */
  look(open: string | null): void {
    const bad = this.#bad;
    if (bad === null || bad.path === open || this.#isLooking) return;
    this.#isLooking = true;
    void this.#lookAt(bad).finally(() => {
      this.#isLooking = false;
    });
  }

  async #lookAt(bad: Bad): Promise<void> {
    const facts = await stat(join(bad.path, sessionFiles.manifest)).catch(() => null);
    if (facts === null || facts.mtimeMs === bad.seenMs) return;
    bad.seenMs = facts.mtimeMs;
    const read = await readManifest(bad.path).catch(() => null);
    if (this.#bad !== bad) return; // another trial was closed meanwhile
    const trial = read === null ? undefined : trialOf(read.manifest, bad.trial);
    if (trial === undefined || read?.damaged !== null) return;
    const files = filesOf(trial);
    if (files.length === 0 || !files.every(({ file }) => isSettled(file))) return;
    this.#bad = null;
    this.#outlet.over('verdict');
  }
}

function isSettled({ verdict, known }: ManifestFile): boolean {
  return verdict === 'ok' || verdict === 'repaired' || known !== undefined;
}
