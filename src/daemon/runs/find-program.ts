import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * Where the system would find a program: an absolute path, one with a slash from `cwd`, any other in PATH (execvp(3)).
 *
 * @returns null where there is none that may be executed
 */
export function findProgram(
  program: string,
  cwd: string,
  { PATH: path = '/usr/bin:/bin' }: Readonly<Record<string, string>>,
): string | null {
  const candidates = program.includes('/')
    ? [resolve(cwd, program)]
    : path.split(':').map((folder) => resolve(cwd, folder, program));
  return candidates.find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    // Asked first, as it is mostly not there: to be told so by an exception costs several times as much.
    if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false;
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false; // not ours to run, or a loop of links: all the same to who looks for it
  }
}

/** Why a program cannot be started, in words: it is not there, or it is and may not be executed. */
export function sayMissing(program: string, cwd: string): string {
  const path = resolve(cwd, program);
  const isThere = program.includes('/') && existsSync(path);
  if (!isThere) return `The program "${program}" was not found`;
  return `The program "${program}" is not executable (chmod +x it, or name its interpreter first)`;
}
