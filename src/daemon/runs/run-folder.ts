import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { iso } from '../../core/time.ts';
import type { Exit } from '../../protocol/problem.ts';
import { isErrno, isSystemError } from '../errno.ts';
import { readTail } from './log-file.ts';
import { bootId, type ProcessIdentity, parseStat, wallAt } from './process-eye.ts';
import { signalName } from './signal-name.ts';

/** The version of what lies in a run's folder: names of files, what stands in them, and the command line of its keeper. */
export const runLayout = 1;

/** What is written down about a run before its process is started, so that no later daemon can miss it. */
export const runRecordSchema = z.object({
  layout: z.literal(runLayout),
  module: z.string(),
  run: z.int().min(0),
  restarts: z.int().min(0),
  epoch: z.string(),
  bootId: z.string(),
  protocol: z.enum(['rigdeck/1', 'none']),
  /** When this run began, ISO-8601 UTC; an ordinary program has a process only while it records. Absent in that of an earlier version. */
  startedAt: z.iso.datetime().optional().catch(undefined),
  /** How it was started: what a later rig.yaml says is held against it. */
  started: z
    .object({
      command: z.array(z.string()).readonly(),
      cwd: z.string(),
      env: z.record(z.string(), z.string()),
      options: z.record(z.string(), z.unknown()),
    })
    .optional(),
});
export type RunRecord = z.infer<typeof runRecordSchema>;

/** The files of a run. */
export type RunPaths = {
  readonly folder: string;
  readonly record: string;
  readonly pid: string;
  readonly stdin: string;
  readonly status: string;
  readonly log: string;
  /** What was cut off the log of this run. */
  readonly logCut: string;
  /** The end of the log of the run before. */
  readonly logBefore: string;
  readonly exit: string;
  readonly said: string;
};

export function runPaths(folder: string): RunPaths {
  return {
    folder,
    record: join(folder, 'run.json'),
    pid: join(folder, 'pid'),
    stdin: join(folder, 'stdin'),
    status: join(folder, 'status'),
    log: join(folder, 'log'),
    logCut: join(folder, 'log.1'),
    logBefore: join(folder, 'log.0'),
    exit: join(folder, 'exit'),
    said: join(folder, 'said.json'),
  };
}

/**
 * Makes the folder of a new run beside the old one and puts it in its place, whole.
 *
 * @throws what the file system says when it is full or read-only; the old folder then stands as before
 */
export function makeRunFolder(runDir: string, record: RunRecord, said: string): RunPaths {
  const paths = runPaths(join(runDir, record.module));
  const next = runPaths(`${paths.folder}.next`);
  const old = `${paths.folder}.old`;
  for (const leftover of [next.folder, old]) rmSync(leftover, { recursive: true, force: true });
  mkdirSync(next.folder, { recursive: true, mode: 0o700 });
  const write = (path: string, text: string | Buffer) => writeFileSync(path, text, { mode: 0o600 });
  write(next.record, JSON.stringify(record));
  write(next.said, said);
  // Filled: on a full tmpfs a record that is written later would be empty.
  write(next.pid, ' '.repeat(1_024));
  write(next.exit, ' '.repeat(64));
  write(next.status, '');
  write(next.log, '');
  write(next.logBefore, readTail(paths.log));
  try {
    renameSync(paths.folder, old);
  } catch (error) {
    if (!isErrno(error, 'ENOENT')) throw error;
  }
  renameSync(next.folder, paths.folder);
  rmSync(old, { recursive: true, force: true });
  return paths;
}

/** What the keeper wrote when the process began. `startedAt` is wall time in ms. Null: not yet. */
export function readPid(paths: RunPaths): (ProcessIdentity & { startedAt: number }) | null {
  const text = readText(paths.pid);
  const stat = text.includes('\n') ? parseStat(text) : null;
  if (stat === null) return null;
  return {
    pid: stat.pid,
    startTicks: stat.startTicks,
    startedAt: writtenAt(paths.pid) || Date.now(),
  };
}

/** How it ended and when, ISO-8601 UTC, as the keeper wrote it. Null: not (yet). */
export function readExit(paths: RunPaths, ofBoot: string): { exit: Exit; at: string } | null {
  const match = /^(\d+) (\d+(?:\.\d+)?)\n/.exec(readText(paths.exit));
  if (match === null) return null;
  return {
    exit: exitOf(Number(match[1])),
    at: iso(ofBoot === bootId() ? wallAt(Number(match[2])) : writtenAt(paths.exit)),
  };
}

/** When a run without an exit record was last heard of, ISO-8601 UTC. */
export function lastSignOfLife(paths: RunPaths): string {
  return iso(Math.max(...[paths.pid, paths.status, paths.log].map(writtenAt)) || Date.now());
}

/** The text of a small file; empty where it cannot be read, for whatever reason: whoever finds it so looks at /proc instead. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isSystemError(error)) return '';
    throw error;
  }
}

/** When a file was written last, in ms of wall time; 0 where it cannot be seen. */
function writtenAt(path: string): number {
  try {
    return statSync(path).mtimeMs;
  } catch (error) {
    if (isSystemError(error)) return 0;
    throw error;
  }
}

/** A shell says 128 + n for signal n. */
function exitOf(code: number): Exit {
  const signal = code > 128 ? signalName(code - 128) : null;
  return signal === null ? { code, signal: null } : { code: null, signal };
}
