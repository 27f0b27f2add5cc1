import { open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { monoMs } from '../clock.ts';
import { sessionFiles } from '../recordings/session-folder.ts';

/** Little, and yet a write that must reach the disk. */
const probe = Buffer.from('a write probe of the rig; it may be deleted\n');
/** A write that takes longer is counted as none. In ms. */
const lateMs = 10_000;

/** What the newest finished probe showed. */
export type Probed = { readonly ms: number | null; readonly error: unknown };

/**
 * Writes a few bytes into the session folder now and then, waits until they are on the disk, and removes them: what a disk says
 * of itself is no proof, a write is. One at a time.
 */
export class WriteProbe {
  #newest: Probed = { ms: null, error: null };
  #sinceMonoMs: number | null = null;

  /** The newest that finished; how long has been waited, where that is worse. */
  newest(): Probed {
    const waitedMs = this.#sinceMonoMs === null ? 0 : monoMs() - this.#sinceMonoMs;
    if (waitedMs < lateMs) return this.#newest;
    return { ms: Math.round(waitedMs), error: new Error('a write is not done after 10 s') };
  }

  /** Probes once. @param folder it must exist, and is never made: it would come back empty on the disk beneath */
  async probe(folder: string, demand: (path: string) => Promise<void>): Promise<Probed> {
    if (this.#sinceMonoMs !== null) return this.newest();
    const began = monoMs();
    this.#sinceMonoMs = began;
    try {
      await demand(folder);
      await writeThrough(join(folder, `${sessionFiles.manifest}.probe`));
      this.#newest = { ms: Math.round(monoMs() - began), error: null };
    } catch (error) {
      this.#newest = { ms: null, error };
    } finally {
      this.#sinceMonoMs = null;
    }
    return this.#newest;
  }

  /** What was seen is old: nobody records any more. */
  forget(): void {
    this.#newest = { ms: null, error: null };
  }
}

async function writeThrough(path: string): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.write(probe);
    await file.datasync();
  } finally {
    await file.close();
    await unlink(path);
  }
}
