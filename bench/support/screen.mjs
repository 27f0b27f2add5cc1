import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { spawn as spawnTerminal } from '@lydell/node-pty';
import { busyMs, pssBytes } from './proc.mjs';
import { until } from './until.mjs';

/** Long enough for one that is slow to begin. */
const beginMs = 60_000;

/** A program on a terminal of its own: what it writes there, and what it costs. */
export class Screen {
  #newest = '';
  #heard = () => undefined;
  bytes = 0;

  /** @param {string[]} command with the path of the program first */
  constructor([file, ...words], env, { columns = 100, rows = 30 } = {}) {
    this.terminal = spawnTerminal(file, words, { cols: columns, rows, env, encoding: null });
    this.pid = this.terminal.pid;
    this.terminal.onData((chunk) => {
      const text = chunk.toString('utf8');
      this.bytes += chunk.length;
      this.#newest = (this.#newest + text).slice(-100_000);
      this.#heard(text);
    });
  }

  /** Waits until something stands in what was written, and gives what the program had cost by then, in ms of CPU. */
  costUntil(text) {
    return until(
      `${text} is seen`,
      () => this.#newest.includes(text) && busyMs(this.pid),
      beginMs,
      2,
    );
  }

  /** Types, and gives how many ms it took until something was written that holds `text`. */
  async press(keys, text) {
    const began = performance.now();
    const seen = new Promise((resolve) => {
      let written = '';
      this.#heard = (chunk) => {
        written += chunk;
        if (written.includes(text)) resolve(performance.now() - began);
      };
    });
    this.terminal.write(keys);
    const tooLate = pause(5_000, null, { ref: false });
    const took = await Promise.race([seen, tooLate]);
    this.#heard = () => undefined;
    if (took === null) throw new Error(`nothing with ${text} came of ${JSON.stringify(keys)}`);
    return took;
  }

  /** What it costs over so many seconds: percent of one core, and bytes a second to the terminal. */
  async usage(seconds) {
    const before = { ms: busyMs(this.pid), bytes: this.bytes, at: performance.now() };
    await pause(seconds * 1_000);
    const ms = performance.now() - before.at;
    return {
      percent: ((busyMs(this.pid) - before.ms) * 100) / ms,
      bytes: this.bytes - before.bytes,
      bytesPerS: ((this.bytes - before.bytes) * 1_000) / ms,
    };
  }

  pssMb() {
    return pssBytes(this.pid) / 1e6;
  }

  /** Ends it at once. */
  async end() {
    const gone = new Promise((resolve) => this.terminal.onExit(resolve));
    this.terminal.kill('SIGKILL');
    await gone;
  }
}

/** Installs a package of npm into a folder, for the peer that is in it. Gives whether it is there. */
export async function install(folder, name) {
  const words = ['install', '--prefix', folder, '--no-audit', '--no-fund', '--no-save', name];
  const npm = spawn('npm', words, { stdio: 'ignore' });
  const code = await Promise.race([
    once(npm, 'exit').then(([code]) => code),
    once(npm, 'error').then(() => null),
    pause(120_000, null, { ref: false }),
  ]);
  if (code === null) npm.kill('SIGKILL');
  return code === 0;
}
