import type { ExitCode } from '../../protocol/exit-codes.ts';
import { exitCodes } from '../../protocol/exit-codes.ts';
import { clean } from '../../protocol/text.ts';
import { requireConfig } from '../config-file.ts';
import type { Context } from '../context.ts';
import { runDirOf } from '../daemon-link.ts';
import { CommandFailure } from '../failure.ts';
import { print, printJson } from '../output.ts';

/**
 * Brings LEDs to where they are to be left, after a daemon that could not do so.
 *
 * @throws CommandFailure exit 5 when another holds a line (a living daemon does), 1 for any other fault
 */
export async function leaveGpio(context: Context): Promise<ExitCode> {
  const { config } = await requireConfig(context);
  const { leaveLamps } = await import('../../daemon/panel/leave-lamps.ts');
  const { left, faults } = await leaveLamps(config.gpio, runDirOf(context));
  const [first] = faults;
  if (first !== undefined) {
    const exitCode = first.code === 'busy' ? exitCodes.refused : exitCodes.failed;
    throw new CommandFailure(exitCode, first.code, clean(first.message), first.remedy);
  }
  if (context.json) printJson({ version: 1, left });
  else if (left.length > 0) print(`left as configured: ${left.join(', ')}`);
  else print(config.gpio?.backend === 'simulated' ? ofSimulated : 'no LEDs are configured');
  return exitCodes.done;
}

const ofSimulated = 'simulated LEDs live in the daemon: nothing is done';
