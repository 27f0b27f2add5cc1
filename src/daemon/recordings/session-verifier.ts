import { basename } from 'node:path';
import type { Refusal } from '../../protocol/problem.ts';
import { sanitize } from '../../protocol/sanitize.ts';
import type { FileWork, VerifyNews, VerifyResult } from '../../protocol/sessions.ts';
import type { RigRecord } from '../../protocol/snapshot.ts';
import { wordsOf } from '../../protocol/words-of.ts';
import type { Checksums } from './checksums.ts';
import type { SessionDesk } from './session-desk.ts';
import type { FoundSession } from './sessions.ts';
import { remedyFor, trialNow, type VerifiedSession, verifySession } from './verify-session.ts';

/** How far it is, is told at most this often. */
const tellMs = 1_000;
/** Sentences that an answer holds; the whole is said by `rigdeck sessions verify`. */
const mostNotes = 100;

/** A session that is being verified. `begin` has it begin; `end` stops it wherever it is, and nothing more is told. */
export type Verifying = { readonly session: string; begin(): void; end(): void };

type Busy = { readonly session: string; readonly who: string; readonly unwanted: AbortSignal };

/**
 * Verifies a session for somebody who looks from afar, as `rigdeck sessions verify` does: one at a time, read by the thread that
 * makes checksums, at its pace, so that no recording suffers.
 */
export class SessionVerifier {
  readonly #desk: SessionDesk;
  readonly #checksums: Pick<Checksums, 'sumOf' | 'readOf'>;
  readonly #rig: () => RigRecord;
  #busy: Busy | null = null;

  /** @param rig the rig as it is now */
  constructor(
    desk: SessionDesk,
    checksums: Pick<Checksums, 'sumOf' | 'readOf'>,
    rig: () => RigRecord,
  ) {
    this.#desk = desk;
    this.#checksums = checksums;
    this.#rig = rig;
  }

  /**
   * Gets ready to verify one session.
   *
   * @param who whom others are told that it is done for
   * @param tell how far it is, and once how it ended
   * @throws what the disk says
   */
  async prepare(
    which: string,
    who: string,
    tell: (news: VerifyNews) => void,
  ): Promise<Verifying | Refusal> {
    const found = await this.#desk.find(which);
    if ('reason' in found) return found;
    if (this.#busy !== null) return busyWith(this.#busy);
    const { id: session } = found.manifest.session;
    const unwanted = new AbortController();
    const mine = { session, who, unwanted: unwanted.signal };
    this.#busy = mine;
    const free = () => {
      if (this.#busy === mine) this.#busy = null;
    };
    let hasBegun = false;
    return {
      session: found.folder,
      begin: () => {
        if (unwanted.signal.aborted) return;
        hasBegun = true;
        void this.#verify(found, unwanted.signal, tell).finally(free);
      },
      end: () => {
        unwanted.abort();
        // What has begun makes room when it has let go of its file.
        if (!hasBegun) free();
      },
    };
  }

  async #verify(
    found: FoundSession,
    unwanted: AbortSignal,
    tell: (news: VerifyNews) => void,
  ): Promise<void> {
    const session = basename(found.path);
    const progress = this.#progress((work) => tell({ session, work }));
    try {
      const verified = await verifySession(found.path, {
        sumOf: (path) => this.#checksums.sumOf(path, unwanted),
        began: progress.began,
        unwanted,
        recording: trialNow(this.#rig(), found.manifest.session),
      });
      tell({ session, result: resultOf(verified, found, this.#rig()) });
    } catch (error) {
      if (!unwanted.aborted) tell({ session, failed: wordsOf(error) });
    } finally {
      progress.end();
    }
  }

  /** Tells how far it is, at once and then every second in which that has changed. */
  #progress(tell: (work: FileWork) => void) {
    let hand: { readonly work: FileWork; readonly path: string } | null = null;
    let told = '';
    const look = () => {
      if (hand === null) return;
      const { work, path } = hand;
      const read = this.#checksums.readOf(path);
      const now = { ...work, bytesDone: Math.min(work.bytes, work.bytesDone + read) };
      const words = JSON.stringify(now);
      if (words !== told) tell(now);
      told = words;
    };
    const timer = setInterval(look, tellMs);
    const began = (work: FileWork, path: string) => {
      const isFirst = hand === null;
      hand = { work, path };
      if (isFirst) look();
    };
    return { began, end: () => clearInterval(timer) };
  }
}

function resultOf(
  verified: VerifiedSession,
  { manifest }: FoundSession,
  rig: RigRecord,
): VerifyResult {
  const { ok, files, notes, empty } = verified;
  const more = notes.length - mostNotes;
  const told = notes.slice(0, mostNotes).map((words) => sanitize(words, 400));
  return {
    ok,
    files: files.length,
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    empty,
    notes: more > 0 ? [...told, `and ${more} more`] : told,
    remedy: remedyFor(verified, manifest, rig),
  };
}

function busyWith({ session, who, unwanted }: Busy): Refusal {
  if (unwanted.aborted) {
    const message = `session ${session} was being verified, and that is just being stopped`;
    return { reason: 'busy', message, remedy: 'Ask again in a moment.' };
  }
  const message = `session ${session} is being verified for ${who}, one at a time`;
  return { reason: 'busy', message, remedy: 'Ask again when that is done.' };
}
