import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StateManager } from '../core/state-manager.ts';
import { fileNames } from '../protocol/names.ts';

const keptDumps = 5;

/**
 * Writes the whole state and the newest inputs beside the journal, for whoever finds out what went wrong. Synchronous, because
 * the process may be about to end; a disk that does not take it is no further harm.
 */
export function writeDump(stateDir: string | null, manager: StateManager, why: string): void {
  if (stateDir === null) return;
  const folder = join(stateDir, fileNames.journal);
  try {
    mkdirSync(folder, { recursive: true });
    const at = new Date().toISOString();
    const dump = { version: 1, at, why, state: manager.state(), inputs: manager.recentInputs() };
    const name = `dump-${at.replaceAll(/[:.]/g, '-')}.json`;
    writeFileSync(join(folder, name), `${JSON.stringify(dump, null, 1)}\n`);
    const old = readdirSync(folder)
      .filter((file) => file.startsWith('dump-'))
      .sort();
    for (const file of old.slice(0, -keptDumps)) rmSync(join(folder, file), { force: true });
  } catch {
    process.stderr.write('the state dump could not be written\n');
  }
}
