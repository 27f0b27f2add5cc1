import { existsSync, lstatSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { parseStat } from './process-eye.ts';
import { readProc } from './processes.ts';
import type { RunPaths, RunRecord } from './run-folder.ts';
import type { SaidRecord } from './said-record.ts';

/**
 * Puts back what somebody removed from the folder of a run that lives, so that the next daemon finds that run. The files that
 * its process and its keeper hold open are reached through their descriptors (proc_pid_fd(5)), as long as they live.
 *
 * @returns whether something was missing
 * @throws what the file system says
 */
export function mendRun(
  paths: RunPaths,
  record: RunRecord,
  said: SaidRecord,
  pid: number,
): boolean {
  if ([paths.record, paths.pid, paths.said].every((path) => existsSync(path))) return false;
  const stat = readProc(`${pid}/stat`);
  const keeper = parseStat(stat)?.parent;
  if (keeper === undefined) return false; // it has ended: there is nothing to be found
  mkdirSync(paths.folder, { recursive: true, mode: 0o700 });
  restore(paths.said, JSON.stringify(said));
  restore(paths.pid, stat);
  link(paths.log, `/proc/${pid}/fd/1`);
  link(paths.exit, `/proc/${keeper}/fd/9`);
  if (record.protocol === 'none') restore(paths.status, '');
  else {
    link(paths.stdin, `/proc/${pid}/fd/0`);
    link(paths.status, `/proc/${pid}/fd/3`);
  }
  restore(paths.record, JSON.stringify(record)); // last: with it the folder counts
  return true;
}

/** Makes sure that a path can be used as a file: what stands there instead, or leads nowhere, is replaced by an empty one. */
export function beFile(path: string): void {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat?.isFile() || (stat?.isSymbolicLink() && existsSync(path))) return;
  rmSync(path, { recursive: true, force: true });
  writeFileSync(path, '', { mode: 0o600 });
}

function restore(path: string, text: string): void {
  if (!existsSync(path)) writeFileSync(path, text, { mode: 0o600 });
}

function link(path: string, to: string): void {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) symlinkSync(to, path);
}
