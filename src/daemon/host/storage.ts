import { stat } from 'node:fs/promises';
import type { Refusal } from '../../protocol/problem.ts';
import { monoMs } from '../clock.ts';
import { isErrno } from '../errno.ts';
import { type DiskLook, lookAtDisk } from './disk-look.ts';
import { isWithin } from './mount-table.ts';
import {
  cannotUse,
  DiskGone,
  keepsNoFiles,
  notItsOwn,
  notMounted,
  refusalOf,
  tooFull,
  tooManyFiles,
} from './room.ts';

/** What `rig.yaml` says of the disk. */
export type StorageRule = {
  /** Absolute path of the recordings folder. */
  readonly folder: string;
  readonly minFreeBytes: number;
  readonly requireMount: boolean;
};

/** How many files a start needs room for: a session's own, and a folder and a file for many modules. */
export const minFreeInodes = 100;
/** A disk that has not answered a look by then hangs. In ms. */
const silentMs = 10_000;

/** What is known of the disk that is recorded to. */
export type StorageFacts = {
  /** The newest look; null before the first, and when the disk does not let itself be looked at. */
  readonly look: DiskLook | null;
  /** Why it is not the disk that was recorded to, in words; null while it is. */
  readonly gone: string | null;
  /** It lies on a file system of its own where that is demanded. */
  readonly isAsRequired: boolean | null;
  /** What it said instead of letting itself be looked at. */
  readonly error: unknown;
  /** Why this daemon can make nothing there, by what permissions tell; null where it can, and while there is no look. */
  readonly closed: Refusal | null;
};

/** What is under way to find out. */
type Looking = { readonly sinceMonoMs: number; readonly done: Promise<void> };

/**
 * The disk that the recordings folder really lies on.
 *
 * It remembers which one it is. When its mount goes away, the same path leads to the disk beneath; nothing may land there, so
 * whoever writes asks `demand` first. A disk that is mounted at the same place instead is a new disk, and may be recorded to by the next
 * trial; the folder above a mount that is gone is not.
 */
export class Storage {
  readonly rule: StorageRule;
  #known: DiskLook | null = null;
  #facts: StorageFacts = { look: null, gone: null, isAsRequired: null, error: null, closed: null };
  #looking: Looking | null = null;
  #suspect: () => void = () => undefined;

  constructor(rule: StorageRule) {
    this.rule = rule;
  }

  /** What the newest look has shown. Looks at nothing. */
  facts(): StorageFacts {
    return this.#facts;
  }

  /** Whether the disk has kept a look waiting for 10 s. */
  isSilent(): boolean {
    return this.#looking !== null && monoMs() - this.#looking.sinceMonoMs > silentMs;
  }

  /**
   * Looks anew. One look at a time: a disk that hangs is not asked by ever more threads.
   *
   * @param isHeld somebody records there, so that no other disk can take its place now
   */
  look(isHeld: boolean): Promise<void> {
    if (this.#looking !== null) return this.#looking.done;
    const done = this.#lookOnce(isHeld).finally(() => {
      this.#looking = null;
    });
    this.#looking = { sinceMonoMs: monoMs(), done };
    return done;
  }

  /** Whether a recording may begin there now. Looks only; nothing is made on disk. @returns null, or the refusal in words */
  async refusal(minFreeBytes = this.rule.minFreeBytes): Promise<Refusal | null> {
    await this.look(false);
    return this.refusalByFacts(minFreeBytes);
  }

  /** The same by what the newest look has shown. Looks at nothing. */
  refusalByFacts(minFreeBytes = this.rule.minFreeBytes): Refusal | null {
    const { folder, requireMount } = this.rule;
    const { look, gone, error } = this.#facts;
    if (gone !== null) return notMounted(gone);
    if (look === null) return refusalOf(folder, error);
    if (requireMount && !look.isMounted) return notItsOwn(folder);
    if (!look.isFolder) return noFolder(look);
    if (look.denied !== null) return refusalOf(folder, look.denied);
    if (look.freeBytes < minFreeBytes) {
      if (look.totalBytes === 0) return keepsNoFiles(look, folder);
      return tooFull(folder, look.freeBytes, minFreeBytes);
    }
    const { freeInodes } = look;
    if (freeInodes !== null && freeInodes < minFreeInodes && minFreeBytes > 0) {
      return tooManyFiles(folder, freeInodes);
    }
    return null;
  }

  /**
   * Whoever writes asks first: whether this path still leads to the disk that is recorded to.
   *
   * @param path an absolute path that exists
   * @throws DiskGone when it leads to another one; what the disk says when it cannot tell
   */
  async demand(path: string): Promise<void> {
    const { dev } = await stat(path);
    if (this.#known === null || dev === this.#known.device) return;
    this.suspect();
    throw new DiskGone(this.#facts.gone ?? goneWords(this.#known));
  }

  /** Something of the disk failed: it is looked at at once. */
  suspect(): void {
    this.#suspect();
  }

  /** Whom a suspicion wakes. */
  onSuspicion(look: () => void): void {
    this.#suspect = look;
  }

  async #lookOnce(isHeld: boolean): Promise<void> {
    const { folder, requireMount } = this.rule;
    try {
      const look = await lookAtDisk(folder);
      const gone = this.#known !== null && hasGone(this.#known, look, isHeld) ? this.#known : null;
      if (gone === null) this.#known = look;
      const isAsRequired = !requireMount || look.isMounted;
      const closed = closedTo(folder, look);
      this.#facts = { look, gone: gone && goneWords(gone), isAsRequired, error: null, closed };
    } catch (error) {
      this.#facts = { ...this.#facts, look: null, error, closed: null };
    }
  }
}

/**
 * Whether a look shows another disk than the known one, and one that may not take its place: any while somebody records, else
 * that on which the mount point itself lies. Device numbers alone do not tell: a stick that is plugged in again has another one.
 */
function hasGone(known: DiskLook, look: DiskLook, isHeld: boolean): boolean {
  if (look.device === known.device) return false;
  if (isHeld || known.mount === null || look.mount === null) return true;
  const isAbove =
    look.mount.point !== known.mount.point && isWithin(known.mount.point, look.mount.point);
  return isAbove;
}

/** What would refuse every start there, but for what a disk has problems of its own for. */
function closedTo(folder: string, look: DiskLook): Refusal | null {
  if (!look.isFolder) return noFolder(look);
  if (look.totalBytes === 0) return keepsNoFiles(look, folder);
  return isErrno(look.denied, 'EACCES', 'EPERM') ? refusalOf(folder, look.denied) : null;
}

function noFolder({ place }: DiskLook): Refusal {
  return cannotUse(`${place} is no folder`, `Remove or rename it, or set rig.recordings.`);
}

function goneWords({ mount, place }: DiskLook): string {
  const what = mount === null ? place : `${mount.source} at ${mount.point}`;
  return `the disk that was recorded to (${what}) is not mounted any more`;
}
