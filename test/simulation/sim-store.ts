import type { RecordingNote } from '../../src/core/effect.ts';
import type { StoreInput } from '../../src/core/input.ts';
import type { Recording } from '../../src/core/state.ts';
import type { Refusal } from '../../src/protocol/problem.ts';
import type { SessionRecord } from '../../src/protocol/snapshot.ts';

/** A slow disk takes this long to write a note down. */
const unwrittenMs = 3_000;

const full: Refusal = {
  reason: 'low-space',
  message: 'Only 3 MB are free.',
  remedy: 'Free some space.',
};

/** The recordings folder: sessions, trial numbers and folders. It outlives daemons and power cuts. */
export class SimStore {
  session: SessionRecord | null = null;
  /** Numbers that are taken in this session: recorded, or with folders that were not taken back. */
  readonly #taken = new Set<number>();
  readonly #recorded = new Set<number>();
  readonly #folders = new Map<string, number>();
  /** Who confirmed that it records, in which trial. */
  readonly #members = new Set<string>();
  /** The manifest says that everybody is paused. */
  isPauseNoted = false;
  /** When it was told that they go on; null where it was told something else since. */
  #resumedMs: number | null = null;
  #sessions = 0;
  #isUnconfirmed = false;
  /** What was made for the trial that is being started would outlive a power cut. */
  #isSecured = false;
  /** Numbers that an ended daemon left behind are lost, and that is known. */
  #lost = 0;

  /** A new daemon reads what is there. */
  reopen(): void {
    this.#lost = Math.max(0, ...this.#taken);
    this.#isUnconfirmed = false;
  }

  openSession(name: string, isUnconfirmed: boolean): SessionRecord {
    this.#sessions += 1;
    this.#taken.clear();
    this.#recorded.clear();
    this.#lost = 0;
    this.#isUnconfirmed = isUnconfirmed;
    const id = String(this.#sessions).padStart(4, '0');
    this.session = { id, name, path: `/rec/${id}`, startedAt: '2026-11-22T00:00:00.000Z' };
    return this.session;
  }

  endSession(): void {
    this.session = null;
  }

  /** @throws Error when a number was used up by a start that recorded nothing */
  prepare(ask: number, fails: boolean): StoreInput {
    if (fails) return { type: 'trial-failed', ask, refusal: full };
    this.#isSecured = false;
    const session = this.session ?? this.openSession('rec', true);
    const trial = Math.max(0, ...this.#taken) + 1;
    const due = Math.max(0, this.#lost, ...this.#recorded) + 1;
    if (trial !== due) throw new Error(`trial number ${due} was used up by nothing`);
    return { type: 'trial-prepared', ask, session, trial };
  }

  secure(ask: number, fails: boolean): StoreInput {
    if (fails) return { type: 'trial-failed', ask, refusal: full };
    this.#isSecured = true;
    return { type: 'trial-secured', ask };
  }

  discard(trial: number): void {
    if (this.#recorded.has(trial)) return;
    this.#taken.delete(trial);
    for (const key of this.#folders.keys()) {
      const [session, , number] = key.split('/');
      if (session === this.session?.id && number === String(trial)) this.#folders.delete(key);
    }
    if (this.#isUnconfirmed && this.#recorded.size === 0) this.session = null;
  }

  /** @throws Error when the module was given this very place before: something would be overwritten */
  makeFolder(module: string, trial: number, segment: number): void {
    const session = this.session;
    if (session === null) throw new Error(`${module} arms, and no session is open`);
    const key = `${session.id}/${module}/${trial}`;
    const before = this.#folders.get(`${key}/${segment}`);
    if (before !== undefined) throw new Error(`${key} segment ${segment} is given twice`);
    this.#folders.set(`${key}/${segment}`, segment);
    this.#taken.add(trial);
  }

  highestSegment(trial: number): number {
    const here = [...this.#folders].filter(([key]) => {
      const [session, , number] = key.split('/');
      return session === this.session?.id && number === String(trial);
    });
    return Math.max(0, ...here.map(([, segment]) => segment));
  }

  hasRecorded(module: string, trial: number): boolean {
    return this.#members.has(`${this.session?.id}/${module}/${trial}`);
  }

  note(note: RecordingNote, monoMs: number): void {
    this.#notePause(note, monoMs);
    if (note.is === 'trial-began') {
      if (!this.#isSecured) throw new Error(`trial ${note.trial} begins, and is not on the disk`);
      if (this.#recorded.has(note.trial)) throw new Error(`trial ${note.trial} begins twice`);
      this.#isUnconfirmed = false;
    }
    if (note.is !== 'joined') return;
    this.#recorded.add(note.trial);
    this.#members.add(`${this.session?.id}/${note.module}/${note.trial}`);
  }

  /** The daemon is killed: what it has just noted of a pause was not on the disk yet. */
  losePauseNote(recording: Recording['name'] | undefined, monoMs: number): void {
    if (recording === 'pausing') this.isPauseNoted = false;
    const isNew = this.#resumedMs !== null && monoMs - this.#resumedMs < unwrittenMs;
    if (recording === 'recording' && isNew) this.isPauseNoted = true;
  }

  /** @throws Error when a pause begins in a pause, or one ends that has not begun */
  #notePause({ is }: RecordingNote, monoMs: number): void {
    if (is === 'trial-began') {
      this.isPauseNoted = false;
      this.#resumedMs = null;
    }
    if (is !== 'paused' && is !== 'resumed') return;
    this.#resumedMs = is === 'resumed' ? monoMs : null;
    const isPaused = is === 'paused';
    if (this.isPauseNoted === isPaused) throw new Error(`${is} is noted twice`);
    this.isPauseNoted = isPaused;
  }
}
