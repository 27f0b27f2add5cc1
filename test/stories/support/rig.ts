import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Intent, IntentKind } from '../../../src/protocol/intent.ts';
import { environment } from '../../../src/protocol/names.ts';
import { type Ended, programFile, runProgram } from '../../support/program.ts';
import { until } from '../../support/until.ts';
import { type Client, openClient } from './client.ts';
import { type DaemonProcess, startDaemon, storyEnvironment, type Where } from './daemon-process.ts';
import { end, type Marked, marked } from './processes.ts';

export type Plan = {
  /** The `modules:` of rig.yaml. */
  readonly modules: Readonly<Record<string, object>>;
  /** What differs from a rig with its recordings beside rig.yaml. */
  readonly rig?: object;
  readonly hooks?: readonly object[];
  readonly gpio?: object;
  /** rig.yaml itself, where its layout matters; then the two above are not looked at. */
  readonly yaml?: string;
  readonly stateDir?: string;
  readonly runDir?: string;
  /** What the daemon and its modules find in their environment beside the usual. */
  readonly env?: Readonly<Record<string, string>>;
};

/** A rig in a folder of its own. Daemons come and go; what they leave behind stays until the story is over. */
export class StoryRig {
  readonly folder: string;
  readonly runDir: string;
  readonly stateDir: string;
  readonly recordings: string;
  readonly config: string;
  readonly where: Where;
  readonly #clients: Client[] = [];
  #client: Client | null = null;
  #daemon: DaemonProcess | null = null;

  private constructor(folder: string, program: string, plan: Plan) {
    this.folder = folder;
    this.runDir = plan.runDir ?? join(folder, 'run');
    this.stateDir = plan.stateDir ?? join(folder, 'state');
    this.recordings = join(folder, 'recordings');
    this.config = join(folder, 'rig.yaml');
    const places = {
      [environment.config]: this.config,
      [environment.runDir]: this.runDir,
      [environment.stateDir]: this.stateDir,
    };
    this.where = {
      program,
      folder,
      config: this.config,
      story: folder,
      places,
      env: plan.env ?? {},
    };
  }

  static async make(plan: Plan): Promise<StoryRig> {
    const program = await programFile();
    const rig = new StoryRig(mkdtempSync(join(tmpdir(), 'rig-')), program, plan);
    mkdirSync(rig.recordings);
    rig.configure(plan);
    return rig;
  }

  /** Writes rig.yaml. JSON is YAML too. */
  configure({ modules, rig = {}, hooks = [], gpio, yaml }: Plan): void {
    const whole = { name: 'story', recordings: './recordings', minFree: '1MB', ...rig };
    const plain = { version: 1, rig: whole, modules, hooks, ...(gpio && { gpio }) };
    writeFileSync(this.config, yaml ?? JSON.stringify(plain));
  }

  /** Starts a daemon and waits until it answers. */
  async start(): Promise<DaemonProcess> {
    const daemon = this.launch();
    const answers = this.client().then((client) => {
      this.#client = client;
      return 'answers' as const;
    });
    const what = await Promise.race([answers, daemon.ended]);
    if (what !== 'answers') throw new Error(`the daemon ended at once: ${daemon.said()}`);
    return daemon;
  }

  /** Starts a daemon and waits until every wanted module is ready or has failed. */
  async startUp(): Promise<DaemonProcess> {
    const daemon = await this.start();
    await this.until('start-up is complete', (now) => now.rig.startup === 'complete', 30_000);
    return daemon;
  }

  /** Starts a daemon and waits for nothing. */
  launch(): DaemonProcess {
    this.#client?.close();
    this.#client = null;
    this.#daemon = startDaemon(this.where);
    return this.#daemon;
  }

  get daemon(): DaemonProcess {
    if (this.#daemon === null) throw new Error('no daemon was started');
    return this.#daemon;
  }

  async client(name?: string, withinMs?: number): Promise<Client> {
    const client = await openClient(this.runDir, name, withinMs);
    this.#clients.push(client);
    return client;
  }

  /** The client of the newest daemon. */
  get me(): Client {
    if (this.#client === null) throw new Error('nobody is connected');
    return this.#client;
  }

  /** A new connection, to a daemon that somebody else started. */
  async attach(withinMs?: number): Promise<Client> {
    this.#client?.close();
    this.#client = await this.client('story', withinMs);
    return this.#client;
  }

  get until(): Client['until'] {
    return this.me.until;
  }

  /** A wish that must come true, waited for. */
  async wish(kind: IntentKind, more: object = {}): Promise<string | null> {
    const intent = { kind, waitMs: 30_000, ...more } as Intent;
    return (await this.me.insist(intent)).partly ?? null;
  }

  /** The command line, as a person types it. */
  run(...words: string[]): Promise<Ended> {
    return runProgram(words, { cwd: this.folder, env: storyEnvironment(this.where) });
  }

  processes(): Marked[] {
    return marked(this.where.story);
  }

  /** Every living copy of a module, of which there must never be two. */
  copies(module: string): Marked[] {
    return this.processes().filter((one) => one.kind === 'module' && one.module === module);
  }

  pidOf(module: string): number {
    const [only, second] = this.copies(module);
    if (only === undefined || second !== undefined) {
      throw new Error(`${module} lives ${second === undefined ? 'not at all' : 'twice'}`);
    }
    return only.pid;
  }

  /** As a power cut does: nobody is asked, keepers first so that nobody writes anything down. */
  async cutPower(): Promise<void> {
    for (const kind of ['daemon', 'keeper', 'module', 'other']) {
      for (const one of this.processes()) if (one.kind === kind) end(one);
    }
    await until('everything is dark', () => this.processes().length === 0);
  }

  /** Ends everything that was started for this story, and removes its folder. */
  async remove(): Promise<void> {
    for (const client of this.#clients) client.close();
    await until('everything that the story started has ended', () => {
      const left = this.processes();
      for (const one of left) end(one);
      return left.length === 0;
    });
    rmSync(this.folder, { recursive: true, force: true });
  }
}
