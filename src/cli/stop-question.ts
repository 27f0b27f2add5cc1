import type { Connection } from '../client/connection.ts';
import { exitCodes } from '../protocol/exit-codes.ts';
import { recordedMs } from '../protocol/recorded-time.ts';
import { sayTrial } from '../protocol/rig-words.ts';
import type { Snapshot } from '../protocol/snapshot.ts';
import { sayCount, sayStopwatch } from '../protocol/units.ts';
import { askYesNo } from './ask.ts';
import type { Context } from './context.ts';
import { CommandFailure } from './failure.ts';
import { monotonicMs } from './monotonic.ts';
import { print } from './output.ts';

/** What would cost data, and what it is called when somebody is asked about it. */
const stops = {
  'record stop': {
    question: (what: string) => `Stop ${what}? The modules go on running.`,
    yes: 'to stop the recording; the modules go on running',
  },
  'record toggle': {
    question: (what: string) => `Stop ${what}? The modules go on running.`,
    yes: 'to stop the recording; the modules go on running',
  },
  down: {
    question: (what: string) => `Stop ${what}, then end all modules and the daemon?`,
    yes: 'to stop the recording, then all modules and the daemon',
  },
} as const;

/** Whether the rig records, or is on the way to it: what a stop would cost data of. */
export function wouldStop({ rig }: Snapshot): boolean {
  return rig.desired !== 'idle' || rig.state === 'recording' || rig.state === 'paused';
}

/**
 * Asks on the terminal whether the recording may be stopped. Who may only look is not asked: the daemon says so.
 *
 * @throws CommandFailure exit 5 where nobody can be asked
 */
export async function mayStop(
  context: Context,
  connection: Connection,
  seen: Snapshot,
  command: keyof typeof stops,
): Promise<boolean> {
  if (connection.hello.role === 'view') return true;
  const what = stoppedWords(seen);
  const { question, yes } = stops[command];
  if (context.json || !context.terminal.canAsk) {
    const message = `nobody can be asked here, so ${what} goes on`;
    const remedy = `Say \`rigdeck ${command} --yes\` ${yes}.`;
    throw new CommandFailure(exitCodes.refused, 'needs-yes', message, remedy);
  }
  if (await askYesNo(question(what))) return true;
  print('Nothing was stopped: the recording goes on.');
  return false;
}

function stoppedWords({ rig, modules }: Snapshot): string {
  if (rig.trial === null) return 'the recording that is being started';
  const ran = sayStopwatch(recordedMs(rig.trial, monotonicMs()));
  const on = Object.values(modules).filter(
    ({ state }) => state === 'recording' || state === 'paused',
  ).length;
  return `${sayTrial(rig.trial)} (${ran} on ${sayCount(on, 'module')})`;
}
