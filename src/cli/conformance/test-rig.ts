import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Connection } from '../../client/connection.ts';
import type { Intent } from '../../protocol/intent.ts';
import type { Manifest } from '../../protocol/manifest.ts';
import type { ModuleRecord, Snapshot } from '../../protocol/snapshot.ts';
import { sayDuration } from '../../protocol/units.ts';
import type { Context } from '../context.ts';
import { insist } from '../daemon-link.ts';
import { killModules } from '../daemon-process.ts';
import { type Followed, followState } from '../follow-state.ts';
import { type StartedDaemon, startDaemon } from '../start-daemon.ts';
import { stopDaemon } from '../stop-daemon.ts';
import type { Subject } from './subject.ts';

const stopMs = 60_000;
const lookMs = 50;

/** A throw-away rig with one module: a real daemon in a folder of its own, whose state is followed. */
export class TestRig {
  readonly name: string;
  readonly #folder: string;
  readonly #context: Context;
  #daemon: StartedDaemon | null = null;
  #connection: Connection | null = null;
  #state: Followed | null = null;

  private constructor(folder: string, name: string, context: Context) {
    this.#folder = folder;
    this.name = name;
    this.#context = context;
  }

  /** @param startMs how long the module has to say that it is ready */
  static async make(context: Context, subject: Subject, startMs: number): Promise<TestRig> {
    const folder = await mkdtemp(join(tmpdir(), 'rigdeck-test-'));
    const places = { stateDir: join(folder, 'state'), runDir: join(folder, 'run') };
    const { name, command, options } = subject;
    const module = { command, options, startTimeout: `${startMs}ms` };
    const rig = { name: 'conformance', recordings: './recordings', minFree: '1MB' };
    const config = JSON.stringify({ version: 1, rig, modules: { [name]: module } }); // JSON is YAML
    await mkdir(join(folder, 'recordings'));
    await writeFile(join(folder, 'rig.yaml'), config);
    return new TestRig(folder, name, { ...context, config: join(folder, 'rig.yaml'), ...places });
  }

  async start(): Promise<void> {
    this.#daemon = await startDaemon(this.#context, join(this.#folder, 'rig.yaml'));
    this.#connection = await this.#daemon.answers('module test');
    this.#state = await followState(this.#connection);
  }

  /** kill -9, as a crash would. The module lives on. */
  killDaemon(): void {
    this.#daemon?.kill();
    this.#connection?.close();
  }

  now(): Snapshot {
    if (this.#state === null) throw new TypeError('the daemon was not started');
    return this.#state.present();
  }

  module(): ModuleRecord {
    const record = this.now().modules[this.name];
    if (record === undefined) throw new TypeError(`there is no ${this.name}`);
    return record;
  }

  /** Waits until something is so of the module; fails in words that name what it is instead. */
  async until(what: string, isSo: (module: ModuleRecord) => boolean, ms: number): Promise<void> {
    const look = ({ modules }: Snapshot) => {
      const record = modules[this.name];
      return record !== undefined && isSo(record);
    };
    if (await this.#state?.until(look, ms)) return;
    const { state, phase, problem } = this.module();
    const why = problem === null ? '' : `: ${problem.message}`;
    const is = phase === null ? state : `${state}, ${phase}`;
    throw new Error(`${what} was not reached within ${sayDuration(ms)}; it is ${is}${why}`);
  }

  async wish(intent: Intent): Promise<void> {
    if (this.#connection === null) throw new TypeError('the daemon was not started');
    const { partly } = await insist(this.#connection, intent);
    if (partly !== undefined) throw new Error(partly);
  }

  /** Writes into the module's standard input, past the daemon. */
  async tellRaw(text: string): Promise<void> {
    const path = join(this.#context.runDir ?? '', this.name, 'stdin');
    const pipe = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
    try {
      const deadlineMs = performance.now() + 5_000;
      let rest = Buffer.from(text);
      while (rest.length > 0) {
        rest = rest.subarray(tryWrite(pipe, rest));
        if (rest.length === 0) return;
        if (performance.now() > deadlineMs) throw new Error('it does not read its commands');
        await pause(lookMs);
      }
    } finally {
      closeSync(pipe);
    }
  }

  /** Everything the module has recorded, absolute path to bytes. */
  async files(): Promise<ReadonlyMap<string, number>> {
    const found = new Map<string, number>();
    const entries = await readdir(join(this.#folder, 'recordings'), {
      recursive: true,
      withFileTypes: true,
    });
    for (const entry of entries) {
      const path = join(entry.parentPath, entry.name);
      if (!entry.isFile() || !path.includes(`/${this.name}/trial-`)) continue;
      found.set(path, (await stat(path)).size);
    }
    return found;
  }

  async bytes(): Promise<number> {
    return [...(await this.files()).values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  /** Waits until what is on disk has grown by itself, several times. */
  async grows(times: number, ms: number): Promise<void> {
    const deadlineMs = performance.now() + ms;
    let seen = await this.bytes();
    for (let grown = 0; grown < times; ) {
      if (performance.now() > deadlineMs) {
        const what = grown === 0 ? 'no file grew' : 'its files grew no further';
        throw new Error(`${what} within ${sayDuration(ms)}`);
      }
      await pause(lookMs);
      const bytes = await this.bytes();
      if (bytes > seen) grown += 1;
      seen = bytes;
    }
  }

  async manifest(): Promise<Manifest> {
    const [folder] = await readdir(join(this.#folder, 'recordings'));
    const { readManifest } = await import('../../daemon/recordings/read-manifest.ts');
    const read = await readManifest(join(this.#folder, 'recordings', folder ?? ''));
    if (read === null) throw new Error('there is no session.json');
    return read.manifest;
  }

  /** What the module printed last. */
  async log(): Promise<readonly string[]> {
    try {
      const answer = await this.#connection?.call('log.read', { module: this.name, lines: 10 });
      return (answer as { lines: readonly string[] } | undefined)?.lines ?? [];
    } catch {
      return []; // no daemon answers any more, and that was said
    }
  }

  /** Ends everything and removes the folder, whatever state it is in. */
  async remove(): Promise<void> {
    const { runDir = '' } = this.#context;
    try {
      const connection = await this.#daemon?.answers('module test');
      if (connection !== undefined) {
        await stopDaemon(connection, runDir, stopMs, {
          tell: () => undefined,
          end: () => undefined,
        });
      }
    } catch {
      this.#daemon?.kill(); // it did not end in order: the report has said what was wrong
    }
    await killModules(runDir);
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function tryWrite(pipe: number, bytes: Buffer): number {
  try {
    return writeSync(pipe, bytes, 0, Math.min(bytes.length, 4_096));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EAGAIN') return 0;
    throw error;
  }
}
