import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Refusal } from '../../protocol/problem.ts';
import { sanitize } from '../../protocol/sanitize.ts';
import type {
  ListedSession,
  SessionDetail,
  SessionSummary,
  SessionsPage,
} from '../../protocol/sessions.ts';
import { saySize } from '../../protocol/units.ts';
import { isErrno } from '../errno.ts';
import { OneByOne } from './one-by-one.ts';
import { isWhole } from './read-manifest.ts';
import { sessionDetail } from './session-detail.ts';
import { isCalled, parseFolderName, sessionFiles, sessionFolders } from './session-folder.ts';
import {
  type FoundSession,
  landedBytes,
  remedyUnreadable,
  sayUnreadable,
  showSession,
  summaryOf,
  unreadSession,
} from './sessions.ts';

/** Parsing more than this would hold up the rig for a moment that people notice. A day of twenty modules has 1 MB. */
const maxReadBytes = 4_000_000;
/** Who asks for more at a time has to wait for what was asked before: a disk that hangs must not fill the memory. */
const maxWaiting = 16;
const maxKept = 1_000;

/** Of both files that tell of a session: null where there is none. */
type Facts = { readonly manifest: Stats | null; readonly events: Stats | null };
type Kept = { readonly stamp: string; readonly session: ListedSession };

/**
 * Recordings on disk for those who look from afar. One question is answered after the other, a page at a time, and a manifest
 * that did not change is not read again.
 */
export class SessionDesk {
  readonly #folder: string;
  readonly #queue = new OneByOne();
  readonly #kept = new Map<string, Kept>();
  #waiting = 0;

  /** @param folder the recordings folder */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * A page of the sessions, the newest first.
   *
   * @param before folder or id of the session that the page before ended with; null begins with the newest
   * @throws what the disk says of the recordings folder
   */
  list(before: string | null, limit: number): Promise<SessionsPage | Refusal> {
    return this.#inTurn(async () => {
      const folders = await sessionFolders(this.#folder);
      const from = before === null ? 0 : folders.findIndex((name) => isCalled(name, before)) + 1;
      const page = folders.slice(from, from + limit);
      const sessions: ListedSession[] = [];
      for (const name of page) {
        const session = await this.#summary(name).catch((error: unknown) =>
          unreadSession(name, sayUnreadable(error)),
        );
        if (session !== null) sessions.push(session);
      }
      const more = from + page.length < folders.length;
      return { version: 1, total: folders.length, sessions, more };
    });
  }

  /** One session by its id, its number or its folder. @throws what the disk says of the recordings folder */
  show(which: string): Promise<SessionDetail | Refusal> {
    return this.#inTurn(async () => {
      const found = await this.#find(which);
      return 'reason' in found ? found : sessionDetail(found, await landedBytes(found));
    });
  }

  /** Where a session is, and what its manifest says. @throws what the disk says of the recordings folder */
  find(which: string): Promise<FoundSession | Refusal> {
    return this.#inTurn(() => this.#find(which));
  }

  async #find(which: string): Promise<FoundSession | Refusal> {
    const folders = await sessionFolders(this.#folder);
    const name = folders.find((one) => isCalled(one, which));
    if (name === undefined) return noSuchSession(which, folders[0]);
    try {
      const unread = await this.#whyUnread(name, await this.#factsOf(name));
      if (unread !== null) return { reason: 'too-large', message: unread, remedy: onThePi(name) };
      return (await showSession(this.#folder, name)) ?? noSuchSession(which, folders[0]);
    } catch (error) {
      const message = `session ${parseFolderName(name)?.id ?? name}: ${sayUnreadable(error)}`;
      return { reason: 'unreadable', message, remedy: remedyUnreadable(join(this.#folder, name)) };
    }
  }

  async #summary(name: string): Promise<ListedSession | null> {
    const facts = await this.#factsOf(name);
    const stamp = `${stampOf(facts.manifest)} ${stampOf(facts.events)}`;
    const kept = this.#kept.get(name);
    if (kept?.stamp === stamp) return kept.session;
    const unread = await this.#whyUnread(name, facts);
    const session =
      unread === null
        ? await summaryOf(this.#folder, name)
        : unreadSession(name, `${unread}. ${onThePi(name)}`);
    if (session === null) return null;
    const brief = { ...session, name: sanitize(session.name, 200) };
    // Of one that is open the files grow.
    if ('unread' in session || isSettled(session)) this.#keep(name, { stamp, session: brief });
    return brief;
  }

  #keep(name: string, kept: Kept): void {
    this.#kept.set(name, kept);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > maxKept && oldest !== undefined) this.#kept.delete(oldest);
  }

  async #factsOf(name: string): Promise<Facts> {
    const path = join(this.#folder, name);
    const manifest = await factsIn(path, sessionFiles.manifest);
    return { manifest, events: await factsIn(path, sessionFiles.events) };
  }

  /** Why a session is not looked into; null where it can be. @throws what the disk says */
  async #whyUnread(name: string, { manifest, events }: Facts): Promise<string | null> {
    if (isTooLarge(manifest)) return sayTooLarge(name, sessionFiles.manifest, manifest);
    if (!isTooLarge(events) || (await isWhole(join(this.#folder, name)))) return null;
    return `session.json is missing or damaged, and ${sayTooLarge(name, sessionFiles.events, events)}`;
  }

  async #inTurn<T>(work: () => Promise<T | Refusal>): Promise<T | Refusal> {
    if (this.#waiting >= maxWaiting) return tooMany;
    this.#waiting += 1;
    try {
      return await this.#queue.run(work);
    } finally {
      this.#waiting -= 1;
    }
  }
}

/** Of a damaged one the events tell, and they are remembered with it. */
function isSettled({ endedAt, damaged }: SessionSummary): boolean {
  return endedAt !== null || damaged !== null;
}

async function factsIn(path: string, file: string): Promise<Stats | null> {
  try {
    return await stat(join(path, file));
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return null;
    throw error;
  }
}

function stampOf(facts: Stats | null): string {
  return `${facts?.size} ${facts?.mtimeMs} ${facts?.ino}`;
}

function isTooLarge(facts: Stats | null): facts is Stats {
  return facts !== null && facts.size > maxReadBytes;
}

function sayTooLarge(name: string, file: string, { size }: Stats): string {
  return `${file} of ${sanitize(name, 200)} has ${saySize(size)}: that is not read beside a working rig`;
}

function onThePi(folder: string): string {
  return `On the rig itself: rigdeck sessions show ${parseFolderName(folder)?.id ?? folder}`;
}

function noSuchSession(which: string, newest: string | undefined): Refusal {
  const message = `there is no session "${sanitize(which, 64)}"`;
  const remedy =
    newest === undefined
      ? 'Nothing has been recorded yet.'
      : `The newest is ${parseFolderName(newest)?.id ?? newest}.`;
  return { reason: 'no-such-session', message, remedy };
}

const tooMany: Refusal = {
  reason: 'busy',
  message: 'too many questions about recordings wait already',
  remedy: 'Ask again in a moment; a disk that hangs is told as a problem of the rig.',
};
