import { resolve } from 'node:path';
import type { ManifestFile } from '../../protocol/manifest.ts';
import type { FileWork } from '../../protocol/sessions.ts';
import type { SessionStore } from './session-store.ts';

/** What was to be summed since the work began, and how far it is: counted up when something comes or is done, not when asked. */
export class SumSpell {
  readonly #known = new Map<ManifestFile, number>();
  #bytes = 0;
  #filesDone = 0;
  #bytesDone = 0;
  #hand: { readonly path: string; readonly bytes: number } | null = null;

  /** These files are to be summed too. */
  add(files: readonly ManifestFile[]): void {
    for (const file of files) this.#take(file);
  }

  /** This file is in hand now; the one before is done, whatever came of it. */
  begin(store: SessionStore, file: ManifestFile): void {
    this.#take(file);
    this.#done();
    this.#hand = { path: resolve(store.path, file.path), bytes: file.bytes };
  }

  /** Everything is done; what comes next is counted from zero. */
  end(): void {
    this.#known.clear();
    this.#hand = null;
    this.#bytes = 0;
    this.#filesDone = 0;
    this.#bytesDone = 0;
  }

  /** @param readOf how many bytes of a file have been read */
  work(readOf: (path: string) => number): FileWork {
    const inHand = this.#hand === null ? 0 : Math.min(this.#hand.bytes, readOf(this.#hand.path));
    return {
      files: this.#known.size,
      filesDone: this.#filesDone,
      bytes: this.#bytes,
      bytesDone: this.#bytesDone + inHand,
    };
  }

  #take(file: ManifestFile): void {
    if (this.#known.has(file)) return;
    this.#known.set(file, file.bytes);
    this.#bytes += file.bytes;
  }

  #done(): void {
    if (this.#hand === null) return;
    this.#filesDone += 1;
    this.#bytesDone += this.#hand.bytes;
    this.#hand = null;
  }
}
