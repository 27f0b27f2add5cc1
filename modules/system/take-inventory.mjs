/** What this machine is made of: asked once, in a process of its own, so that its memory is given back. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import os from 'node:os';
import { promisify } from 'node:util';
import { log } from '../sdk/node/rigdeck.mjs';

const here = import.meta.dirname;
/** In a checkout its source, which needs the package; where Rigdeck is installed the bundle, which has it in itself. */
const programs = [`${here}/print-inventory.mjs`, `${here}/../../dist/print-inventory.js`];
/** Well below the time that a module has to arm. */
const patienceMs = 4_000;
/** @type {string | undefined} */
let known;

/**
 * The inventory as JSON text. systeminformation starts some dozens of programs for it; where it is missing, fails or takes
 * longer than 4 s, the little that Node knows is given, with the reason.
 *
 * @returns {Promise<string>}
 */
export async function takeInventory() {
  if (known !== undefined) return known;
  try {
    const file = programs.find(existsSync) ?? 'print-inventory.js';
    const asked = await promisify(execFile)(process.execPath, [file], {
      timeout: patienceMs,
      killSignal: 'SIGKILL',
      maxBuffer: 4_000_000,
    });
    known = asked.stdout;
    return known;
  } catch (error) {
    const reason = whyNot(error);
    log('warn', `the inventory is short: ${reason}`);
    return `${JSON.stringify({ version: 1, reason, host: await shortInventory() }, null, 2)}\n`;
  }
}

async function shortInventory() {
  const model = await readFile('/proc/device-tree/model', 'utf8').catch(() => null); // not a Pi
  return {
    name: os.hostname(),
    model: model?.replaceAll('\0', '') ?? null,
    kernel: os.release(),
    architecture: os.arch(),
    processors: os.cpus().map((cpu) => cpu.model),
    memoryBytes: os.totalmem(),
    node: process.version,
  };
}

/** @param {any} error of execFile */
function whyNot(error) {
  if (error?.killed) return `systeminformation took longer than ${patienceMs} ms`;
  const lines = String(error?.stderr ?? '').split('\n');
  return lines.find((line) => line.includes('Error')) ?? String(error?.message ?? error);
}
