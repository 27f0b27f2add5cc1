import { resolve } from 'node:path';
import type { ManifestFile } from '../../protocol/manifest.ts';
import type { LogLevel } from '../../protocol/vocabulary.ts';
import type { Checksums } from './checksums.ts';
import { trialOf } from './manifest-notes.ts';
import type { OneByOne } from './one-by-one.ts';
import { claimFiles, factsOf } from './recorded-files.ts';
import type { SessionStore } from './session-store.ts';
import { filesOf, giveVerdict } from './verdicts.ts';

/** A file that has not changed its size for this long is finished: its module has gone on in another. In ms. */
const restMs = 3_000;
/** So often a file that still changes is looked at; the end of the trial gives it its verdict at the latest. */
const maxLooks = 20;

type Joined = { readonly trial: number; readonly segment: number; readonly module: string };

/** Gives the files that a module has left behind their verdicts and checksums while the trial goes on. */
export class PastSegments {
  readonly #queue: OneByOne;
  readonly #checksums: Checksums;
  readonly #log: (level: LogLevel, message: string) => void;
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(
    queue: OneByOne,
    checksums: Checksums,
    log: (level: LogLevel, message: string) => void,
  ) {
    this.#queue = queue;
    this.#checksums = checksums;
    this.#log = log;
  }

  /** A module records in this segment now. */
  follow(store: SessionStore, joined: Joined): void {
    if (pastFiles(store, joined).length > 0) this.#lookLater(store, joined, [], 1);
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #lookLater(store: SessionStore, joined: Joined, sizes: readonly number[], looks: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#queue
        .run(() => this.#look(store, joined, sizes, looks))
        .catch((error: unknown) => this.#log('warn', `${store.path}: ${String(error)}`));
    }, restMs);
    timer.unref();
    this.#timers.add(timer);
  }

  async #look(
    store: SessionStore,
    joined: Joined,
    before: readonly number[],
    looks: number,
  ): Promise<void> {
    await claimFiles(store.path, store.manifest, joined.trial, joined.module);
    const trial = trialOf(store.manifest, joined.trial);
    const files = pastFiles(store, joined);
    if (trial === undefined || files.length === 0) return;
    const sizes = await Promise.all(files.map(({ file }) => sizeOf(store, file)));
    if (String(sizes) !== String(before)) {
      if (looks < maxLooks) this.#lookLater(store, joined, sizes, looks + 1);
      return;
    }
    for (const { segment, file } of files) {
      const place = { trial, segment, module: joined.module };
      await giveVerdict(store.path, store.manifest, place, file);
    }
    store.changed();
    this.#checksums.add(store);
  }
}

/** Files of a module's earlier segments that have no verdict yet. None when the trial has ended, which gives them all. */
function pastFiles({ manifest }: SessionStore, joined: Joined): ReturnType<typeof filesOf> {
  const trial = trialOf(manifest, joined.trial);
  if (trial === undefined || trial.stoppedAt !== null) return [];
  return filesOf(trial).filter(
    ({ segment, module, file }) =>
      segment < joined.segment && module === joined.module && file.verdict === 'open',
  );
}

async function sizeOf(store: SessionStore, file: ManifestFile): Promise<number> {
  return (await factsOf(resolve(store.path, file.path)))?.bytes ?? -1;
}
