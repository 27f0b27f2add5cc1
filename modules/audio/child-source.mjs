/** A program that reads a sound card. */
import { spawn } from 'node:child_process';
import { monoNs } from '../sdk/node/rigdeck.mjs';

/** @typedef {import('./capture.mjs').Source} Source */

/** After so long it is killed, and after twice that nobody waits for it: it hangs in the kernel with its card. */
const politeMs = 1_500;
const maxLine = 500;

/**
 * @param {string[]} command
 * @returns {Source}
 */
export function childSource([program = '', ...words]) {
  /** @type {ReturnType<typeof open> | undefined} */
  let child;
  /** @type {Promise<void> | undefined} */
  let closed;
  const open = () => {
    // Its words are read by a program: not in the language of the machine.
    const env = { ...process.env, LC_ALL: 'C' };
    return spawn(program, words, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  };
  return {
    start({ onData, onLine, onEnd }) {
      const started = open();
      child = started;
      started.stdout.on('data', (chunk) => onData(chunk, monoNs()));
      let line = '';
      started.stderr.on('data', (text) => {
        const lines = `${line}${text}`.split('\n');
        line = (lines.pop() ?? '').slice(0, maxLine);
        for (const whole of lines) onLine(whole.slice(0, maxLine));
      });
      started.on('error', (error) => onLine(error.message)); // `close` follows
      closed = new Promise((resolve) => {
        started.on('close', (code, signal) => {
          onEnd(`${program} ended (${signal ?? code})`);
          resolve();
        });
      });
    },
    async stop() {
      const kill = setTimeout(() => child?.kill('SIGKILL'), politeMs);
      child?.kill('SIGTERM');
      await Promise.race([closed, sleep(2 * politeMs)]);
      clearTimeout(kill);
    },
  };
}

/** @param {number} ms @returns {Promise<void>} */
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms).unref());
