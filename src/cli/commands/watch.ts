import { exitCodes } from '../../protocol/exit-codes.ts';
import type { Context } from '../context.ts';
import { withDaemon } from '../daemon-link.ts';
import { CommandFailure } from '../failure.ts';
import { followState } from '../follow-state.ts';
import { print } from '../output.ts';

/**
 * Prints the snapshot and then every change as it happens, one JSON object a line, until the daemon is gone.
 *
 * @throws CommandFailure exit 3 at the end
 */
export async function watch(context: Context): Promise<never> {
  return await withDaemon(context, 'watch', async (connection) => {
    await followState(connection, (after, change) => print(JSON.stringify(change ?? after)));
    await connection.closed;
    throw new CommandFailure(exitCodes.noDaemon, 'daemon-gone', 'the daemon went away');
  });
}
