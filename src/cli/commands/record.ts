import type { Connection } from '../../client/connection.ts';
import type { ExitCode } from '../../protocol/exit-codes.ts';
import { exitCodes } from '../../protocol/exit-codes.ts';
import type { Intent } from '../../protocol/intent.ts';
import { sayStartTime, waitingStart } from '../../protocol/scheduled-words.ts';
import type { Snapshot } from '../../protocol/snapshot.ts';
import { sayWaiting } from '../../protocol/waiting-words.ts';
import { tellConfigNotice } from '../config-notice.ts';
import type { Context } from '../context.ts';
import { getSnapshot, insist, withDaemon } from '../daemon-link.ts';
import { CommandFailure, usageFailure } from '../failure.ts';
import type { Followed } from '../follow-state.ts';
import { followState } from '../follow-state.ts';
import { print, printJson } from '../output.ts';
import { progressFor } from '../progress.ts';
import { recordLines } from '../record-words.ts';
import { mayStop, wouldStop } from '../stop-question.ts';
import { tellFailure } from '../tell-failure.ts';
import { parseAt } from '../times.ts';
import { reportOfStopped } from '../trial-report.ts';

/** The daemon's own deadlines (arming, evidence, finalizing) come first; this one only keeps a command from hanging. */
const longestWaitMs = 600_000;

/** A wait of the daemon is a day at most, the start itself included. */
const furthestWaitMs = 86_400_000 - longestWaitMs;

type Wait = { readonly wait: boolean };

/** Starts a trial and waits until data lands; with `at`, at that time. Exit 7 when some module does not record. */
export async function recordStart(
  context: Context,
  options: Wait & { readonly label?: string; readonly at?: string },
): Promise<ExitCode> {
  const nowMs = Date.now();
  const atMs = options.at === undefined ? nowMs : parseAt(options.at, nowMs);
  if (atMs === undefined)
    throw usageFailure(`"${options.at}" is no time`, 'Say +10s, 14:02 or ISO-8601.');
  if (options.wait && atMs - nowMs > furthestWaitMs) {
    throw usageFailure(`${options.at} is more than a day ahead`, 'Say --no-wait.');
  }
  if (atMs < nowMs) throw usageFailure(`${options.at} is in the past`);
  const intent: Intent = {
    kind: 'record.start',
    label: options.label ?? null,
    at: options.at === undefined ? null : new Date(atMs).toISOString(),
    // What was said as so long from now stays so, also when the clock is set meanwhile.
    ...(options.at?.startsWith('+') ? { inMs: atMs - nowMs } : {}),
    ...(options.wait ? { waitMs: longestWaitMs + atMs - nowMs } : {}),
  };
  return await withDaemon(context, 'record', (connection) => carryOut(context, connection, intent));
}

/** Stops the trial; `toggle` does that or starts one, by what the rig did when it was looked at. Both ask before they stop. */
export async function recordStop(
  context: Context,
  verb: 'stop' | 'toggle',
  options: Wait & { readonly yes?: true },
): Promise<ExitCode> {
  return await withDaemon(context, 'record', async (connection) => {
    const seen = await getSnapshot(connection);
    const asked = wouldStop(seen) && options.yes !== true;
    if (asked && !(await mayStop(context, connection, seen, `record ${verb}`))) {
      return exitCodes.refused;
    }
    // Without `expect`, a recording that began since then would be stopped without having been asked about.
    const blind = verb === 'toggle' || !(wouldStop(seen) || options.yes === true);
    const intent: Intent = {
      kind: `record.${verb}`,
      ...(blind ? { expect: { epoch: seen.epoch, seq: seen.seq } } : {}),
      ...(options.wait ? { waitMs: longestWaitMs } : {}),
    };
    return carryOut(context, connection, intent);
  });
}

/** Pauses or resumes the trial. */
export async function recordPause(
  context: Context,
  verb: 'pause' | 'resume',
  options: Wait,
): Promise<ExitCode> {
  const waits = options.wait ? { waitMs: longestWaitMs } : {};
  return await withDaemon(context, 'record', (connection) =>
    carryOut(context, connection, { kind: `record.${verb}`, ...waits }),
  );
}

async function carryOut(
  context: Context,
  connection: Connection,
  intent: Intent,
): Promise<ExitCode> {
  const state = await followState(connection);
  const before = state.present();
  if (intent.kind === 'record.start') tellConfigNotice(context, before.rig);
  const taken = await withProgress(context, state, intent, () => insist(connection, intent));
  // An answer overtakes no change, but without a wait the rig may still be on its way.
  const after = state.present();
  const { outcome, seq, partly = null } = taken;
  const isOver = after.rig.trial === null && after.rig.state === 'idle';
  const report = isOver ? await reportOfStopped(before.rig) : null;
  if (context.json) {
    const { session, trial, state: now, scheduled = null } = after.rig;
    const told = { outcome, seq, partly, state: now, session, trial, scheduled, stopped: report };
    printJson({ version: 1, ...told });
  } else {
    const waited = intent.waitMs !== undefined;
    const nowMs = Date.now();
    const lines = recordLines({ before, after, outcome, partly, waited, report, nowMs });
    for (const line of lines) print(line);
  }
  return partly === null ? exitCodes.done : exitCodes.partly;
}

async function withProgress<T>(
  context: Context,
  state: Followed,
  intent: Intent,
  work: () => Promise<T>,
): Promise<T> {
  const progress = progressFor(context);
  const tell = () => {
    const now = state.present();
    progress.tell(sayWaiting(now, Date.now()), waitingStart(now.rig) === null ? undefined : 'news');
  };
  const ticking = setInterval(tell, 250);
  const interrupt = () => {
    progress.end();
    if (intent.kind === 'record.start') tellGoesOn(context, state.present());
    process.kill(process.pid, 'SIGINT'); // as without us: whoever called sees how it ended
  };
  process.once('SIGINT', interrupt);
  try {
    return await work();
  } finally {
    process.off('SIGINT', interrupt);
    clearInterval(ticking);
    progress.end();
  }
}

/** Who does not wait any more has not called off what was asked for. */
function tellGoesOn({ json }: Context, { rig }: Snapshot): void {
  const start = waitingStart(rig);
  const what =
    start === null
      ? 'the start goes on without this command'
      : `the start stays set for ${sayStartTime(start.at, Date.now())}`;
  const remedy = 'Call it off: rigdeck record stop';
  tellFailure(new CommandFailure(exitCodes.failed, 'interrupted', what, remedy), json);
}
