import type { ExitCode } from '../../protocol/exit-codes.ts';
import { exitCodes } from '../../protocol/exit-codes.ts';
import { clean } from '../../protocol/text.ts';
import type { Context } from '../context.ts';
import { getSnapshot, runDirOf, withDaemon } from '../daemon-link.ts';
import { print, printJson } from '../output.ts';
import { createProgress, createSlowNotes } from '../progress.ts';
import { stopDaemon } from '../stop-daemon.ts';
import { mayStop, wouldStop } from './record.ts';

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
    if (asks && !(await mayStop(context, seen, 'down'))) return exitCodes.refused;
    const progress = context.terminal.isTty ? createProgress(context.terminal) : createSlowNotes();
    const failedSteps = await stopDaemon(connection, runDirOf(context), timeoutMs, progress);
    if (context.json) printJson({ version: 1, stopped: true, failedSteps });
    else printEnd(seen.rig.name, failedSteps);
    return failedSteps.length === 0 ? exitCodes.done : exitCodes.partly;
  });
}

function printEnd(rig: string, failedSteps: readonly string[]): void {
  print(`${rig} is down${failedSteps.length === 0 ? '' : ', but not all went in order'}`);
  for (const step of failedSteps) print(`! ${clean(step)}`);
}
