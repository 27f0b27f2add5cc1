import { renameSync, writeFileSync } from 'node:fs';
import { type RunPaths, readText } from './run-folder.ts';
import { nothingSaid, type SaidRecord, saidSchema } from './said-record.ts';

/** Ids of a run whose `said.json` is lost go on from here: higher than any that was used. */
const farId = 1_000_000_000;

/** Writes `said.json` in one piece. @throws what the file system says */
export function writeSaid(paths: RunPaths, said: SaidRecord): void {
  const next = `${paths.said}.next`;
  writeFileSync(next, JSON.stringify(said), { mode: 0o600 });
  renameSync(next, paths.said);
}

/** What the daemon before knew of this run. Where that is lost, all that the module ever said is read again. */
export function readSaid(paths: RunPaths): SaidRecord {
  try {
    return saidSchema.parse(JSON.parse(readText(paths.said)));
  } catch {
    // A file of another layout, or one that a full tmpfs has cut: `status` still holds the words themselves.
    return { ...nothingSaid, idsBelow: farId, asked: null };
  }
}
