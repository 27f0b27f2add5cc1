import type { Connection } from '../../client/connection.ts';
import type { ExitCode } from '../../protocol/exit-codes.ts';
import { exitCodes } from '../../protocol/exit-codes.ts';
import type { Intent } from '../../protocol/intent.ts';
import type { Snapshot } from '../../protocol/snapshot.ts';
import type { Context } from '../context.ts';
import { getSnapshot, insist, withDaemon } from '../daemon-link.ts';
import { print, printJson } from '../output.ts';

/** A disk that keeps silent is told of by the daemon before. */
const waitMs = 60_000;

/** Opens a session of this name; trials go into it from now on. */
export async function sessionStart(context: Context, name: string): Promise<ExitCode> {
  return await withDaemon(context, 'session', async (connection) =>
    tell(context, connection, { kind: 'session.start', name, waitMs }, ({ rig }) =>
      rig.session === null
        ? `session "${name}" was opened`
        : `session ${rig.session.id} "${rig.session.name}" is open: ${rig.session.path}`,
    ),
  );
}

/** Closes the open session. Exit 7 when the disk does not take its end yet. */
export async function sessionEnd(context: Context): Promise<ExitCode> {
  return await withDaemon(context, 'session', async (connection) => {
    const { session } = (await getSnapshot(connection)).rig;
    const words = session === null ? 'no session was open' : `session ${session.id} is closed`;
    return tell(context, connection, { kind: 'session.end', waitMs }, () => words);
  });
}

/** Puts a marker at this instant into the open session. */
export async function mark(context: Context, text: string): Promise<ExitCode> {
  return await withDaemon(context, 'mark', async (connection) => {
    const intent = { kind: 'mark' as const, text: text === '' ? null : text };
    return tell(context, connection, intent, () => (text === '' ? 'marked' : `marked "${text}"`));
  });
}

async function tell(
  context: Context,
  connection: Connection,
  intent: Intent,
  words: (after: Snapshot) => string,
): Promise<ExitCode> {
  const { outcome, seq, partly = null } = await insist(connection, intent);
  const after = await getSnapshot(connection);
  if (context.json) printJson({ version: 1, outcome, seq, partly, session: after.rig.session });
  else print(partly === null ? words(after) : `${words(after)}, but ${partly}`);
  return partly === null ? exitCodes.done : exitCodes.partly;
}
