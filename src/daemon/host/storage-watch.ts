import type { Fault } from '../../core/input.ts';
import type { RigState } from '../../core/state.ts';
import type { StorageRecord } from '../../protocol/snapshot.ts';
import { monoMs } from '../clock.ts';
import type { Complaints } from './complaints.ts';
import type { Filled, Filling } from './filling.ts';
import type { Storage } from './storage.ts';
import {
  findings,
  isReadOnly,
  reasonToStop,
  type StorageSeen,
  soonFullS,
} from './storage-judge.ts';
import { lookAgain, quiet } from './two-looks.ts';
import { WriteProbe } from './write-probe.ts';

/** A suspicion: at once, and yet one look for all that fail at the same moment. In ms. */
const atOnceMs = 100;
/** When the end is near, and until a second look has confirmed a first. In ms. */
const soonMs = 1_000;
/** The disk is near its end when it is full so soon. In s. */
const nearS = 60;
/** How often a few bytes are written to see whether the disk takes them, while recording. In ms. */
const probeMs = 10_000;
/** What may pass between a reading that calls for the end and the one that decides it. In ms. */
const decisionMs = 10_000;
/** The end of a session's own files, and a block or two for a module's. In bytes. */
const finishBytes = 65_536;
/** What some formats write when they are finished (an index, a header) as a part of what was recorded. */
const indexShare = 0.005;

export type StorageWatchPort = {
  readonly storage: Storage;
  readonly filling: Filling;
  readonly complaints: Complaints;
  state(): RigState;
  /** All that modules have recorded until now, in bytes; rising. */
  recordedBytes(): number;
  /** Ends the recording for this reason. */
  stop(why: Fault): void;
};

/**
 * Watches the disk that is recorded to: raises what is wrong with it, and ends a recording in order while there is room to finish
 * its files. Looks when the health loop does; more often only while somebody records and something is undecided or near.
 */
export class StorageWatch {
  readonly #port: StorageWatchPort;
  readonly #probe = new WriteProbe();
  readonly #filling: Filling;
  #stop = quiet;
  #isLooking = false;
  #soon: NodeJS.Timeout | null = null;
  #probedMonoMs = Number.NEGATIVE_INFINITY;

  constructor(port: StorageWatchPort) {
    this.#port = port;
    this.#filling = port.filling;
    port.storage.onSuspicion(() => this.#lookIn(atOnceMs));
  }

  /** To be called after every change: forgets what belonged to a recording that is over. */
  follow(): void {
    if (this.#isHeld() || (this.#filling.grownBytes() === 0 && this.#stop === quiet)) return;
    this.#filling.begin();
    this.#stop = quiet;
    this.#probe.forget();
    this.stop();
  }

  /** One look at the disk, judged. */
  async look(): Promise<void> {
    // One that is still under way is judged when it is done, or as the silence that it is: never twice.
    if (this.#isLooking) return this.#port.storage.isSilent() ? this.#judge() : undefined;
    this.#isLooking = true;
    this.#takeRate();
    this.#probeNowAndThen();
    await this.#port.storage.look(this.#isHeld());
    this.#isLooking = false;
    this.#judge();
  }

  /** Looks no more by itself. */
  stop(): void {
    if (this.#soon !== null) clearTimeout(this.#soon);
    this.#soon = null;
  }

  /** The figures, for everybody who looks. */
  record(): StorageRecord {
    const { rule } = this.#port.storage;
    const seen = this.#seen();
    const { facts, secondsToFull } = seen;
    // What lies beneath a mount that is gone is not what is recorded to.
    const look = facts.gone === null ? facts.look : null;
    return {
      path: rule.folder,
      freeBytes: look?.freeBytes ?? null,
      totalBytes: look?.totalBytes ?? null,
      freeInodes: look?.freeInodes ?? null,
      ...this.#told(look === null ? null : secondsToFull),
      gone: facts.look === null ? null : facts.gone !== null || facts.isAsRequired === false,
      mountPoint: look?.mount?.point ?? null,
      mounted: look?.isMounted ?? null,
      fileSystem: look?.mount?.fileSystem ?? null,
      readOnly: isReadOnly(seen),
      writeMs: this.#probe.newest().ms,
    };
  }

  /** A guess is told only where it is urgent: it is too long, never too short. */
  #told(secondsToFull: number | null): Pick<StorageRecord, 'secondsToFull' | 'bytesPerS'> {
    const { bytesPerS, isKnown } = this.#filled();
    const isUrgent = secondsToFull !== null && secondsToFull < soonFullS;
    if (bytesPerS === null || !(isKnown || isUrgent))
      return { secondsToFull: null, bytesPerS: null };
    return { secondsToFull, bytesPerS: Math.round(bytesPerS) };
  }

  #lookIn(ms: number): void {
    this.#soon ??= setTimeout(() => {
      this.#soon = null;
      void this.look();
    }, ms);
  }

  #judge(): void {
    const { complaints } = this.#port;
    const seen = this.#seen();
    for (const [code, finding] of findings(seen, (one) => complaints.isRaised(one))) {
      complaints.see(code, finding);
    }
    this.#judgeStop(seen);
    const isNear = seen.secondsToFull !== null && seen.secondsToFull < nearS;
    const isUndecided = complaints.isUndecided || this.#stop.against > 0;
    if (this.#isHeld() && (isNear || isUndecided)) this.#lookIn(soonMs);
  }

  #judgeStop(seen: StorageSeen): void {
    if (!seen.isRecording) return;
    const why = reasonToStop(seen);
    const before = this.#stop;
    this.#stop = lookAgain(before, seen.facts.look === null ? null : why !== null);
    if (before.isRaised || !this.#stop.isRaised || why === null) return;
    this.#port.complaints.raise(why);
    this.#port.stop(why);
  }

  #seen(): StorageSeen {
    const { storage } = this.#port;
    const isSilent = storage.isSilent();
    const facts = isSilent ? { ...storage.facts(), look: null, gone: null } : storage.facts();
    const floorBytes = this.#floorBytes();
    return {
      rule: storage.rule,
      facts,
      isSilent,
      refused: this.#probe.newest().error,
      isRecording: this.#isRecording(),
      isStarting: ['arming', 'going'].includes(this.#port.state().recording.name),
      secondsToFull: secondsToFull(facts.look?.freeBytes, floorBytes, this.#filled().bytesPerS),
      floorBytes,
    };
  }

  /** What must stay free: what a person demanded, what finishing needs, and what is written until all have finished. */
  #floorBytes(): number {
    const modules = Object.values(this.#port.state().modules);
    const slowestMs = Math.max(0, ...modules.map(({ spec }) => spec.stopMs));
    const finishing = finishBytes * modules.length + this.#filling.grownBytes() * indexShare;
    const meanwhile = ((this.#filled().bytesPerS ?? 0) * (slowestMs + decisionMs)) / 1_000;
    return Math.round(Math.max(this.#port.storage.rule.minFreeBytes, finishing, meanwhile));
  }

  /** The time in which nobody has to write yet (arming, a pause) does not count. */
  #takeRate(): void {
    if (this.#port.state().recording.name !== 'recording') return this.#filling.rest();
    this.#filling.see(this.#port.recordedBytes(), monoMs(), this.#wanted());
  }

  /** Nobody fills the disk of a rig that is idle. */
  #filled(): Filled {
    return this.#isHeld() ? this.#filling.now(this.#wanted()) : { bytesPerS: null, isKnown: false };
  }

  #wanted(): readonly string[] {
    const modules = Object.values(this.#port.state().modules);
    return modules.filter(({ desired }) => desired === 'on').map(({ name }) => name);
  }

  #probeNowAndThen(): void {
    const session = this.#port.state().session;
    if (!this.#isRecording() || session === null) return;
    if (monoMs() - this.#probedMonoMs < probeMs) return;
    this.#probedMonoMs = monoMs();
    const { storage } = this.#port;
    void this.#probe
      .probe(session.path, (path) => storage.demand(path))
      .then(({ error }) => {
        if (error !== null) storage.suspect();
      });
  }

  /** Whether a recording, its start or its end is under way, so that no other disk can take the place of this one. */
  #isHeld(): boolean {
    return this.#port.state().recording.name !== 'idle';
  }

  #isRecording(): boolean {
    const { name } = this.#port.state().recording;
    return ['arming', 'going', 'recording', 'pausing', 'paused', 'resuming'].includes(name);
  }
}

/** Until the recording has to end, which is before the last byte; null where the rate or the room is unknown. */
function secondsToFull(
  freeBytes: number | undefined,
  floorBytes: number,
  bytesPerS: number | null,
): number | null {
  if (freeBytes === undefined || bytesPerS === null || bytesPerS < 1) return null;
  return Math.floor(Math.max(0, freeBytes - floorBytes) / bytesPerS);
}
