import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Metafile } from 'esbuild';
import { inject } from 'vitest';
import { patiently, until } from './until.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const buildMs = 60_000;

/** How a process of the program ended, and all that it said. A signal is -1. */
export type Ended = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** The path of the program as it ships, bundled once a test run by `scripts/build.mjs`. */
export async function programFile(): Promise<string> {
  return join(await builtFolder(), 'dist/rigdeck.js');
}

/** What each file of the program was made from. */
export async function programParts(): Promise<Metafile> {
  return JSON.parse(readFileSync(join(await builtFolder(), 'parts.json'), 'utf8'));
}

/** Runs the program to its end, in a folder without a configuration unless told. */
export async function runProgram(
  words: readonly string[],
  options: { readonly env?: Record<string, string>; readonly cwd?: string } = {},
): Promise<Ended> {
  const file = await programFile();
  const cwd = options.cwd ?? inject('programFolder');
  const env = { ...plainEnvironment(), ...options.env };
  return new Promise((resolve) => {
    const settings = { cwd, env, timeout: patiently(60_000) };
    execFile(process.execPath, [file, ...words], settings, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
      resolve({ code, stdout, stderr });
    });
  });
}

/** What the tests run with: nothing of the machine that they run on decides what is printed. */
export function plainEnvironment(): Record<string, string> {
  const { PATH = '', HOME = '', TZ = 'UTC' } = process.env;
  const others = { LANG: 'C.UTF-8', TERM: 'xterm-256color', RIGDECK_MACHINE_ROOT: '/nowhere' };
  return { PATH, HOME, TZ, ...others };
}

async function builtFolder(): Promise<string> {
  const folder = inject('programFolder');
  const done = join(folder, 'done');
  if (isFirst(folder)) {
    const words = ['scripts/build.mjs', join(folder, 'dist'), join(folder, 'parts.json')];
    await promisify(execFile)(process.execPath, words, { cwd: root }).catch((error: unknown) => {
      writeFileSync(join(folder, 'failed'), String(error)); // nobody waits for it in vain
      throw error;
    });
    for (const beside of ['package.json', 'modules', 'share']) {
      symlinkSync(join(root, beside), join(folder, beside));
    }
    writeFileSync(`${done}.next`, '');
    renameSync(`${done}.next`, done);
  }
  await until('the program is bundled', () => existsSync(done) || failure(folder), buildMs);
  return folder;
}

/** @throws what went wrong where another test bundled in vain */
function failure(folder: string): false {
  const file = join(folder, 'failed');
  if (existsSync(file)) throw new Error(readFileSync(file, 'utf8'));
  return false;
}

function isFirst(folder: string): boolean {
  try {
    mkdirSync(join(folder, 'building'));
    return true;
  } catch {
    return false; // another test was first
  }
}
