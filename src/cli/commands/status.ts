import { findRunDir, readStatusFile } from '../../client/connection.ts';
import type { ExitCode } from '../../protocol/exit-codes.ts';
import { exitCodes } from '../../protocol/exit-codes.ts';
import type { Snapshot, StatusFile } from '../../protocol/snapshot.ts';
import { sayDuration } from '../../protocol/units.ts';
import type { Context } from '../context.ts';
import { getSnapshot, withDaemon } from '../daemon-link.ts';
import { isAlive, isOtherBoot } from '../daemon-process.ts';
import { CommandFailure } from '../failure.ts';
import { monotonicMs } from '../monotonic.ts';
import { print, printJson } from '../output.ts';
import { statusLines } from '../status-screen.ts';

/** Prints how the rig is; when no daemon answers, what was last known, marked as such, and exit 3. */
export async function status(context: Context): Promise<ExitCode> {
  try {
    const snapshot = await withDaemon(context, 'status', getSnapshot);
    if (context.json) printJson(snapshot);
    else printStatus(snapshot, null, context);
    return exitCodes.done;
  } catch (error) {
    if (error instanceof CommandFailure && error.exitCode === exitCodes.noDaemon) {
      printLastKnown(context);
    }
    throw error;
  }
}

function printStatus(snapshot: Snapshot, stale: string | null, { terminal }: Context): void {
  const now = { wallMs: Date.now(), monoMs: monotonicMs() };
  const scene = { snapshot, telemetry: null, now, stale };
  for (const line of statusLines(scene, terminal)) print(line);
}

function printLastKnown(context: Context): void {
  const last = readStatusFile(findRunDir(context.runDir, process.env));
  if (last === null) return;
  if (context.json) printJson({ ...last, stale: true });
  else printStatus(last, staleWords(last, Date.now()), context);
}

/** What is known of a daemon that does not answer: how it went, and how old its last word is. */
export function staleWords(last: StatusFile, nowMs: number): string {
  return `${howItWent(last)} · as of ${sayDuration(nowMs - Date.parse(last.at))} ago`;
}

function howItWent({ stopped, daemon }: StatusFile): string {
  if (stopped === true) return 'daemon stopped';
  if (isOtherBoot(daemon.bootId)) return 'daemon ended with an earlier start of this machine';
  return isAlive(daemon) ? `daemon (pid ${daemon.pid}) does not answer` : 'daemon crashed';
}
