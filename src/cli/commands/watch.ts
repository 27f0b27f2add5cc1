import { exitCodes } from '../../protocol/exit-codes.ts';
import type { Context } from '../context.ts';
import { withDaemon } from '../daemon-link.ts';
import { CommandFailure } from '../failure.ts';
import { print } from '../output.ts';

/**
 * Prints the snapshot and then every change as it happens, one JSON object a line, until the daemon is gone.
 *
 * @throws CommandFailure exit 3 at the end
 */
export async function watch(context: Context): Promise<never> {
  return await withDaemon(context, 'watch', async (connection) => {
    let held: string[] | null = []; // changes that are told before the snapshot they follow
    connection.onNotification((method, params) => {
      if (method !== 'state.change') return;
      const line = JSON.stringify(params);
      if (held === null) print(line);
      else held.push(line);
    });
    const { snapshot } = (await connection.call('state.watch', {})) as { snapshot: unknown };
    for (const line of [JSON.stringify(snapshot), ...held]) print(line);
    held = null;
    await connection.closed;
    throw (
      connection.farewell() ??
      new CommandFailure(exitCodes.noDaemon, 'daemon-gone', 'the daemon went away')
    );
  });
}
