import type { ExitCode } from '../../protocol/exit-codes.ts';
import { exitCodes } from '../../protocol/exit-codes.ts';
import type { HistoryEntry } from '../../protocol/frames.ts';
import { sanitize } from '../../protocol/sanitize.ts';
import type { Context } from '../context.ts';
import { getSnapshot, withDaemon } from '../daemon-link.ts';
import { usageFailure } from '../failure.ts';
import { dateAndTime } from '../local-time.ts';
import { print, printJson } from '../output.ts';
import { parseSince } from '../times.ts';
import { refuseUnknownModule } from './wish.ts';

/** Prints changes and intents, oldest first: when, who, what, and what became of it. */
export async function history(
  context: Context,
  module: string | undefined,
  options: { readonly since?: string; readonly lines: number },
): Promise<ExitCode> {
  const sinceMs = options.since === undefined ? null : parseSince(options.since, Date.now());
  if (sinceMs === undefined) {
    throw usageFailure(`"${options.since}" is no time`, 'Say 10m, 14:02 or ISO-8601.');
  }
  if (options.lines === 0) throw usageFailure('nothing is asked for with -n 0');
  return await withDaemon(context, 'history', async (connection) => {
    if (module !== undefined) refuseUnknownModule(module, await getSnapshot(connection));
    const since = sinceMs === null ? null : new Date(sinceMs).toISOString();
    const query = { module: module ?? null, since, limit: options.lines };
    const entries = (await connection.call('history.get', query)) as readonly HistoryEntry[];
    if (context.json) printJson(entries);
    else for (const entry of entries) print(sanitize(sayEntry(entry), 1_000));
    return exitCodes.done;
  });
}

function sayEntry(entry: HistoryEntry): string {
  const when = dateAndTime(entry.at);
  if (entry.type === 'event') return `${when}  ${entry.name}: ${entry.message}`;
  if (entry.type === 'change') {
    return `${when}  ${entry.actor}: ${entry.what.join(', ') || entry.cause}`;
  }
  const about = entry.module === null ? '' : ` ${entry.module}`;
  const why = entry.message === null ? '' : ` (${entry.message})`;
  return `${when}  ${entry.actor}: ${entry.kind}${about} -> ${entry.outcome}${why}`;
}
