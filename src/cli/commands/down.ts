import type { ExitCode } from '../../protocol/exit-codes.ts';
import { exitCodes } from '../../protocol/exit-codes.ts';
import { sayStartTime } from '../../protocol/scheduled-words.ts';
import type { RigRecord } from '../../protocol/snapshot.ts';
import { clean } from '../../protocol/text.ts';
import type { Context } from '../context.ts';
import { getSnapshot, runDirOf, withDaemon } from '../daemon-link.ts';
import { print, printJson } from '../output.ts';
import { progressFor } from '../progress.ts';
import { stoppedLines } from '../record-words.ts';
import { stopDaemon } from '../stop-daemon.ts';
import { mayStop, wouldStop } from '../stop-question.ts';
import { reportOfStopped, type TrialReport } from '../trial-report.ts';

/** The daemon keeps the budget of each step; all together may take long with modules that finish large files. */
const timeoutMs = 600_000;

/**
 * Stops the recording, the modules and the daemon, in this order, and waits until the daemon is gone. Exit 7 when a step of that
 * failed.
 */
export async function down(context: Context, options: { readonly yes?: true }): Promise<ExitCode> {
  return await withDaemon(context, 'down', async (connection) => {
    const seen = await getSnapshot(connection);
    const asks = wouldStop(seen) && options.yes !== true;
    if (asks && !(await mayStop(context, connection, seen, 'down'))) return exitCodes.refused;
    const progress = progressFor(context);
    const failedSteps = await stopDaemon(connection, runDirOf(context), timeoutMs, progress);
    const trial = await reportOfStopped(seen.rig);
    if (context.json) printJson({ version: 1, stopped: true, failedSteps, trial });
    else printEnd(seen.rig, failedSteps, trial);
    return failedSteps.length === 0 ? exitCodes.done : exitCodes.partly;
  });
}

function printEnd(rig: RigRecord, failedSteps: readonly string[], trial: TrialReport | null): void {
  for (const line of trial === null ? [] : stoppedLines(rig, trial)) print(line);
  if (rig.scheduled != null) {
    print(`the start that was set for ${sayStartTime(rig.scheduled.at, Date.now())} is called off`);
  }
  print(`${rig.name} is down${failedSteps.length === 0 ? '' : ', but not all went in order'}`);
  for (const step of failedSteps) print(`! ${clean(step)}`);
}
