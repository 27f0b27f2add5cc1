import { mkdir } from 'node:fs/promises';
import { exitCodes } from '../protocol/exit-codes.ts';
import { version } from '../protocol/version.ts';
import { wordsOf } from '../protocol/words-of.ts';
import { composeDaemon } from './compose.ts';
import { formatFault } from './config/config-fault.ts';
import { findConfig } from './config/find-config.ts';
import { loadConfig } from './config/load-config.ts';
import { Log } from './log.ts';
import { stayWithSession } from './stay-with-session.ts';
import { type FolderLock, lockFolder } from './store/folder-lock.ts';
import { runDirOf, stateDirOf } from './store/folders.ts';
import { type HeldRecordings, lockRecordings } from './store/recordings-lock.ts';
import { prepareRunDir } from './store/run-dir.ts';

export type DaemonOptions = {
  readonly config?: string | undefined;
  readonly stateDir?: string | undefined;
  readonly runDir?: string | undefined;
};

/**
 * The daemon process: reads the configuration, takes the run dir for itself, brings the rig up, and serves until it is told
 * to end. SIGHUP takes over a changed configuration, SIGTERM hands over to the next daemon, SIGINT is the controlled stop and a second one hands over.
 *
 * @returns the exit code: 0 after an orderly end, 1 when it cannot start here, 2 for a bad configuration
 */
export async function runDaemon(options: DaemonOptions): Promise<number> {
  const log = new Log('info');
  const file = await findConfig(options.config, process.env);
  if (file === null) {
    log.write('error', 'There is no configuration: no rig.yaml was found.');
    return exitCodes.usage;
  }
  const result = await loadConfig(file);
  if (!result.ok) {
    for (const fault of result.faults) log.write('error', formatFault(fault));
    return exitCodes.usage;
  }
  const runDir = runDirOf(options.runDir, process.env);
  const stateDir = stateDirOf(options.stateDir, process.env, runDir);
  const unusable = await prepareRunDir(runDir);
  if (unusable !== null) {
    log.write('error', `${unusable.message}; ${unusable.remedy}`);
    return exitCodes.failed;
  }
  const locks = await lockFolders(runDir, stateDir);
  if (!locks.ok) {
    log.write('error', `${locks.message}; ${locks.remedy}`);
    return exitCodes.failed;
  }
  const { loaded, waiting } = await stayWithSession(result.loaded, stateDir, log);
  const recordings = await holdRecordings(loaded.recordings, runDir, log);
  if (recordings === null) return exitCodes.failed;
  log.write(
    'info',
    `Rigdeck ${version}: ${file}, run dir ${runDir}, state dir ${stateDir ?? 'none'}`,
  );
  const daemon = await composeDaemon({ loaded, waiting, runDir, stateDir, log, recordings });
  const unhook = hookSignals(daemon);
  const code = await daemon.ended;
  unhook();
  recordings.release();
  for (const lock of locks.locks) lock.release();
  return code;
}

/** @returns null where another daemon records there */
async function holdRecordings(
  folder: string,
  runDir: string,
  log: Log,
): Promise<HeldRecordings | null> {
  try {
    const lock = await lockRecordings(folder, runDir);
    if (lock.ok) return lock;
    log.write('error', `${lock.message}; ${lock.remedy}`);
    return null;
  } catch (error) {
    log.write(
      'warn',
      `whether another daemon records to ${folder} cannot be told: ${wordsOf(error)}`,
    );
    return { release: () => undefined, doubt: null, awaited: null };
  }
}

type Locks =
  | { readonly ok: true; readonly locks: readonly FolderLock[] }
  | { readonly ok: false; readonly message: string; readonly remedy: string };

/** One daemon for a run dir, and one for a state dir: two would take each other's sessions and wishes. */
async function lockFolders(runDir: string, stateDir: string | null): Promise<Locks> {
  const folders = [runDir, ...(stateDir === null || !(await isThere(stateDir)) ? [] : [stateDir])];
  const locks: FolderLock[] = [];
  for (const folder of folders) {
    const locked = await lockFolder(folder);
    if (!locked.ok) {
      for (const lock of locks) lock.release();
      return locked;
    }
    locks.push(locked.lock);
  }
  return { ok: true, locks };
}

/** A state dir that cannot be made is a problem on the screen, and nothing to lock. */
async function isThere(folder: string): Promise<boolean> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o755 });
    return true;
  } catch {
    return false;
  }
}

type Signalled = {
  stop(actor: string): void;
  handOver(): void;
  applyConfig(actor: string): Promise<void>;
  complain(error: unknown): void;
};

function hookSignals(daemon: Signalled): () => void {
  let interrupted = false;
  const handOver = () => daemon.handOver();
  const interrupt = () => {
    if (interrupted) return daemon.handOver();
    interrupted = true;
    daemon.stop('SIGINT');
  };
  // As every daemon does; a terminal that goes away takes nothing with it.
  const hangUp = () => void daemon.applyConfig('SIGHUP');
  const complain = (error: unknown) => daemon.complain(error);
  process.on('SIGTERM', handOver);
  process.on('SIGINT', interrupt);
  process.on('SIGHUP', hangUp);
  process.on('uncaughtException', complain);
  process.on('unhandledRejection', complain);
  return () => {
    process.off('SIGTERM', handOver);
    process.off('SIGINT', interrupt);
    process.off('uncaughtException', complain);
    process.off('unhandledRejection', complain);
  };
}
