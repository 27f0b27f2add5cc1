import { basename, join } from 'node:path';
import type { Refusal } from '../../protocol/problem.ts';
import { refusalOf } from '../host/room.ts';
import { callOff } from './call-off.ts';
import { Checksums } from './checksums.ts';
import {
  type Closed,
  closeTrial,
  giveLateVerdicts,
  openTrials,
  takeUpChecksums,
} from './close-trial.ts';
import { finishSessions } from './finish-sessions.ts';
import { trialOf } from './manifest-notes.ts';
import { trialsOnDisk } from './never-gone.ts';
import {
  noteConfiguration,
  openSession,
  removeSession,
  reopenSession,
  type SavedRecordings,
  type SessionFacts,
  unnamed,
} from './open-session.ts';
import { highestSession, sessionFolders } from './session-folder.ts';
import type { SessionStore, StoreOutlet } from './session-store.ts';
import { StartOnDisk } from './start-on-disk.ts';
import { interrupted, lessThan, type TrialEnd } from './trial-end.ts';
import { takeUpData, tidyUnlisted } from './unlisted.ts';
import { sayHeld, UnsavedSessions } from './unsaved-sessions.ts';
import { VerdictWatch } from './verdict-watch.ts';

/** What the present session needs of the daemon. */
export type SessionPort = SessionFacts & StoreOutlet;

export type { SavedRecordings } from './open-session.ts';

/** The session that is open, if one is, and the numbers. Its methods are called one by one. */
export class PresentSession {
  readonly checksums: Checksums;
  readonly start: StartOnDisk;
  readonly #port: SessionPort;
  readonly #saved: SavedRecordings;
  readonly #unsaved = new UnsavedSessions();
  #isLoaded = false;
  #next: number;
  #store: SessionStore | null = null;
  /** Set while nobody has confirmed the start that opened the session: how to take its folder back. */
  #unconfirmed: (() => Promise<void>) | null = null;
  #lastEventMs: number | null = null;
  readonly #verdicts: VerdictWatch;

  constructor(port: SessionPort, saved: SavedRecordings) {
    this.#port = port;
    this.#saved = saved;
    this.start = new StartOnDisk(port);
    this.#next = saved.nextSession;
    this.#verdicts = new VerdictWatch(port);
    this.checksums = new Checksums({
      log: (level, message) => port.log(level, message),
      isRecording: () => this.#store !== null && openTrials(this.#store.manifest).length > 0,
      review: (store, file) => this.#verdicts.review(store, file),
    });
  }

  /** The open session; null when none is. */
  get store(): SessionStore | null {
    return this.#store;
  }

  /** When an earlier daemon last wrote to the session that was open; null when it was opened by this one. */
  get lastEventMs(): number | null {
    return this.#lastEventMs;
  }

  /** Another configuration is in force: the session says from when on. */
  configured(): void {
    if (this.#store !== null) noteConfiguration(this.#store, this.#port.facts.config);
  }

  /** Somebody wants this session: a recording began in it, or it was opened by name. */
  confirm(): void {
    this.#unconfirmed = null;
  }

  /** Reads back what is on disk: the open session, the numbers, checksums that are missing. */
  async load(): Promise<void> {
    const port = this.#port;
    try {
      // Listed before anything new is opened, so that no session is ever worked on from two sides.
      const folders = await sessionFolders(port.folder);
      this.#next = Math.max(this.#next, (await highestSession(port.folder)) + 1);
      const reopened = await reopenSession(port, port, this.#saved);
      if (reopened.fault !== null) port.fault(reopened.fault);
      this.#store = reopened.store;
      this.#lastEventMs = reopened.lastMs;
      if (this.#store !== null) {
        await giveLateVerdicts(this.#store, port);
        await this.#takeUpUnlisted(this.#store);
        this.checksums.add(this.#store);
      }
      const others = folders
        .map((name) => join(port.folder, name))
        .filter((path) => path !== this.#store?.path);
      const over = { rig: port.rig, nextSession: this.#saved.nextSession };
      const finished = await finishSessions(others, over, port);
      for (const store of finished) this.#letGo(store);
      const rest = others.filter((path) => finished.every((store) => store.path !== path));
      takeUpChecksums(rest, port, this.checksums);
    } catch (error) {
      const { message, remedy } = refusalOf(port.folder, error);
      port.fault({ code: 'recordings-folder', message, remedy });
    } finally {
      this.#isLoaded = true;
    }
  }

  /** A session that is over: what the disk did not take is tried again, and checksums are filled in. */
  #letGo(store: SessionStore): void {
    this.#unsaved.keep(store);
    this.checksums.add(store);
  }

  /** The newest trial may still be recorded: it stays open, and whoever asks for the open trial gets it. */
  async #takeUpUnlisted(store: SessionStore): Promise<void> {
    const hasOpen = openTrials(store.manifest).length > 0;
    const taken = await takeUpData(store, this.#port);
    const newest = hasOpen ? null : this.#lastTrial(store);
    for (const trial of taken) if (trial !== newest) await this.closeTrial(trial, interrupted);
  }

  /** Opens a session, ends the one before. @returns null, or why not; then the one before is still open */
  async open(name: string, minFreeBytes: number): Promise<Refusal | null> {
    const opened = await openSession(this.#port, this.#port, name, this.#next, minFreeBytes);
    if (!('store' in opened)) return opened;
    await this.end();
    this.#store = opened.store;
    this.#unsaved.forgetLost();
    this.#next = opened.number + 1;
    this.#unconfirmed = opened.takeBack;
    return null;
  }

  /**
   * Makes sure that a trial can be recorded, in a session, as far as a look tells: `start` waits for the proof.
   *
   * @returns its number, or why it cannot @throws what the disk says
   */
  async prepareTrial(): Promise<Refusal | number> {
    const { minFreeBytes } = this.#port.disk.rule;
    const store = this.#store;
    this.start.begin(store);
    if (store === null) return (await this.open(unnamed, minFreeBytes)) ?? this.#nextTrial([]);
    const seen = await this.start.look(store);
    if ('refusal' in seen) return seen.refusal;
    if (seen.folder === 'gone') {
      this.#port.log('warn', `${store.path} is gone; a new session of that name is opened`);
      store.abandon();
      this.#store = null;
      this.start.begin(null);
      const { name } = store.manifest.session;
      return (await this.open(name, minFreeBytes)) ?? this.#nextTrial([]);
    }
    for (const trial of openTrials(store.manifest)) await this.closeTrial(trial, interrupted);
    this.start.demandProof(store);
    // Where no write has to be tried to see that none succeeds, nobody is to begin to arm.
    const refused = seen.folder === 'open' ? null : await this.start.proven();
    if (refused !== null) return refused;
    await giveLateVerdicts(store, this.#port); // of trials that ended while the disk was away
    return this.#nextTrial(seen.trials);
  }

  /** Takes back starts that never went; what holds something all the same is listed. Nobody may be armed. @throws what the disk says */
  async takeBackNeverGone(): Promise<void> {
    const store = this.#store;
    const taken = store === null ? [] : await tidyUnlisted(store, this.#port);
    for (const trial of taken) await this.closeTrial(trial, interrupted);
  }

  /** The number of the next trial: above every one in the manifest and on disk, where these were seen. @throws what the disk says */
  async #nextTrial(seen: readonly number[]): Promise<number> {
    const store = this.demand();
    const isListed = seen.every((trial) => trialOf(store.manifest, trial) !== undefined);
    if (!isListed) await this.takeBackNeverGone();
    const onDisk = isListed ? seen : await trialsOnDisk(store.path);
    return Math.max(this.#lastTrial(store), ...onDisk) + 1;
  }

  /** Removes what the start of a trial made that came to nothing; what was recorded all the same is kept and listed. */
  async discard(trial: number, files: readonly string[]): Promise<void> {
    this.checksums.setStarting(false);
    const store = this.#store;
    if (store === null) return;
    const left = await callOff(store, this.#port.log, trial, files);
    if (left === 'nothing') return this.#takeBackSession(store);
    if (left === 'data') this.confirm();
    await this.closeTrial(trial, interrupted);
  }

  /** Removes the session when the start that came to nothing had opened it, and nothing was recorded or marked in it. */
  async #takeBackSession(store: SessionStore): Promise<void> {
    const takeBack = this.#unconfirmed;
    const { trials, markers } = store.manifest;
    if (takeBack === null || trials.length > 0 || markers.length > 0) return;
    store.stop();
    await store.settle();
    if (!(await removeSession(store.path))) return store.goOn();
    this.#next = Number(store.manifest.session.id);
    this.#store = null;
    this.#unconfirmed = null;
    await takeBack();
  }

  /** Ends a trial that began. */
  async closeTrial(trial: number, how: TrialEnd): Promise<Closed> {
    const store = this.#store;
    if (store === null) {
      const partly = `no session is open to close trial ${trial}`;
      this.#port.log('warn', partly);
      return { isGood: false, partly };
    }
    const isKnown = trialOf(store.manifest, trial) !== undefined;
    // Its beginning was lost with the files of the session; what it recorded is still to be listed.
    const at = new Date().toISOString();
    if (!isKnown) store.add({ is: 'segment', trial, segment: 1, reason: 'start', at });
    const closed = await closeTrial(store, this.#port, trial, isKnown ? how : lessThan(how));
    this.#verdicts.judged(store.path, trial, closed.isGood);
    this.checksums.add(store);
    return closed;
  }

  /** Looks whether somebody mended the files that were not in order. */
  lookAgain(): void {
    this.#verdicts.look(this.#store?.path ?? null);
  }

  /** Ends the open session, and trials that were left open in it. @returns why that is not on disk, in words; null: it is */
  async end(): Promise<string | null> {
    const store = this.#store;
    if (store === null) return null;
    await tidyUnlisted(store, this.#port).catch((error: unknown) =>
      this.#port.log('warn', `${store.path} could not be looked through: ${String(error)}`),
    );
    for (const trial of openTrials(store.manifest)) await this.closeTrial(trial, interrupted);
    store.add({ is: 'session-ended', at: new Date().toISOString() });
    await store.writeReadme();
    await store.settle();
    this.#store = null;
    this.#unconfirmed = null;
    return this.#unsaved.keep(store);
  }

  /** The numbers and the open session, for `runtime-state.json`. */
  present(): SavedRecordings {
    if (!this.#isLoaded) return this.#saved;
    const store = this.#store;
    if (store === null) return { nextSession: this.#next, session: null };
    const { id, name, startedAt } = store.manifest.session;
    const lastTrial = this.#lastTrial(store);
    const folder = basename(store.path);
    return { nextSession: this.#next, session: { id, name, folder, startedAt, lastTrial } };
  }

  /** Brings everything to disk that it takes; one try each. */
  async flush(): Promise<void> {
    await this.#store?.settle();
    await this.#unsaved.flush();
  }

  /** What the disk has not taken of what it was given, in words; null when it took it all. */
  unwritten(): string | null {
    return (this.#store && sayHeld(this.#store)) ?? this.#unsaved.words();
  }

  /** Whether no wait helps: what is unwritten belongs into a folder, or onto a disk, that is gone. */
  get isHopeless(): boolean {
    return this.#store === null && this.#unsaved.isHopeless;
  }

  /** Ends the work in the background. */
  async close(): Promise<void> {
    await this.checksums.close();
    await this.flush();
    this.#unsaved.stop();
    this.#store?.stop();
  }

  /** The open session. @throws Error when none is */
  demand(): SessionStore {
    if (this.#store === null) throw new Error('no session is open');
    return this.#store;
  }

  #lastTrial(store: SessionStore): number {
    const saved = this.#saved.session;
    const before = saved?.folder === basename(store.path) ? saved.lastTrial : 0;
    return store.manifest.trials.reduce((most, trial) => Math.max(most, trial.number), before);
  }
}
