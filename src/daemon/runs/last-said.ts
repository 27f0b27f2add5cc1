import type { Finished } from '../../core/spec.ts';
import { LineReader } from './line-reader.ts';
import type { RunPaths, RunRecord } from './run-folder.ts';
import { readSaid } from './said-file.ts';
import type { SaidRecord } from './said-record.ts';
import { Voice } from './voice.ts';

/** What a run has said, also that which no daemon has read. */
export function lastSaid(paths: RunPaths): SaidRecord {
  const said = readSaid(paths);
  const voice = new Voice(said, said.idsBelow);
  const reader = new LineReader(paths.status, said.offset);
  for (const line of reader.readAll().lines) voice.hear(line);
  reader.close();
  return voice.record;
}

/** The take that a run has finished: it was told to stop and said that it is idle, or, as an ordinary program, ended upon that. */
export function finishedTake(
  paths: RunPaths,
  { protocol }: RunRecord,
  isLiving: boolean,
): Finished | null {
  const { take, asked, trial, segment } = lastSaid(paths);
  const isOver =
    protocol === 'none'
      ? take === 'finalizing' && !isLiving
      : take === 'idle' && asked?.stop !== undefined;
  return isOver && trial !== null && segment !== null ? { trial, segment } : null;
}
