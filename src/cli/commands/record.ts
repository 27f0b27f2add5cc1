import type { Connection } from '../../client/connection.ts';
import type { ExitCode } from '../../protocol/exit-codes.ts';
import { exitCodes } from '../../protocol/exit-codes.ts';
import type { Intent } from '../../protocol/intent.ts';
import { recordedMs } from '../../protocol/recorded-time.ts';
import { sayTrial } from '../../protocol/rig-words.ts';
import type { Snapshot, TrialRecord } from '../../protocol/snapshot.ts';
import { saySize, sayStopwatch } from '../../protocol/units.ts';
import { askYesNo } from '../ask.ts';
import type { Context } from '../context.ts';
import { getSnapshot, insist, withDaemon } from '../daemon-link.ts';
import { CommandFailure, usageFailure } from '../failure.ts';
import type { Followed } from '../follow-state.ts';
import { followState } from '../follow-state.ts';
import { monotonicMs } from '../monotonic.ts';
import { print, printJson } from '../output.ts';
import { createProgress, createWaitingWords } from '../progress.ts';
import { parseAt } from '../times.ts';

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
    if (asked && !(await mayStop(context, seen, `record ${verb}`))) return exitCodes.refused;
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

/** Whether the rig records, or is on the way to it: what a stop would cost data of. */
export function wouldStop({ rig }: Snapshot): boolean {
  return rig.desired !== 'idle' || rig.state === 'recording' || rig.state === 'paused';
}

/**
 * Asks on the terminal whether the recording may be stopped.
 *
 * @throws CommandFailure exit 5 where nobody can be asked
 */
export async function mayStop(context: Context, seen: Snapshot, command: string): Promise<boolean> {
  const what = stoppedWords(seen);
  if (context.json || !context.terminal.canAsk) {
    const remedy = `Say \`rigdeck ${command} --yes\` to stop it.`;
    throw new CommandFailure(
      exitCodes.refused,
      'needs-yes',
      `${what} goes on: nobody can be asked here`,
      remedy,
    );
  }
  if (await askYesNo(`Stop ${what}?`)) return true;
  print('The recording goes on.');
  return false;
}

function stoppedWords({ rig, modules }: Snapshot): string {
  if (rig.trial === null) return 'the recording that is being started';
  const ran = sayStopwatch(recordedMs(rig.trial, monotonicMs()));
  const on = Object.values(modules).filter(({ state }) => state === 'recording').length;
  return `${sayTrial(rig.trial)} (${ran} on ${on} module${on === 1 ? '' : 's'})`;
}

async function carryOut(
  context: Context,
  connection: Connection,
  intent: Intent,
): Promise<ExitCode> {
  const state = await followState(connection);
  const before = state.present();
  const taken = await withProgress(context, state, () => insist(connection, intent));
  // An answer overtakes no change, but without a wait the rig may still be on its way.
  const after = state.present();
  const { outcome, seq, partly } = taken;
  if (context.json) {
    const { session, trial, state: now } = after.rig;
    printJson({ version: 1, outcome, seq, partly: partly ?? null, state: now, session, trial });
  } else {
    const isSent = intent.waitMs === undefined && outcome === 'accepted';
    const words = isSent ? 'taken' : wordsFor(before, after);
    print(sayOutcome(words, outcome, partly ?? null, after));
  }
  return partly === undefined ? exitCodes.done : exitCodes.partly;
}

function sayOutcome(
  words: string,
  outcome: string,
  partly: string | null,
  { rig }: Snapshot,
): string {
  const isNews = outcome !== 'unchanged' || rig.trial === null;
  const whole = isNews ? words : `it was so already; ${words}`;
  return partly === null ? whole : `${whole}, but ${partly}`;
}

async function withProgress<T>(
  context: Context,
  state: Followed,
  work: () => Promise<T>,
): Promise<T> {
  const progress = createProgress(context.terminal);
  const words = createWaitingWords();
  const ticking = setInterval(() => progress.tell(words(state.present(), Date.now())), 250);
  try {
    return await work();
  } finally {
    clearInterval(ticking);
    progress.end();
  }
}

function wordsFor(before: Snapshot, after: Snapshot): string {
  const { rig } = after;
  const trial = rig.trial ?? before.rig.trial;
  const session = rig.session ?? before.rig.session;
  const what = trial === null ? '' : `: trial ${trial.number} in session ${session?.id ?? '?'}`;
  if (rig.state === 'recording') return `recording${what}`;
  if (rig.state === 'paused') return `paused${what}`;
  if (rig.state !== 'idle') return `${rig.state}${what}`;
  return before.rig.trial === null
    ? 'the rig does not record'
    : `stopped${what}${bytesIn(before.rig.trial, after)}`;
}

/** Counters are those of the newest segment: of a trial with several, `sessions show` has the sum. */
function bytesIn({ segment }: TrialRecord, { modules }: Snapshot): string {
  if (segment > 1) return `, ${segment} segments`;
  const bytes = Object.values(modules).reduce((sum, { evidence }) => sum + evidence.bytes, 0);
  return `, ${saySize(bytes)} recorded`;
}
