import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Fault, StoreInput } from '../../../src/core/input.ts';
import { ClockSource } from '../../../src/daemon/host/clock-source.ts';
import { Sensors } from '../../../src/daemon/host/sensors.ts';
import { Storage } from '../../../src/daemon/host/storage.ts';
import { eventsIn } from '../../../src/daemon/recordings/event-log.ts';
import type { SavedRecordings } from '../../../src/daemon/recordings/present-session.ts';
import { Recordings } from '../../../src/daemon/recordings/recordings.ts';
import type { SavedTrials } from '../../../src/daemon/recordings/unlisted.ts';
import type { Manifest, SegmentReason } from '../../../src/protocol/manifest.ts';
import { type ManifestEvent, manifestSchema } from '../../../src/protocol/manifest-schema.ts';
import { until } from '../../support/until.ts';

/** A recordings folder of its own, removed after the test. */
export async function workspace(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rigdeck-rec-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A folder that goes when the test is over. */
function makeFolder(prefix: string): string {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A clock of which systemd-timesyncd leaves word in files. */
class KeptClock {
  readonly source: ClockSource;
  readonly #timesync: string;

  constructor(is: boolean | null) {
    const root = makeFolder('rigdeck-clock-');
    this.#timesync = join(root, 'run/systemd/timesync');
    const nobody = { chrony: 'nobody-keeps-time', systemd: 'nobody-keeps-time' };
    this.source = new ClockSource(root, nobody);
    this.keep(is);
  }

  keep(is: boolean | null): void {
    rmSync(this.#timesync, { recursive: true, force: true });
    if (is !== null) mkdirSync(this.#timesync, { recursive: true });
    if (is === true) writeFileSync(join(this.#timesync, 'synchronized'), '');
  }
}

/** Recordings on a real folder, and everything they said. */
export class Shelf {
  readonly folder: string;
  readonly recordings: Recordings;
  readonly disk: Storage;
  readonly answers: StoreInput[] = [];
  readonly faults: Fault[] = [];
  readonly over: string[] = [];
  readonly words: string[] = [];
  /** Which files of which session were looked at: session, done, of how many. */
  readonly looked: [session: string, done: number, of: number][] = [];
  readonly clock: KeptClock;
  /** Of a machine that says nothing of itself, unless files are put there. */
  readonly machineRoot: string;
  readonly sensors: Sensors;
  readonly steps: string[] = [];
  /** The `modules:` of the rig's configuration, as the manifest keeps it. */
  readonly modules: Record<string, object> = {};
  #asks = 0;

  constructor(
    folder: string,
    saved: SavedRecordings = { nextSession: 1, session: null },
    minFreeBytes = 0,
    synchronized: boolean | null = true,
    requireMount = false,
    savedTrials: SavedTrials = { begun: null, starting: null },
  ) {
    this.folder = folder;
    this.disk = new Storage({ folder, minFreeBytes, requireMount });
    this.clock = new KeptClock(synchronized);
    this.machineRoot = makeFolder('rigdeck-machine-');
    this.sensors = new Sensors(this.machineRoot);
    const { modules } = this;
    this.recordings = new Recordings(
      {
        folder,
        disk: this.disk,
        sizes: join(folder, 'sizes.json'),
        rig: 'field-rig-03',
        savedTrials,
        facts: {
          host: async () => ({ model: 'Raspberry Pi 5' }),
          versions: { rigdeck: '0.1.0' },
          get config() {
            return structuredClone({ rig: { name: 'field-rig-03' }, modules });
          },
        },
        report: (input) => void this.answers.push(input),
        fault: (fault) => void this.faults.push(fault),
        over: (code) => void this.over.push(code),
        clock: this.clock.source,
        machine: () => ({ ...this.sensors.read(), freeBytes: null }),
        stepped: (message) => void this.steps.push(message),
        log: (_level, message) => void this.words.push(message),
        looking: (...looked) => void this.looked.push(looked),
        notedMs: 15_000, // however slow the disk of this machine is
      },
      saved,
    );
    onTestFinished(() => this.recordings.close());
  }

  get synchronized(): boolean | null {
    return this.clock.source.facts().synchronized;
  }

  set synchronized(is: boolean | null) {
    this.clock.keep(is);
  }

  /** Asks something and waits for its answer. */
  async ask<T extends StoreInput['type']>(
    type: T,
    how: (ask: number) => void,
  ): Promise<Extract<StoreInput, { type: T }>> {
    this.#asks += 1;
    const ask = this.#asks;
    how(ask);
    const answer = await until(`an answer to ${ask}`, () =>
      this.answers.find((one) => one.ask === ask),
    );
    if (answer.type !== type) throw new Error(`answered ${JSON.stringify(answer)}`);
    return answer as Extract<StoreInput, { type: T }>;
  }

  open(name: string) {
    return this.ask('session-opened', (ask) => this.recordings.openSession(ask, name));
  }

  prepare() {
    return this.ask('trial-prepared', (ask) => this.recordings.prepareTrial(ask, null));
  }

  refuse() {
    return this.ask('trial-failed', (ask) => this.recordings.prepareTrial(ask, null));
  }

  close(trial: number, outcome: 'complete' | 'partial' | 'interrupted' = 'complete') {
    const end = outcome === 'interrupted' ? 'last-byte' : 'now';
    return this.ask('trial-closed', (ask) =>
      this.recordings.closeTrial({ ask, trial, outcome, end }),
    );
  }

  end() {
    return this.ask('session-ended', (ask) => this.recordings.endSession(ask));
  }

  /** The trial begins with these modules, each in segment 1 with one file of these bytes. */
  async begin(trial: number, modules: Readonly<Record<string, string>>): Promise<void> {
    this.recordings.note({
      is: 'trial-began',
      trial,
      label: 'a label',
      startedAt: new Date().toISOString(),
      goMonoNs: '5000000000',
      modules: Object.keys(modules),
      without: [],
    });
    this.segment(trial, 1, 'start');
    for (const [module, bytes] of Object.entries(modules)) {
      await this.join(module, trial, 1, bytes);
    }
  }

  segment(trial: number, segment: number, reason: SegmentReason): void {
    const at = new Date().toISOString();
    this.recordings.note({ is: 'segment', trial, segment, reason, at });
  }

  /** A module arms, writes its file and confirms. @returns the path of its file */
  async join(
    module: string,
    trial: number,
    segment: number,
    bytes: string,
    firstSampleMonoNs: string | null = null,
    isNamed = true,
  ): Promise<string> {
    const { dir, prefix } = await this.recordings.moduleFolder(module, trial, segment);
    const file = join(dir, `${prefix}.dat`);
    await writeFile(file, bytes);
    const files = isNamed ? [`${prefix}.dat`] : [];
    const about = { trial, segment, module, firstSampleMonoNs, files, late: false };
    this.recordings.note({ is: 'joined', ...about, at: new Date().toISOString() });
    return file;
  }

  /** A whole trial, closed. @returns its number */
  async record(modules: Readonly<Record<string, string>>): Promise<number> {
    const { trial } = await this.prepare();
    await this.begin(trial, modules);
    await this.close(trial);
    return trial;
  }

  /** The manifest of the open session as it is on disk, everything flushed. */
  async manifest(): Promise<Manifest> {
    await this.recordings.flush();
    const session = await this.recordings.session();
    if (session === null) throw new Error('no session is open');
    return readManifestFile(session.path);
  }
}

/** `session.json` of a session folder; throws when it is not valid. */
export async function readManifestFile(path: string): Promise<Manifest> {
  return manifestSchema.parse(JSON.parse(await readFile(join(path, 'session.json'), 'utf8')));
}

/** All events of a session. @param path of its `events.jsonl` */
export async function readEvents(path: string): Promise<ManifestEvent[]> {
  const events: ManifestEvent[] = [];
  for await (const event of eventsIn(path)) events.push(event);
  return events;
}
