import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from './client.mjs';
import { mark, markedProcesses } from './proc.mjs';
import { until } from './until.mjs';

/** Where run dirs lie on a rig too: in memory. */
const memory = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** A rig in folders of its own, with the program as it ships. */
export class Rig {
  /**
   * @param {string} program rigdeck.js
   * @param {Record<string, object>} modules those of rig.yaml
   * @param {string} runsOn the folder for the run dir
   * @param {object | undefined} gpio the panel
   */
  constructor(program, modules, runsOn = memory, gpio = undefined) {
    this.program = program;
    this.folder = mkdtempSync(join(tmpdir(), 'rigdeck-bench-'));
    this.runDir = mkdtempSync(join(runsOn, 'rigdeck-run-'));
    this.config = join(this.folder, 'rig.yaml');
    this.stateDir = join(this.folder, 'state');
    this.recordings = join(this.folder, 'recordings');
    mkdirSync(this.recordings);
    const rig = { name: 'bench', recordings: './recordings', minFree: '1MB' };
    writeFileSync(this.config, JSON.stringify({ version: 1, rig, modules, gpio }));
  }

  get environment() {
    const { PATH = '', HOME = '' } = process.env;
    return {
      PATH,
      HOME,
      TERM: 'xterm-256color',
      LANG: 'C.UTF-8',
      UV_THREADPOOL_SIZE: '16', // as service and `rigdeck up` start it
      [mark]: this.folder,
      RIGDECK_CONFIG: this.config,
      RIGDECK_RUN_DIR: this.runDir,
      RIGDECK_STATE_DIR: this.stateDir,
    };
  }

  /** Starts a daemon in the foreground, as systemd does, and waits for nothing. */
  launch(environment = {}) {
    const log = openSync(join(this.folder, 'daemon.log'), 'a');
    this.daemon = spawn(process.execPath, [this.program, 'daemon'], {
      cwd: this.folder,
      env: { ...this.environment, ...environment },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
  }

  /** Starts a daemon and waits until every module is ready. */
  async start() {
    this.launch();
    const client = await this.connect();
    await until('every module is ready', () => this.isComplete(client), 60_000, 50);
    client.close();
  }

  async isComplete(client) {
    const { rig } = await client.call('state.get');
    return rig.startup === 'complete';
  }

  /** A client that was greeted, as soon as a daemon answers. */
  connect(everyMs = 10) {
    return until('a daemon answers', () => this.#tryConnect(), 30_000, everyMs);
  }

  async #tryConnect() {
    try {
      const client = await Client.open(join(this.runDir, 'control.sock'));
      await client.hello();
      return client;
    } catch {
      return null; // not yet there
    }
  }

  async intend(kind, more = {}) {
    const client = await this.connect();
    const answer = await client.call('intent', { kind, waitMs: 30_000, ...more });
    client.close();
    return answer;
  }

  /** kill -9 of the daemon; modules live on. */
  async killDaemon() {
    const gone = new Promise((resolve) => this.daemon.once('exit', resolve));
    this.daemon.kill('SIGKILL');
    await gone;
  }

  processes(kind) {
    return markedProcesses(this.folder).filter((one) => one.kind === kind);
  }

  /** Ends everything that was started for it, and removes its folders. */
  async remove() {
    await until('all processes of the rig have ended', async () => {
      const left = markedProcesses(this.folder);
      for (const { pid } of left) end(pid);
      if (left.length > 0) await pause(50);
      return left.length === 0;
    });
    for (const folder of [this.folder, this.runDir]) {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

/** `count` modules that are all alike: m00, m01 and so on. */
export function alike(count, module) {
  const names = Array.from({ length: count }, (_, index) => `m${String(index).padStart(2, '0')}`);
  return Object.fromEntries(names.map((name) => [name, module]));
}

/** Makes a rig, gives it to `use`, and removes it whatever happens. */
export async function withRig(program, modules, use, runsOn = memory, gpio = undefined) {
  const rig = new Rig(program, modules, runsOn, gpio);
  try {
    return await use(rig);
  } finally {
    await rig.remove();
  }
}

function end(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it ended by itself
  }
}
