import type { Refusal } from '../../protocol/problem.ts';
import { accessTo, cannotWrite, refusalOf } from '../host/room.ts';
import type { Storage } from '../host/storage.ts';
import { FolderSyncs } from './folder-syncs.ts';
import { type ModuleFolder, makeModuleFolder } from './module-folder.ts';
import { trialsOnDisk } from './never-gone.ts';
import type { SessionPort } from './present-session.ts';
import type { SessionStore } from './session-store.ts';

/** The disk has refused the start itself, and whoever asked for it is told so: there is nothing to arm for. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused';
}

/** The folder of a session, before a start. `trials`: numbers of which a module has a folder. */
type Seen = {
  readonly folder: Awaited<ReturnType<typeof accessTo>>;
  readonly trials: readonly number[];
};

/** What came of a sync that nobody waits for yet. */
type Synced = { readonly error: unknown } | null;

/**
 * What the start of a trial makes on disk, and the proof that the disk takes writes. Both are begun at once and are waited for
 * before the go, not before modules are told to arm: on a card, a sync takes longer than everything else in a start.
 */
export class StartOnDisk {
  readonly #port: Pick<SessionPort, 'disk' | 'folder' | 'fault'>;
  readonly #syncs: FolderSyncs;
  /** Null: nothing has to be proven yet. */
  #proof: Promise<Refusal | null> | null = null;
  /** Null while no start waits for them: whoever makes a folder then waits himself. */
  #synced: Promise<Synced>[] | null = null;

  constructor(port: Pick<SessionPort, 'disk' | 'folder' | 'fault'>, syncs = new FolderSyncs()) {
    this.#port = port;
    this.#syncs = syncs;
  }

  /**
   * A start begins in this session; null: in one that is opened for it, and opening one writes to the disk too. A disk that was well
   * when it was last looked at is put to the proof beside the look that comes.
   */
  begin(store: SessionStore | null): void {
    this.#synced = [];
    this.#proof = null;
    if (store !== null && this.#port.disk.refusalByFacts() === null) this.demandProof(store);
  }

  /** The disk is to prove that it takes writes, if it does not already. */
  demandProof(store: SessionStore): void {
    this.#proof ??= proofOf(store, this.#port.disk);
  }

  /** What is to be known before anything is written for a trial in this session: all asked at once. @throws what the disk says */
  async look(store: SessionStore): Promise<{ readonly refusal: Refusal } | Seen> {
    const [refusal, folder, trials] = await Promise.all([
      this.#port.disk.refusal(),
      accessTo(store.path),
      trialsOnDisk(store.path, newestModules(store)),
    ]);
    return refusal === null ? { folder, trials } : { refusal };
  }

  /** Whether the disk took what was written to it when the newest start began. @returns null, or the refusal */
  async proven(): Promise<Refusal | null> {
    return this.#proof;
  }

  /**
   * Makes the folder of a module. In a start its name is on the disk when that is secured; otherwise it is now.
   *
   * @throws StartRefused, or an Error in words; the problem `recordings-folder` is raised then
   */
  async folderOf(
    session: () => SessionStore,
    module: string,
    trial: number,
    segment: number,
  ): Promise<ModuleFolder> {
    try {
      const made = await makeModuleFolder(session(), this.#port.disk, module, trial, segment);
      await this.#keep(made.unsynced);
      return made.folder;
    } catch (error) {
      const refusal = await this.#proof;
      if (refusal !== null) throw new StartRefused(refusal.message, { cause: error });
      throw new Error(this.#refuse(error).message, { cause: error });
    }
  }

  /** Waits until all of it is on the disk. Whoever makes a folder from now on waits himself. @returns null, or the refusal */
  async secure(): Promise<Refusal | null> {
    const synced = this.#synced ?? [];
    this.#synced = null;
    const refusal = await this.#proof;
    const failed = (await Promise.all(synced)).find((one) => one !== null);
    return refusal ?? (failed ? this.#refuse(failed.error) : null);
  }

  async #keep(folders: readonly string[]): Promise<void> {
    const all = Promise.all(folders.map((folder) => this.#syncs.of(folder)));
    if (this.#synced === null) return void (await all);
    const synced = all.then(
      () => null,
      (error: unknown) => ({ error }),
    );
    this.#synced.push(synced);
  }

  #refuse(error: unknown): Refusal {
    const { disk, folder, fault } = this.#port;
    const refusal = refusalOf(folder, error);
    disk.suspect();
    fault({ code: 'recordings-folder', message: refusal.message, remedy: refusal.remedy });
    return refusal;
  }
}

const unsaid = { words: 'it does not say why', remedy: 'Look at the disk.' };

/** Those of the newest segment: most likely they have recorded in others too. */
function newestModules({ manifest }: SessionStore): readonly string[] {
  return Object.keys(manifest.trials.at(-1)?.segments.at(-1)?.modules ?? {});
}

/** The true test of a disk is to write to it. One that is not there says so here, and is no disk that refuses what it keeps. */
async function proofOf(store: SessionStore, disk: Storage): Promise<Refusal | null> {
  try {
    await disk.demand(store.path);
  } catch (error) {
    return refusalOf(store.path, error);
  }
  return (await store.prove()) ? null : cannotWrite(store.path, store.held ?? unsaid);
}
