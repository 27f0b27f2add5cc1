import { join } from 'node:path';
import { fileNames } from '../../protocol/names.ts';
import { type RuntimeState, runtimeStateSchema } from '../../protocol/saved.ts';
import { KeptFile, type Tell } from './kept-file.ts';
import { peekSaved } from './saved-file.ts';

/** How long a counter may wait: a card wears with every write. Record start and stop do not wait. */
export const runtimeDelayMs = 10_000;

/**
 * `runtime-state.json`. `keep(state, runtimeDelayMs)` after every change: it is on disk at most that much later, however
 * many follow; `keep(state)` and `flush()` at once, for the start and the stop of a recording and at the end.
 */
export function runtimeStateFile(stateDir: string | null, tell: Tell): KeptFile<RuntimeState> {
  return new KeptFile(pathIn(stateDir), runtimeStateSchema, tell);
}

/** What the daemon before saved there, as far as it can be read. Changes nothing. */
export async function peekRuntimeState(stateDir: string | null): Promise<RuntimeState | null> {
  const path = pathIn(stateDir);
  return path === null ? null : peekSaved(path, runtimeStateSchema);
}

function pathIn(stateDir: string | null): string | null {
  return stateDir === null ? null : join(stateDir, fileNames.runtimeState);
}
