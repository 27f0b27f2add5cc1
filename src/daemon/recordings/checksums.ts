import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { resolve } from 'node:path';
import type { Manifest, ManifestFile } from '../../protocol/manifest.ts';
import type { LogLevel } from '../../protocol/vocabulary.ts';
import { filesIn } from './manifest-notes.ts';
import { factsOf } from './recorded-files.ts';
import type { SessionStore } from './session-store.ts';

/** Checksums come in one by one; the manifest is rewritten for them at most this often. */
const saveWithinMs = 10_000;

/**
 * SHA-256 of recorded files, in the background: one file at a time, at idle priority, called off while a recording is being
 * started. What is not done when the daemon ends is done by the next one.
 */
export class Checksums {
  readonly #log: (level: LogLevel, message: string) => void;
  readonly #stores = new Set<SessionStore>();
  /** Files that could not be summed, with the size that they had; with another they are tried again. */
  readonly #tried = new Map<ManifestFile, number>();
  #callOff: AbortController | null = null;
  #working: Promise<void> | null = null;
  #isPaused = false;

  constructor(log: (level: LogLevel, message: string) => void) {
    this.#log = log;
  }

  /** Fills in what is missing of the files of a session that have a verdict. */
  add(store: SessionStore): void {
    this.#stores.add(store);
    this.#go();
  }

  /** A recording is being started: the file in hand is let go and begun again later. */
  pause(): void {
    this.#isPaused = true;
    this.#callOff?.abort();
  }

  /** Goes on. */
  resume(): void {
    this.#isPaused = false;
    this.#go();
  }

  /** Ends for good; waits until no process of ours is left. */
  async close(): Promise<void> {
    this.pause();
    await this.#working;
    for (const store of this.#stores) {
      await store.settle();
      store.stop();
    }
  }

  #go(): void {
    if (this.#isPaused || this.#working !== null) return;
    this.#working = this.#work()
      .catch((error: unknown) => {
        this.#stores.clear();
        this.#log('error', `checksums stopped: ${String(error)}`);
      })
      .finally(() => {
        this.#working = null;
        if (this.#stores.size > 0) this.#go();
      });
  }

  async #work(): Promise<void> {
    for (const store of this.#stores) {
      for (const file of waitingFiles(store.manifest)) {
        if (this.#isPaused) return;
        if (this.#tried.get(file) !== file.bytes) await this.#fillIn(store, file);
      }
      if (this.#isPaused) return;
      this.#stores.delete(store);
      await store.settle();
    }
  }

  async #fillIn(store: SessionStore, file: ManifestFile): Promise<void> {
    const path = resolve(store.path, file.path);
    const callOff = new AbortController();
    this.#callOff = callOff;
    const before = await factsOf(path).catch(() => null);
    const sha256 = before === null ? null : await sha256Idle(path, callOff.signal);
    this.#callOff = null;
    if (callOff.signal.aborted) return;
    const after = await factsOf(path).catch(() => null);
    if (sha256 === null || after === null || before?.bytes !== after.bytes) {
      this.#tried.set(file, file.bytes);
      this.#log('warn', `${path} has no checksum: it is gone, unreadable or still being written`);
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

/**
 * SHA-256 of a file in hex, read in this process piece by piece.
 *
 * @throws what the disk says, or an AbortError
 */
export async function sha256Of(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  const pieces = createReadStream(path, { highWaterMark: 65_536, signal });
  for await (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
}

/** The same by a process of idle priority; in this process where there is no such program. Null when it cannot be read. */
async function sha256Idle(path: string, signal: AbortSignal): Promise<string | null> {
  try {
    const sha256 = await sha256ByProgram(path, signal);
    return sha256 !== null || signal.aborted ? sha256 : await sha256Of(path, signal);
  } catch {
    return null; // Gone, unreadable or called off: the caller looks which.
  }
}

async function sha256ByProgram(path: string, signal: AbortSignal): Promise<string | null> {
  const { execa } = await import('execa');
  const idle = ['-n', '19', 'ionice', '-c3', 'sha256sum', '--', path];
  const { stdout, failed } = await execa('nice', idle, {
    stdin: 'ignore',
    stderr: 'ignore',
    reject: false,
    cancelSignal: signal,
    forceKillAfterDelay: 1_000,
  });
  // The line begins with a backslash where the name has characters that would break it.
  return failed ? null : (/^\\?([0-9a-f]{64}) /u.exec(stdout)?.[1] ?? null);
}
