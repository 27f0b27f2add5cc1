import type { Connection } from '../../client/connection.ts';
import { readStatusFile } from '../../client/run-dir.ts';
import type { LoadedConfig } from '../../daemon/config/load-config.ts';
import type { ExitCode } from '../../protocol/exit-codes.ts';
import { exitCodes } from '../../protocol/exit-codes.ts';
import { sayPhase } from '../../protocol/module-words.ts';
import { systemRunDir } from '../../protocol/names.ts';
import { sayProblem } from '../../protocol/rig-words.ts';
import type { RigRecord, Snapshot } from '../../protocol/snapshot.ts';
import { thisMachine } from '../../protocol/typed-command.ts';
import { sayCount, sayDuration } from '../../protocol/units.ts';
import { requireConfig } from '../config-file.ts';
import type { Context } from '../context.ts';
import { getSnapshot, runDirOf, withDaemon } from '../daemon-link.ts';
import { CommandFailure } from '../failure.ts';
import { followState } from '../follow-state.ts';
import { leftRunning } from '../left-running.ts';
import { print, printJson } from '../output.ts';
import { progressFor } from '../progress.ts';
import { refuseBesideService, refuseOtherRig } from '../service.ts';
import { startDaemon } from '../start-daemon.ts';

/** On top of the longest start-up time of a module: for the daemon itself. */
const ownStartMs = 10_000;

/**
 * Starts a daemon in the background and waits until its start-up is complete.
 *
 * @returns 0 when every wanted module is ready, or a daemon runs already; 7 when some failed
 * @throws CommandFailure exit 6 when start-up is not complete in time; the daemon goes on
 */
export async function up(context: Context): Promise<ExitCode> {
  const running = await snapshotIfUp(context);
  if (running !== null) {
    await refuseOtherRig(context);
    const pid = readStatusFile(runDirOf(context))?.daemon.pid;
    if (context.json) printJson({ version: 1, alreadyRunning: true, pid, epoch: running.epoch });
    else {
      const which = pid === undefined ? '' : ` (pid ${pid})`;
      const as = runDirOf(context) === systemRunDir ? `, as the service of ${thisMachine()}` : '';
      print(`the daemon of ${running.rig.name} runs already${which}${as}`);
      printProblems(running.rig);
    }
    return exitCodes.done;
  }
  refuseBesideService(context);
  const loaded = await configOrLeft(context);
  const daemon = await startDaemon(context, loaded.file);
  const connection = await daemon.answers('up');
  try {
    const snapshot = await startedUp(context, connection, longestStartMs(loaded) + ownStartMs);
    // Of two that start one at the same moment one serves: perhaps not ours.
    return report(context, snapshot, readStatusFile(runDirOf(context))?.daemon.pid ?? daemon.pid);
  } finally {
    connection.close();
  }
}

/** The configuration. Where it has faults, what a daemon that crashed left recording is said with them. */
async function configOrLeft(context: Context): Promise<LoadedConfig> {
  try {
    return await requireConfig(context);
  } catch (error) {
    const left = error instanceof CommandFailure ? await leftRunning(runDirOf(context)) : null;
    if (!(error instanceof CommandFailure) || left === null) throw error;
    const { exitCode, code, message, remedy } = error;
    throw new CommandFailure(exitCode, code, `${message}; meanwhile ${left.words}`, remedy);
  }
}

async function snapshotIfUp(context: Context): Promise<Snapshot | null> {
  try {
    return await withDaemon(context, 'up', getSnapshot);
  } catch (error) {
    if (error instanceof CommandFailure && error.code === 'no-daemon') return null;
    throw error;
  }
}

function longestStartMs({ modules }: LoadedConfig): number {
  return Math.max(0, ...Object.values(modules).map(({ spec }) => spec.startMs));
}

async function startedUp(
  context: Context,
  connection: Connection,
  timeoutMs: number,
): Promise<Snapshot> {
  const state = await followState(connection);
  const progress = progressFor(context);
  const isComplete = (now: Snapshot) => {
    progress.tell(`starting: ${unready(now).join(', ')}`);
    return now.rig.startup === 'complete';
  };
  const beganMs = performance.now();
  const complete = await state.until(isComplete, timeoutMs);
  progress.end();
  if (complete) return state.present();
  if (performance.now() - beganMs < timeoutMs) {
    const message = 'the daemon went away while it started its modules';
    throw new CommandFailure(exitCodes.noDaemon, 'daemon-gone', message, 'See `rigdeck status`.');
  }
  const words = `start-up is not complete after ${sayDuration(timeoutMs)}: ${unready(state.present()).join(', ')}`;
  throw new CommandFailure(exitCodes.deadline, 'deadline', words, 'See `rigdeck status`.');
}

function unready({ modules }: Snapshot): string[] {
  return Object.entries(modules)
    .filter(
      ([, { desired, state }]) =>
        desired === 'on' && (state === 'starting' || state === 'disabled'),
    )
    .map(([name, { phase }]) => (phase === null ? name : `${name} (${sayPhase(phase)})`));
}

function report(context: Context, { rig, epoch, modules }: Snapshot, pid: number): ExitCode {
  const wanted = Object.entries(modules).filter(([, { desired }]) => desired === 'on');
  const failed = wanted.filter(([, { state }]) => !['idle', 'recording', 'paused'].includes(state));
  if (context.json) {
    printJson({
      version: 1,
      alreadyRunning: false,
      pid,
      epoch,
      failed: failed.map(([name]) => name),
    });
  } else {
    print(
      `${rig.name} is up (pid ${pid}): ${wanted.length - failed.length} of ${sayCount(wanted.length, 'module')} ready`,
    );
    for (const [name, { problem }] of failed) {
      print(problem === null ? `${name} is not ready yet` : sayProblem(name, problem));
    }
    printProblems(rig);
  }
  return failed.length === 0 ? exitCodes.done : exitCodes.partly;
}

/** What is wrong with the rig itself, or worth knowing. */
function printProblems({ problems }: RigRecord): void {
  for (const problem of problems) print(`! ${sayProblem(null, problem)}`);
}
