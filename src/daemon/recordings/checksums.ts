import { resolve } from 'node:path';
import type { Manifest, ManifestFile } from '../../protocol/manifest.ts';
import type { FileWork } from '../../protocol/sessions.ts';
import type { LogLevel } from '../../protocol/vocabulary.ts';
import { FileSums } from './file-sums.ts';
import { filesIn } from './manifest-notes.ts';
import { factsOf } from './recorded-files.ts';
import type { SessionStore } from './session-store.ts';
import { SumSpell } from './sum-spell.ts';

/** Checksums come in one by one; the manifest is rewritten for them at most this often. */
const saveWithinMs = 10_000;

export type ChecksumsPort = {
  readonly log: (level: LogLevel, message: string) => void;
  readonly isRecording: () => boolean;
  /** Has a second look at a file before it is summed. */
  readonly review: (store: SessionStore, file: ManifestFile) => Promise<void>;
};

/**
 * SHA-256 of recorded files, in the background: one file at a time, at the lowest priority. Nothing is read while a recording
 * is being started, little while one goes on. What is not done when the daemon ends is done by the next one.
 */
export class Checksums {
  readonly #port: ChecksumsPort;
  readonly #sums = new FileSums();
  readonly #stores = new Set<SessionStore>();
  /** Files that could not be summed, with the size that they had; with another they are tried again. */
  readonly #tried = new Map<ManifestFile, number>();
  readonly #spell = new SumSpell();
  #working: Promise<void> | null = null;
  #isStarting = false;
  #isClosed = false;

  constructor(port: ChecksumsPort) {
    this.#port = port;
  }

  /** Fills in what is missing of the files of a session that have a verdict. */
  add(store: SessionStore): void {
    this.#stores.add(store);
    this.#spell.add(this.#filesOf(store));
    this.#setPace();
    this.#go();
  }

  /** How far the work is; null while there is none. */
  get work(): FileWork | null {
    return this.#working === null ? null : this.#spell.work((path) => this.#sums.readOf(path));
  }

  /** The same sum for somebody who verifies: one at a time all the same, at the same pace, after our own. As `FileSums.sumOf`. */
  async sumOf(path: string, unwanted: AbortSignal): Promise<string | null> {
    if (this.#isClosed) return null;
    this.#setPace();
    const sha256 = await this.#sums.sumOf(path, unwanted);
    if (this.#working === null) await this.#sums.rest();
    return sha256;
  }

  /** How much of a file has been read so far, in bytes. */
  readOf(path: string): number {
    return this.#sums.readOf(path);
  }

  /** A recording is being started, and the disk is its own; or it has begun, or came to nothing. */
  setStarting(isStarting: boolean): void {
    this.#isStarting = isStarting;
    this.#setPace();
  }

  #setPace(): void {
    const pace = this.#port.isRecording() ? 'beside' : 'full';
    this.#sums.setPace(this.#isStarting ? 'hold' : pace);
  }

  /** Ends for good. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#sums.end();
    await this.#working;
    for (const store of this.#stores) {
      await store.settle();
      store.stop();
    }
  }

  #go(): void {
    if (this.#isClosed || this.#working !== null) return;
    this.#working = this.#work()
      .catch((error: unknown) => {
        this.#stores.clear();
        this.#port.log('error', `checksums stopped: ${String(error)}`);
      })
      .finally(() => {
        this.#working = null;
        this.#spell.end();
        if (this.#stores.size > 0) this.#go();
      });
  }

  async #work(): Promise<void> {
    for (const store of this.#stores) {
      // Taken out first: what is closed meanwhile brings it in again, and this loop to it.
      this.#stores.delete(store);
      await this.#fillAll(store);
      if (this.#isClosed) this.#stores.add(store);
      if (this.#isClosed) return;
      await store.settle();
    }
    await this.#sums.rest();
  }

  async #fillAll(store: SessionStore): Promise<void> {
    for (const file of this.#filesOf(store)) {
      if (this.#isClosed) return;
      this.#spell.begin(store, file);
      await this.#fillIn(store, file);
    }
  }

  #filesOf({ manifest }: SessionStore): ManifestFile[] {
    return waitingFiles(manifest).filter((file) => this.#tried.get(file) !== file.bytes);
  }

  async #fillIn(store: SessionStore, file: ManifestFile): Promise<void> {
    const path = resolve(store.path, file.path);
    await this.#port.review(store, file);
    const before = await factsOf(path).catch(() => null);
    const sha256 = before === null ? null : await this.#sums.sumOf(path);
    if (this.#isClosed) return;
    const after = await factsOf(path).catch(() => null);
    if (sha256 === null || after === null || before?.bytes !== after.bytes) {
      this.#tried.set(file, file.bytes);
      const why = 'it is gone, unreadable or still being written';
      this.#port.log('warn', `${path} has no checksum: ${why}`);
      return;
    }
    file.bytes = after.bytes;
    file.sha256 = sha256;
    store.changed(saveWithinMs);
  }
}

/** Files that have a verdict and bytes, and no checksum yet: those of closed trials, and of segments that are past. */
export function waitingFiles({ trials }: Manifest): ManifestFile[] {
  return filesIn(trials).filter(
    (file) => file.sha256 === null && file.verdict !== 'open' && file.bytes > 0,
  );
}
