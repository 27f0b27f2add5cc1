import { setTimeout as pause } from 'node:timers/promises';
import type { Connection } from '../client/connection.ts';
import { NoDaemonError } from '../client/errors.ts';
import { readStatusFile } from '../client/run-dir.ts';
import { exitCodes } from '../protocol/exit-codes.ts';
import { sayPhase } from '../protocol/module-words.ts';
import type { Snapshot, StatusFile } from '../protocol/snapshot.ts';
import { sayDuration } from '../protocol/units.ts';
import { sayWaiting } from '../protocol/waiting-words.ts';
import { insist } from './daemon-link.ts';
import { fateOf } from './daemon-process.ts';
import { CommandFailure } from './failure.ts';
import { followState } from './follow-state.ts';
import type { Progress } from './progress.ts';

const betweenLooksMs = 50;

/**
 * Asks the daemon for its controlled stop and waits until its process is gone.
 *
 * @param progress told what is waited for
 * @returns the steps of the stop that failed, in words
 * @throws CommandFailure exit 5 when it refuses, 6 when it is not gone in time
 */
export async function stopDaemon(
  connection: Connection,
  runDir: string,
  timeoutMs: number,
  progress: Progress,
): Promise<readonly string[]> {
  const deadlineMs = performance.now() + timeoutMs;
  const daemon = readStatusFile(runDir)?.daemon;
  const state = await followState(connection);
  let waitsFor = '';
  const ticking = setInterval(() => {
    waitsFor = aliveWords(state.present()) ?? sayWaiting(state.present(), Date.now());
    progress.tell(`stopping: ${waitsFor}`);
  }, 1_000);
  try {
    await asked(connection, timeoutMs);
    await Promise.race([
      connection.closed,
      pause(deadlineMs - performance.now(), undefined, { ref: false }),
    ]);
    while (daemon !== undefined && (await fateOf(daemon)) === 'alive') {
      if (performance.now() > deadlineMs) throw notGone(daemon.pid, waitsFor, timeoutMs);
      await pause(betweenLooksMs);
    }
  } finally {
    clearInterval(ticking);
    progress.end();
  }
  return daemon === undefined ? [] : failedSteps(runDir, daemon);
}

/** What the daemon said last of its own stop. One that was killed meanwhile has said nothing. */
function failedSteps(runDir: string, { pid, startTicks }: StatusFile['daemon']): readonly string[] {
  const last = readStatusFile(runDir);
  if (last === null || last.daemon.pid !== pid || last.daemon.startTicks !== startTicks) return [];
  if (last.stopped !== true) return ['the daemon ended before its stop was over'];
  return last.failedSteps ?? [];
}

/** A daemon may be gone before its answer is read: that is what was wanted. */
async function asked(connection: Connection, waitMs: number): Promise<void> {
  try {
    await insist(connection, { kind: 'daemon.stop', waitMs });
  } catch (error) {
    if (!(error instanceof NoDaemonError)) throw error;
  }
}

/** Which modules have not ended yet. Null when all have. */
function aliveWords({ rig, modules }: Snapshot): string | null {
  if (rig.state !== 'idle') return null;
  const alive = Object.entries(modules).filter(([, { pid }]) => pid !== null);
  if (alive.length === 0) return 'the daemon closes its files';
  const disk = rig.problems.find(({ code }) => code === 'manifest');
  const isStopping = alive.some(([, { state }]) => state === 'stopping');
  if (disk !== undefined && !isStopping) return `waiting for the recordings disk: ${disk.message}`;
  const say = ([name, { phase, state }]: (typeof alive)[number]) =>
    `${name} (${phase === null ? state : sayPhase(phase)})`;
  return `waiting for ${alive.map(say).join(', ')}`;
}

function notGone(pid: number, waitsFor: string, timeoutMs: number): CommandFailure {
  const last = waitsFor === '' ? '' : `; last: ${waitsFor}`;
  const message = `the daemon (pid ${pid}) is not gone after ${sayDuration(timeoutMs)}${last}`;
  return new CommandFailure(exitCodes.deadline, 'deadline', message, 'See `rigdeck status`.');
}
