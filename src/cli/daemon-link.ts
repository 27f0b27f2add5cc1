import { setTimeout as pause } from 'node:timers/promises';
import type { Connection } from '../client/connection.ts';
import { connect } from '../client/connection.ts';
import { NoDaemonError, RemoteError } from '../client/errors.ts';
import { findRunDir } from '../client/run-dir.ts';
import { submitIntent } from '../client/submit-intent.ts';
import { exitCodes } from '../protocol/exit-codes.ts';
import type { Intent } from '../protocol/intent.ts';
import type { Verdict } from '../protocol/rig.ts';
import type { Snapshot } from '../protocol/snapshot.ts';
import type { Context } from './context.ts';
import { CommandFailure, refusalFailure } from './failure.ts';
import { leftRunning } from './left-running.ts';

/** No command waits longer for a daemon that is not there. */
export const connectTimeoutMs = 2_000;
const betweenTriesMs = 100;

/** The run dir that this command means. */
export function runDirOf(context: Context): string {
  return findRunDir(context.runDir, process.env);
}

/**
 * Does one thing with the daemon and lets go of it.
 *
 * @param name what the command calls itself among the clients
 * @throws CommandFailure with exit 3 when nobody answers or the daemon goes away meanwhile
 */
export async function withDaemon<T>(
  context: Context,
  name: string,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  let connection: Connection | undefined;
  try {
    connection = await findPlace(runDirOf(context), `rigdeck ${name}`);
    return await work(connection);
  } catch (error) {
    throw await failureOfLink(error, runDirOf(context), name);
  } finally {
    connection?.close();
  }
}

/** Where all places are taken one is free in about a second, in which those that only watch make way. */
async function findPlace(runDir: string, name: string): Promise<Connection> {
  const deadlineMs = performance.now() + connectTimeoutMs;
  for (;;) {
    try {
      return await connect(runDir, { name, timeoutMs: connectTimeoutMs });
    } catch (error) {
      const isFull = error instanceof RemoteError && error.data?.reason === 'busy';
      if (!isFull || performance.now() > deadlineMs) throw error;
      await pause(betweenTriesMs);
    }
  }
}

/** Puts what went wrong on the line to the daemon into words and an exit code. Others are given back as they are. */
async function failureOfLink(error: unknown, runDir: string, name: string): Promise<unknown> {
  if (error instanceof NoDaemonError) return await nobodyAnswers(error, runDir, name);
  if (error instanceof RemoteError) {
    const { reason = 'failed', remedy = null } = error.data ?? {};
    return refusalFailure({ reason, message: error.message, remedy });
  }
  return error;
}

/** Modules outlive their daemon: who finds it gone is told what still records. */
async function nobodyAnswers(
  error: NoDaemonError,
  runDir: string,
  name: string,
): Promise<CommandFailure> {
  if (error.permission) {
    return new CommandFailure(exitCodes.noDaemon, 'no-permission', error.message, error.remedy);
  }
  const left = await leftRunning(runDir);
  const isDown = name === 'down' && error.nobody;
  if (isDown && left === null) {
    // How to start one is of no use to somebody who wants it to end.
    const words = `${error.message}: nothing runs there, so there is nothing to stop`;
    return new CommandFailure(exitCodes.noDaemon, 'no-daemon', words);
  }
  const message = left === null ? error.message : `${error.message}; ${left.words}`;
  const cure = (left?.living ?? 0) > 0 ? ' It takes over what runs, as it is.' : '';
  return new CommandFailure(exitCodes.noDaemon, 'no-daemon', message, `${error.remedy}${cure}`);
}

export async function getSnapshot(connection: Connection): Promise<Snapshot> {
  return (await connection.call('state.get')) as Snapshot;
}

/** Submits an intent and gives what became of it; a refusal is a failure of the command. */
export async function insist(
  connection: Connection,
  intent: Intent,
): Promise<Extract<Verdict, { ok: true }>> {
  const verdict = await submitIntent(connection, intent);
  if (!verdict.ok) throw refusalFailure(verdict.refusal);
  return verdict;
}
