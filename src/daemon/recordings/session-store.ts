import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Fault } from '../../core/input.ts';
import type { Manifest } from '../../protocol/manifest.ts';
import type { ManifestEvent } from '../../protocol/manifest-schema.ts';
import type { ProblemCode } from '../../protocol/problem.ts';
import type { SessionRecord } from '../../protocol/snapshot.ts';
import type { LogLevel } from '../../protocol/vocabulary.ts';
import { readClock } from '../clock.ts';
import { isErrno } from '../errno.ts';
import type { ClockSource } from '../host/clock-source.ts';
import { sayStep, stepFault } from '../host/clock-step-words.ts';
import { earlierReading, seeClock } from '../host/clock-watch.ts';
import { addLook, type HealthLook } from '../host/machine-health.ts';
import { DiskGone, sayDisk } from '../host/room.ts';
import type { Storage } from '../host/storage.ts';
import { bootId } from '../runs/process-eye.ts';
import { Saver } from '../store/saver.ts';
import { EventLog } from './event-log.ts';
import { takeEvent } from './manifest-notes.ts';
import { readmeText } from './readme-text.ts';
import { replaceFile, replaceUnsynced } from './replace-file.ts';
import { sessionFiles } from './session-folder.ts';

/** The manifest is rewritten at most this often. */
const manifestGapMs = 250;

/** How the machine is, is written with whatever else is, and at least this often during a trial. */
const healthGapMs = 60_000;
/** Between two of these the machine's health is counted up. */
const turns: ReadonlySet<string> = new Set([
  'session-opened',
  'trial-began',
  'trial-closed',
  'session-ended',
]);

/** Where a session tells what goes wrong with its files. */
export type StoreOutlet = {
  fault(fault: Fault): void;
  over(code: ProblemCode): void;
  log(level: LogLevel, message: string): void;
  /** Files of a session are looked at that was left open: how many of how many. */
  looking?(session: string, done: number, of: number): void;
  readonly clock: ClockSource;
  /** A look at the machine, now. */
  machine(): HealthLook;
  /** The clock made a step, in words. */
  stepped(message: string): void;
  /** The disk beneath; whoever writes asks it first. */
  readonly disk: Storage;
};

/** Why the disk does not take a file of a session: its folder is gone, or its whole disk, or the disk refuses. And what to do. */
export type Held = {
  readonly why: 'gone' | 'away' | 'refused';
  readonly words: string;
  readonly remedy: string;
};

/** One session on disk: its manifest in memory, which is the truth, and the files that follow it. Never throws for a disk. */
export class SessionStore {
  readonly path: string;
  readonly manifest: Manifest;
  readonly #outlet: StoreOutlet;
  readonly #events: EventLog;
  readonly #savers: { readonly manifest: Saver; readonly events: Saver };
  /** Files that the disk does not take. */
  readonly #ailing = new Map<string, Held>();
  /** Trials whose files were looked at when they were over. */
  readonly judged = new Set<number>();
  #isGivenUp = false;
  #clocks = readClock();
  /** Whether the clock of this daemon, or of one before it in this boot, gave the session its time. */
  #isOurs: boolean;
  #machine: HealthLook | null = null;
  /** Trials that began under the eyes of this daemon, with times of its clock. */
  readonly #begun = new Set<number>();

  /** @param isOurs whether this daemon opened it, so that its clock gave all times in the manifest */
  constructor(path: string, manifest: Manifest, outlet: StoreOutlet, isOurs: boolean) {
    this.path = path;
    this.manifest = manifest;
    this.#outlet = outlet;
    this.#isOurs = isOurs;
    if (!isOurs) this.#goOnFrom(earlierReading(manifest, bootId()));
    this.#events = new EventLog(join(path, sessionFiles.events));
    this.#savers = {
      manifest: new Saver(
        async () => {
          await outlet.disk.demand(path);
          await this.#write(replaceFile);
        },
        manifestGapMs,
        (error) => this.#told(sessionFiles.manifest, error),
      ),
      events: new Saver(
        async () => {
          await outlet.disk.demand(path);
          await this.#events.save();
        },
        0,
        (error) => this.#told(sessionFiles.events, error),
      ),
    };
  }

  /** The session as it is published. */
  get record(): SessionRecord {
    const { id, name, startedAt } = this.manifest.session;
    return { id, name, path: this.path, startedAt };
  }

  /** Takes an event into the manifest and onto the disk. */
  add(event: ManifestEvent): void {
    this.seeClock();
    const look = turns.has(event.is) ? this.#outlet.machine() : null;
    if (look !== null) this.#stampMachine(look); // what was until now belongs to what ends
    takeEvent(this.manifest, event, this.path);
    if (event.is === 'trial-began') this.#begun.add(event.trial);
    if (event.is === 'trial-began' && look !== null) this.#stampMachine(look); // and what comes, to what begins
    this.#events.add(event, new Date().toISOString());
    if (event.is === 'trial-closed') this.#keepHealth(event.at, event.trial);
    if (event.is === 'session-ended') this.#keepHealth(event.at, null);
    this.#savers.events.changed();
    this.#savers.manifest.changed();
  }

  /** What the machine went through is in the events, too: a manifest that is lost is made from those. */
  #keepHealth(at: string, number: number | null): void {
    const { health: session, trials } = this.manifest;
    if (session.power === undefined) return;
    const health = trials.find((trial) => trial.number === number)?.health;
    const trial = number === null || health === undefined ? null : { number, health };
    this.#events.add({ is: 'health', at, session, trial }, at);
  }

  /** The manifest was changed; it is rewritten after `withinMs` at the latest, as far as the disk allows. */
  changed(withinMs = 0): void {
    this.#savers.manifest.changed(withinMs);
  }

  #goOnFrom(earlier: ReturnType<typeof earlierReading>): void {
    if (earlier === null) return;
    this.#clocks = earlier.reading;
    this.#isOurs = earlier.given.session;
    for (const trial of earlier.given.trials) this.#begun.add(trial);
  }

  /** Looks whether the clock stepped since the last look. */
  seeClock(): void {
    const now = readClock();
    const given = { session: this.#isOurs, trials: this.#begun };
    const facts = this.#outlet.clock.facts();
    const seen = seeClock(this.manifest, this.#clocks, now, facts, given);
    this.#clocks = now;
    if (seen.isChanged) this.changed();
    if (seen.stepMs === null) return;
    const words = sayStep(seen.stepMs);
    this.#outlet.stepped(words);
    const trial = this.manifest.trials.find(({ stoppedAt }) => stoppedAt === null);
    if (seen.wasTrusted && trial !== undefined) this.#outlet.fault(stepFault(words, trial.number));
  }

  /** Stamps how the machine is into the session and into the trial that is open. While none is, nothing is written for it. */
  seeMachine(): void {
    this.#stampMachine(this.#outlet.machine());
  }

  #stampMachine(now: HealthLook): void {
    const { manifest } = this;
    const known = manifest.health.power === undefined ? null : manifest.health;
    manifest.health = addLook(known, this.#machine, now);
    const open = manifest.trials.filter((trial) => trial.stoppedAt === null);
    for (const trial of open) trial.health = addLook(trial.health ?? null, this.#machine, now);
    this.#machine = now;
    if (open.length > 0) this.changed(healthGapMs);
  }

  #write(replace: (path: string, text: string) => Promise<void>): Promise<void> {
    return replace(join(this.path, sessionFiles.manifest), manifestText(this.manifest));
  }

  /** Brings everything to disk now. @returns whether the disk took it */
  async settle(): Promise<boolean> {
    const events = await this.#savers.events.settle();
    return (await this.#savers.manifest.settle()) && events;
  }

  /** The true test of a disk, after `demand`, is to write to it. @returns whether it took what is to be said of this session by now */
  async prove(): Promise<boolean> {
    const events = await this.#savers.events.settle();
    const lightly = () => this.#write(replaceUnsynced);
    return (await this.#savers.manifest.prove(lightly)) && events;
  }

  /** Brings the events to disk now; the manifest follows from them. */
  async settleEvents(): Promise<void> {
    await this.#savers.events.settle();
  }

  /** Whether nothing waits to be saved. */
  get isSettled(): boolean {
    return this.#savers.manifest.isSettled && this.#savers.events.isSettled;
  }

  /** Why the disk did not take what is to be said of this session; null where it took all that it was given. */
  get held(): Held | null {
    return [...this.#ailing.values()][0] ?? null;
  }

  /** Writes `README.txt` for whoever finds the card. It follows from the manifest, so a failure is only logged. */
  async writeReadme(): Promise<void> {
    const path = join(this.path, sessionFiles.readme);
    const text = readmeText(this.manifest);
    try {
      await this.#outlet.disk.demand(this.path);
      if ((await textOf(path)) !== text) await replaceFile(path, text);
    } catch (error) {
      this.#outlet.log('warn', `${path} could not be written: ${sayDisk(error)[0]}`);
    }
  }

  /** No further try by itself. */
  stop(): void {
    this.#savers.manifest.stop();
    this.#savers.events.stop();
  }

  /** There is no place for it any more: nothing is tried again, and nothing is wrong with it that could be over. */
  abandon(): void {
    this.stop();
    this.#isGivenUp = true;
    if (this.#ailing.size === 0) return;
    this.#ailing.clear();
    this.#outlet.over('manifest');
  }

  /** Takes up what `stop` held back. */
  goOn(): void {
    this.#savers.manifest.goOn();
    this.#savers.events.goOn();
  }

  #told(file: string, error: unknown): void {
    if (this.#isGivenUp) return; // a save that was under way
    if (error === null) {
      if (this.#ailing.delete(file) && this.#ailing.size === 0) this.#outlet.over('manifest');
      return;
    }
    this.#outlet.disk.suspect();
    const isKnown = this.#ailing.has(file);
    const [words, remedy] = sayDisk(error);
    this.#ailing.set(file, { why: whyNot(error), words, remedy });
    if (isKnown) return;
    const message = `${file} of ${basename(this.path)} could not be written: ${words}`;
    this.#outlet.fault({ code: 'manifest', message, remedy: `${remedy} It is tried again.` });
  }
}

function whyNot(error: unknown): Held['why'] {
  if (error instanceof DiskGone) return 'away';
  return isErrno(error, 'ENOENT') ? 'gone' : 'refused';
}

/** The text of `session.json`. */
export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 1)}\n`;
}

async function textOf(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(() => null);
}
