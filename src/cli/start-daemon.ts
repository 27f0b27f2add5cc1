import { spawn } from 'node:child_process';
import { closeSync, ftruncateSync, openSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Connection } from '../client/connection.ts';
import { connect } from '../client/connection.ts';
import { NoDaemonError } from '../client/errors.ts';
import { exitCodes } from '../protocol/exit-codes.ts';
import { ioThreads } from '../protocol/names.ts';
import { sanitize } from '../protocol/sanitize.ts';
import { sayDuration } from '../protocol/units.ts';
import type { Context } from './context.ts';
import { runDirOf } from './daemon-link.ts';
import { CommandFailure } from './failure.ts';
import { type Progress, progressFor } from './progress.ts';

/** Reading the configuration, recovering and opening the sockets; a Pi Zero with a slow card needs several seconds. */
const answerTimeoutMs = 30_000;
const betweenTriesMs = 50;
const quotedLines = 3;

/** A daemon that was started in the background, in a session of its own. What it says goes to `daemon.log` in its run dir. */
export type StartedDaemon = {
  readonly pid: number;
  /**
   * Waits until it answers.
   *
   * @param name what the command calls itself among the clients
   * @throws CommandFailure with the last words of a daemon that ended, exit code as the daemon's; exit 6 when it does not answer
   */
  answers(name: string): Promise<Connection>;
  /** Ends it at once, where it still lives. Its modules live on. */
  kill(): void;
};

/** @throws CommandFailure exit 1 when the run dir is not to be used */
export async function startDaemon(context: Context, configFile: string): Promise<StartedDaemon> {
  const runDir = resolve(runDirOf(context));
  const { prepareRunDir } = await import('../daemon/store/run-dir.ts');
  const unusable = await prepareRunDir(runDir); // also before a log is written there: it could be a link of somebody else
  if (unusable !== null) {
    throw new CommandFailure(exitCodes.failed, 'run-folder', unusable.message, unusable.remedy);
  }
  const logFile = `${runDir}/daemon.log`;
  const { stateDir } = context;
  const state = stateDir === undefined ? [] : ['--state-dir', stateDirWord(stateDir)];
  const words = ['daemon', '--config', resolve(configFile), '--run-dir', runDir, ...state];
  const { livingHolder } = await import('../daemon/store/folder-lock.ts');
  const log = openSync(logFile, 'a', 0o640);
  if (livingHolder(runDir) === null) ftruncateSync(log); // else that of a daemon that is just starting
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1] ?? '', ...words], {
    detached: true,
    env: { UV_THREADPOOL_SIZE: String(ioThreads), ...process.env },
    stdio: ['ignore', log, log],
    cwd: '/',
  });
  closeSync(log);
  child.unref();
  const ended = new Promise<number>((done) => {
    child.once('error', () => done(exitCodes.failed));
    child.once('exit', (code) => done(code ?? exitCodes.failed));
  });
  return {
    pid: child.pid ?? 0,
    answers: async (name) => {
      const first = firstAnswer(runDir, name, progressFor(context));
      const early = await Promise.race([ended, first]);
      // Of two that start one at the same moment the other may have been quicker: then that one serves both.
      const isOther = typeof early === 'number' && livingHolder(runDir) !== null;
      const answer = isOther ? await first : early;
      if (typeof answer === 'number') throw endedAtOnce(answer, logFile);
      if (answer === null) throw noAnswer(logFile);
      return answer;
    },
    kill: () => child.kill('SIGKILL'),
  };
}

function stateDirWord(stateDir: string): string {
  return stateDir === 'none' ? stateDir : resolve(stateDir);
}

async function firstAnswer(
  runDir: string,
  name: string,
  progress: Progress,
): Promise<Connection | null> {
  const deadlineMs = performance.now() + answerTimeoutMs;
  try {
    while (performance.now() < deadlineMs) {
      try {
        return await connect(runDir, { name });
      } catch (error) {
        if (!(error instanceof NoDaemonError)) throw error;
        if (error.starting) progress.tell(error.message);
        await pause(betweenTriesMs);
      }
    }
    return null;
  } finally {
    progress.end();
  }
}

function endedAtOnce(code: number, logFile: string): CommandFailure {
  const exitCode = Object.values(exitCodes).find((known) => known === code);
  const failed =
    exitCode === undefined || exitCode === exitCodes.done ? exitCodes.failed : exitCode;
  const words = lastWords(logFile);
  const message = `the daemon ended at once${words === '' ? '' : `: ${words}`}`;
  return new CommandFailure(failed, 'daemon-ended', message, `Its log: ${logFile}`);
}

function noAnswer(logFile: string): CommandFailure {
  const message = `the daemon was started and does not answer after ${sayDuration(answerTimeoutMs)}`;
  return new CommandFailure(exitCodes.deadline, 'deadline', message, `Its log: ${logFile}`);
}

/** The last lines of a log, without the JSON around them. */
function lastWords(logFile: string): string {
  const lines = readFileSync(logFile, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
  return lines
    .slice(-quotedLines)
    .map((line) => sanitize(messageIn(line)))
    .join(' · ');
}

function messageIn(line: string): string {
  try {
    const said: unknown = JSON.parse(line);
    if (typeof said !== 'object' || said === null || !('message' in said)) return line;
    return String(said.message);
  } catch {
    return line; // a line for people, or what Node prints when it cannot even start
  }
}
