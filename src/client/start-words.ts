import { readFileSync, statSync } from 'node:fs';
import { fileNames } from '../protocol/names.ts';
import { sanitize } from '../protocol/sanitize.ts';

/** What is older was left by a daemon that never came so far as to serve. */
const freshMs = 600_000;

/** What a daemon does that lives and does not serve yet, in its own words; null where none is starting. */
export function startWords(runDir: string): string | null {
  const path = `${runDir}/${fileNames.starting}`;
  try {
    if (Date.now() - statSync(path).mtimeMs > freshMs) return null;
    const said: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof said !== 'object' || said === null) return null;
    const { pid, words } = { pid: null, words: null, ...said } as Record<string, unknown>;
    const isSaid = typeof pid === 'number' && typeof words === 'string' && isAlive(pid);
    return isSaid ? sanitize(words, 200) : null;
  } catch {
    return null; // not there, not ours to read, or torn: nothing is known then
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
