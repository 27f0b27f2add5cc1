import type { CloseTrial, RecordingNote } from '../../core/effect.ts';
import type { Fault, StoreInput } from '../../core/input.ts';
import type { Refusal } from '../../protocol/problem.ts';
import type { SessionRecord, TrialRecord } from '../../protocol/snapshot.ts';
import { atMost } from '../at-most.ts';
import { refusalOf } from '../host/room.ts';
import { type BytesOnDisk, DiskEye, nothingOnDisk } from './bytes-on-disk.ts';
import type { Checksums } from './checksums.ts';
import { eventOf } from './event-of.ts';
import { trialOf } from './manifest-notes.ts';
import type { ModuleFolder } from './module-folder.ts';
import { NamedFiles } from './named-files.ts';
import { OneAnswer, sayLate } from './one-answer.ts';
import { OneByOne } from './one-by-one.ts';
import { beginningOf, highestSegmentIn, openTrialIn, recordedIn } from './open-trial.ts';
import { PastSegments } from './past-segments.ts';
import { nothingPaused, type PauseLeft, pauseLeft } from './pause-left.ts';
import { PresentSession, type SavedRecordings, type SessionPort } from './present-session.ts';
import { SeenSizes } from './seen-sizes.ts';
import { noteTaken } from './taken-away.ts';

/** What the recordings folder needs of the daemon, and whom it tells. */
export type RecordingsPort = SessionPort & {
  report(input: StoreInput): void;
  /** How long a go waits for a slow card at most: less than the shortest time between its being told and its instant. */
  readonly notedMs?: number;
  readonly sizes?: string; // the file in the run dir that tells the next daemon how large files were
};

/**
 * The recordings folder: sessions, trials and their files, as the core asks for them.
 *
 * Everything is done one by one in the order it was asked for. Each ask is answered once, in words when the disk refuses;
 * nothing here throws but `moduleFolder`.
 */
export class Recordings {
  readonly #port: RecordingsPort;
  readonly #queue = new OneByOne();
  readonly #session: PresentSession;
  readonly #eye: DiskEye;
  readonly #named = new NamedFiles();
  readonly #past: PastSegments;

  constructor(port: RecordingsPort, saved: SavedRecordings) {
    this.#port = port;
    this.#eye = new DiskEye(port.disk, new SeenSizes(port.sizes ?? null));
    this.#session = new PresentSession(port, saved);
    this.#past = new PastSegments(this.#queue, this.#session.checksums, port.log);
    this.#do('reading the recordings folder', () => this.#session.load());
  }

  get checksums(): Checksums {
    return this.#session.checksums;
  }

  /** Opens a session of this name; the one before ends. Answers `session-opened` or `session-failed`. */
  openSession(ask: number, name: string): void {
    this.#answer(
      async () => {
        const refusal = await this.#session.open(name, 0);
        if (refusal !== null) return { type: 'session-failed', ask, refusal };
        this.#session.confirm();
        return { type: 'session-opened', ask, session: this.#session.demand().record };
      },
      (refusal) => ({ type: 'session-failed', ask, refusal }),
    );
  }

  /** Ends the session. Answers `session-ended`, also when the disk does not take it yet. */
  endSession(ask: number): void {
    this.#answer(
      async () => {
        const partly = await this.#session.end();
        return { type: 'session-ended', ask, partly };
      },
      (refusal) => ({ type: 'session-ended', ask, partly: sayLate(refusal) }),
    );
  }

  /** Finds room and a number for a trial; opens a session `rec` if none is open. Answers `trial-prepared` or `trial-failed`. */
  prepareTrial(ask: number, label: string | null): void {
    this.#session.checksums.setStarting(true);
    this.#answer(
      async () => {
        const trial = await this.#session.prepareTrial();
        if (typeof trial === 'object') {
          this.#session.checksums.setStarting(false);
          return { type: 'trial-failed', ask, refusal: trial };
        }
        const session = this.#session.demand().record;
        this.#port.log('debug', `trial ${trial} (${label ?? 'no label'}) in ${session.path}`);
        return { type: 'trial-prepared', ask, session, trial };
      },
      (refusal) => {
        this.#session.checksums.setStarting(false);
        return { type: 'trial-failed', ask, refusal };
      },
    );
  }

  /**
   * Makes the folder of a module for a trial, beside those of others. Its name is on the disk before the go.
   *
   * @throws StartRefused, or an Error in words when the disk does not take it, no session is open, or files of this segment are
   * there already; the problem `recordings-folder` is raised then
   */
  moduleFolder(module: string, trial: number, segment: number): Promise<ModuleFolder> {
    const session = () => this.#session.demand();
    return this.#queue.beside(() => this.#session.start.folderOf(session, module, trial, segment));
  }

  /** What was made for a trial until now is on the disk, which takes writes. Answers `trial-secured` or `trial-failed`. */
  secureTrial(ask: number): void {
    const failed = (refusal: Refusal) => ({ type: 'trial-failed', ask, refusal }) as const;
    this.#answer(async () => {
      const refusal = await this.#session.start.secure();
      return refusal === null ? { type: 'trial-secured', ask } : failed(refusal);
    }, failed);
  }

  /** Takes back what starts of an earlier daemon left that never went. Nobody may be armed. */
  takeBackNeverGone(): void {
    this.#do('taking back starts that never went', () => this.#session.takeBackNeverGone());
  }

  /** A start was called off: removes the named files of this trial, empty folders, and a session opened for nothing else. */
  discardTrial(trial: number, files: readonly string[]): void {
    this.#do('discarding a trial', () => this.#session.discard(trial, files));
  }

  /** Every module has finished: verdicts and the end of the trial. Answers `trial-closed`; checksums follow by themselves. */
  closeTrial({ ask, trial, ...how }: Omit<CloseTrial, 'type'>): void {
    this.#answer(
      async () => {
        const { partly } = await this.#session.closeTrial(trial, how);
        return { type: 'trial-closed', ask, partly };
      },
      ({ message }) => ({ type: 'trial-closed', ask, partly: message }),
    );
  }

  /** Something the manifest must know. */
  note(note: RecordingNote): void {
    this.#do(`note ${note.is}`, async () => {
      const { store, lastEventMs } = this.#session;
      const lost = `no session is open to note ${JSON.stringify(note)}`;
      if (store === null) return this.#port.log('warn', lost);
      const within = this.#named.within(store, note);
      const event = within && (await eventOf(store, within, lastEventMs));
      if (event === null) return;
      store.add(event);
      if (note.is === 'trial-began') this.#session.checksums.setStarting(false);
      if (note.is !== 'joined') return;
      this.#session.confirm();
      this.#past.follow(store, note);
    });
  }

  /**
   * Waits until everything noted so far is on disk, before data land, but no longer than 80 ms: a slow card must not delay the go,
   * which lies at least 100 ms ahead. Where data land only after that, nobody waits: the word of them has longer than those 80 ms to
   * get there first.
   *
   * @param aheadMs how far ahead the instant lies from which data land @returns null where nobody waits
   */
  noted(aheadMs = 0): Promise<void> | null {
    const mostMs = this.#port.notedMs ?? 80;
    if (aheadMs > mostMs) return null;
    const noted = this.#queue.done().then(() => this.#session.store?.settleEvents());
    return atMost(mostMs, noted);
  }

  /** A look at the clock and at the machine, for whatever is recorded, and whether somebody mended what was not in order. */
  stamp(): void {
    this.#session.store?.seeClock();
    this.#session.store?.seeMachine();
    this.#session.lookAgain();
  }

  /** Another configuration is in force: the open session says from when on. */
  configured(): void {
    this.#do('noting the configuration', async () => this.#session.configured());
  }

  /** The rig itself ends what is recorded, because of its disk: the manifest says why. */
  endEarly({ code, message }: Fault): void {
    this.#do('the early end of a trial', async () => {
      const { store } = this.#session;
      const open = store?.manifest.trials.findLast((one) => one.stoppedAt === null);
      const about = { trial: open?.number ?? null, at: new Date().toISOString() };
      store?.add({ is: 'ended-early', ...about, code, message });
    });
  }

  /** The numbers and the open session, for `runtime-state.json`. */
  present(): SavedRecordings {
    return this.#session.present();
  }

  /** The open session, once everything asked for until now is done: after construction, the one of an earlier daemon. */
  async session(): Promise<SessionRecord | null> {
    await this.#queue.done();
    return this.#session.store?.record ?? null;
  }

  /** The open trial: the saved one, or where none is saved or it has ended meanwhile, the one that the manifest calls open. */
  async openTrial(saved: TrialRecord | null = null): Promise<TrialRecord | null> {
    await this.#queue.done();
    const { store } = this.#session;
    return store === null ? saved : openTrialIn(store.manifest, saved);
  }

  /** What the folder tells of the pause of the open trial, in which these modules say that they are paused. */
  async pauseLeft(trial: number, modules: readonly string[]): Promise<PauseLeft> {
    await this.#queue.done();
    const { store } = this.#session;
    return store === null ? nothingPaused : pauseLeft(store, trial, modules);
  }

  /**
   * Takes up a trial that modules record and of which nothing in the session tells: the daemon was killed just after it had said go.
   *
   * @param saved what the state dir knows of it
   * @returns null when no session is open, or the manifest knows that trial
   */
  async takeUpTrial(trial: number, modules: readonly string[], saved: TrialRecord | null = null) {
    await this.#queue.done();
    const { store } = this.#session;
    if (store === null || trialOf(store.manifest, trial) !== undefined) return null;
    this.note({ is: 'trial-began', trial, ...beginningOf(saved), modules, without: [] });
    return this.openTrial();
  }

  /** The highest segment of a trial that the manifest knows or of which files are on disk; 0 when there is none. */
  async highestSegment(trial: number, modules: readonly string[]): Promise<number> {
    await this.#queue.done();
    const { store } = this.#session;
    return store === null ? 0 : highestSegmentIn(store, trial, modules);
  }

  /** Who has recorded in a trial of the open session, of these modules and any other. Null: nobody knows. */
  async recordedIn(trial: number, modules: readonly string[]): ReturnType<typeof recordedIn> {
    await this.#queue.done();
    const { store } = this.#session;
    return store === null ? null : recordedIn(store, trial, modules);
  }

  /** What a module has on disk from a segment of the open trial on. @throws what the disk says */
  async bytesOf(module: string, from: number): Promise<BytesOnDisk> {
    const { store } = this.#session;
    if (store === null) return nothingOnDisk;
    store.seeClock();
    const seen = await this.#eye.look(store.path, store.manifest, module, from);
    for (const taken of seen.taken) noteTaken(store, module, taken);
    return seen;
  }

  /** Brings everything to disk that it takes; one try each. */
  async flush(): Promise<void> {
    await this.#queue.done();
    await this.#session.flush();
  }

  /** What the disk has not taken of what it was given, in words; null when it took it all. */
  unwritten(): string | null {
    return this.#session.unwritten();
  }

  /** Whether no wait helps what is unwritten: its folder or its disk is gone. */
  isHopeless(): boolean {
    return this.#session.isHopeless;
  }

  /** Flushes and ends the work in the background. */
  async close(): Promise<void> {
    this.#past.close();
    await this.#queue.done();
    await this.#session.close();
  }

  #do(what: string, task: () => Promise<void>): void {
    this.#queue
      .run(task)
      .catch((error: unknown) => this.#port.log('error', `${what}: ${String(error)}`));
  }

  /** Answers an ask once: with what `work` gives, or with a refusal when it fails or takes too long. */
  #answer(work: () => Promise<StoreInput>, failed: (refusal: Refusal) => StoreInput): void {
    const answer = new OneAnswer(this.#port, failed);
    this.#do('an ask of the rig', async () => {
      try {
        const input = await work();
        if (!answer.give(input) && input.type === 'trial-prepared')
          await this.#session.discard(input.trial, []);
      } catch (error) {
        answer.give(failed(refusalOf(this.#port.folder, error)));
      }
    });
  }
}
