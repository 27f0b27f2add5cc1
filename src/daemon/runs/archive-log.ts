import { appendFile, mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileNames } from '../../protocol/names.ts';
import { isErrno } from '../errno.ts';
import { readTail, toLines } from './log-file.ts';
import { maxLogBytes } from './prints.ts';
import type { RunPaths } from './run-folder.ts';

const maxArchiveBytes = 262_144;

/** Where the ends of a module's logs outlive the run dir. */
function archivePath(stateDir: string, module: string): string {
  return join(stateDir, fileNames.logs, `${module}.log`);
}

/**
 * Appends the end of a crashed run's log to the module's archive, which keeps its newest half when it gets long.
 *
 * @param heading one line that says which run it was
 * @throws (rejects) what the disk says
 */
export async function archiveLog(
  stateDir: string,
  module: string,
  heading: string,
  tail: Buffer,
): Promise<void> {
  const path = archivePath(stateDir, module);
  await mkdir(join(stateDir, fileNames.logs), { recursive: true, mode: 0o750 });
  const entry = Buffer.concat([Buffer.from(`--- ${heading}\n`), tail, Buffer.from('\n')]);
  if ((await sizeOf(path)) + entry.length <= maxArchiveBytes) return appendFile(path, entry);
  const kept = readTail(path, maxArchiveBytes / 2);
  const next = `${path}.next`;
  await writeFile(next, Buffer.concat([kept, entry]));
  await rename(next, path);
}

/** The lines of a module's log, oldest first, over its last two runs; after a boot, those of the archive. */
export function logTail(
  { logBefore, logCut, log }: RunPaths,
  stateDir: string | null,
  module: string,
): string[] {
  const text = [logBefore, logCut, log].map((path) => readTail(path, maxLogBytes)).join('');
  const isArchived = text === '' && stateDir !== null;
  return toLines(isArchived ? readTail(archivePath(stateDir, module)).toString() : text);
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return 0;
    throw error;
  }
}
