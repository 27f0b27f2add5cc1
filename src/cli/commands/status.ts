import { setTimeout as pause } from 'node:timers/promises';
import type { Connection } from '../../client/connection.ts';
import { readStatusFile } from '../../client/run-dir.ts';
import type { ExitCode } from '../../protocol/exit-codes.ts';
import { exitCodes } from '../../protocol/exit-codes.ts';
import { powerOffStep } from '../../protocol/names.ts';
import type { Snapshot, StatusFile, Telemetry } from '../../protocol/snapshot.ts';
import { clean } from '../../protocol/text.ts';
import { thisMachine } from '../../protocol/typed-command.ts';
import { sayAgo } from '../../protocol/units.ts';
import type { Context } from '../context.ts';
import { getSnapshot, runDirOf, withDaemon } from '../daemon-link.ts';
import { fateOf } from '../daemon-process.ts';
import { CommandFailure } from '../failure.ts';
import { monotonicMs } from '../monotonic.ts';
import { note, print, printJson } from '../output.ts';
import { statusLines } from '../status-screen.ts';

const figuresTimeoutMs = 300;

/** Prints how the rig is; when no daemon answers, what was last known, marked as such, and exit 3. */
export async function status(context: Context): Promise<ExitCode> {
  try {
    await withDaemon(context, 'status', async (connection) => {
      const snapshot = await getSnapshot(connection);
      if (connection.note !== null && !context.json) note(`note: ${connection.note}`);
      if (context.json) printJson(snapshot);
      else printStatus(snapshot, await figuresOf(snapshot, connection), null, context);
    });
    return exitCodes.done;
  } catch (error) {
    if (error instanceof CommandFailure && error.exitCode === exitCodes.noDaemon) {
      await printLastKnown(context);
    }
    throw error;
  }
}

/** Counters in a snapshot are those of its last change; how fast data lands now is asked for where something records. */
async function figuresOf({ modules }: Snapshot, connection: Connection): Promise<Telemetry | null> {
  if (Object.values(modules).every(({ state }) => state !== 'recording')) return null;
  const told = new Promise<Telemetry>((resolve) => {
    connection.onNotification((method, params) => {
      if (method === 'telemetry') resolve(params as Telemetry);
    });
  });
  await connection.call('telemetry.watch', { intervalMs: 60_000 });
  return await Promise.race([told, pause(figuresTimeoutMs, null)]);
}

function printStatus(
  snapshot: Snapshot,
  telemetry: Telemetry | null,
  stale: string | null,
  { terminal }: Context,
): void {
  const now = { wallMs: Date.now(), monoMs: monotonicMs() };
  for (const line of statusLines({ snapshot, telemetry, now, stale }, terminal)) print(line);
}

async function printLastKnown(context: Context): Promise<void> {
  const last = readStatusFile(runDirOf(context));
  if (last === null) return;
  if (context.json) printJson({ ...last, stale: true });
  else printStatus(last, null, await staleWords(last, Date.now()), context);
}

/** What is known of a daemon that does not answer: how it went, and how old its last word is. */
async function staleWords(last: StatusFile, nowMs: number): Promise<string> {
  return `${await howItWent(last)} · as of ${sayAgo(nowMs - Date.parse(last.at))}`;
}

async function howItWent({ stopped, daemon, rig, failedSteps = [] }: StatusFile): Promise<string> {
  // After a controlled stop the rig is idle: this one handed over.
  const handedOver = rig.state === 'idle' ? '' : ' and left the modules recording';
  if (stopped === true) return `daemon stopped${handedOver}${sayFailedSteps(failedSteps)}`;
  const fate = await fateOf(daemon);
  if (fate === 'other-boot') return `daemon ended with an earlier start of ${thisMachine()}`;
  return fate === 'alive' ? `daemon (pid ${daemon.pid}) does not answer` : 'daemon crashed';
}

/** What of a controlled stop did not come true: a machine that was to be switched off, before all others. */
function sayFailedSteps(steps: readonly string[]): string {
  if (steps.length === 0) return '';
  const isPowerOff = (step: string) => step.startsWith(powerOffStep);
  const on = steps.filter(isPowerOff).map((step) => {
    return `the power-off failed, ${thisMachine()} is still on: ${step.slice(powerOffStep.length)}`;
  });
  const others = steps.filter((step) => !isPowerOff(step)).map((step) => `step failed: ${step}`);
  return `, but ${clean([...on, ...others].join('; '), 1_000)}`;
}
