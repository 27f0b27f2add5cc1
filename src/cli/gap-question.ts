import { isInTrial } from '../protocol/in-trial.ts';
import { sayTrial } from '../protocol/rig-words.ts';
import type { Snapshot } from '../protocol/snapshot.ts';
import { askYesNo } from './ask.ts';
import type { Context } from './context.ts';
import { print } from './output.ts';

/** What ends a module, and with it its part of the trial for a while or for good. */
type Ending = 'disable' | 'restart';

const words = {
  restart: { ask: 'Restart', gap: 'That leaves a gap.' },
  disable: { ask: 'Disable', gap: 'From then on the trial goes on without.' },
} as const;

/**
 * Asks on the terminal whether modules may be taken out of the trial that they record. Nobody is asked where none of them records, without a
 * terminal (there it is a script's wish), and who may only look: the daemon refuses that.
 *
 * @param role what the socket allows
 * @returns false where the answer is no; that is said
 */
export async function mayLeaveGap(
  context: Context,
  role: 'control' | 'view',
  seen: Snapshot,
  verb: Ending,
  names: readonly string[],
): Promise<boolean> {
  const { trial } = seen.rig;
  if (trial === null || role === 'view' || context.json || !context.terminal.canAsk) return true;
  const inTrial = names.filter((name) => {
    const module = seen.modules[name];
    return module !== undefined && isInTrial(seen, module);
  });
  if (inTrial.length === 0) return true;
  const { ask, gap } = words[verb];
  const who = inTrial.join(', ');
  const are = inTrial.length === 1 ? 'It is' : 'They are';
  if (await askYesNo(`${ask} ${who}? ${are} part of ${sayTrial(trial)}. ${gap}`)) return true;
  print(`Nothing was done: ${sayTrial(trial)} goes on as it is.`);
  return false;
}
