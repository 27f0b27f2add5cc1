import type { ExitCode } from '../../protocol/exit-codes.ts';
import { exitCodes } from '../../protocol/exit-codes.ts';
import type { HistoryEntry } from '../../protocol/frames.ts';
import { sayEntry } from '../../protocol/history-words.ts';
import { dateAndTime } from '../../protocol/local-time.ts';
import { sanitize } from '../../protocol/sanitize.ts';
import type { Context } from '../context.ts';
import { getSnapshot, withDaemon } from '../daemon-link.ts';
import { usageFailure } from '../failure.ts';
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
    const ask = async (limit: number) => {
      const query = { module: module ?? null, since, limit };
      return (await connection.call('history.get', query)) as readonly HistoryEntry[];
    };
    if (context.json) printJson(await ask(options.lines));
    else for (const line of await toldLines(ask, options.lines)) print(sanitize(line, 1_000));
    return exitCodes.done;
  });
}

/** A daemon gives no more at once. */
const mostEntries = 10_000;

/** The newest so many lines: entries that say nothing to people are none, and others are asked for in their place. */
async function toldLines(
  ask: (limit: number) => Promise<readonly HistoryEntry[]>,
  count: number,
): Promise<readonly string[]> {
  for (let limit = count; ; limit = Math.min(mostEntries, limit * 4)) {
    const entries = await ask(limit);
    const lines = entries.flatMap((entry) => {
      const words = sayEntry(entry);
      return words === null ? [] : [`${dateAndTime(entry.at)}  ${words}`];
    });
    const isAll = entries.length < limit || limit >= mostEntries;
    if (isAll || lines.length >= count) return lines.slice(-count);
  }
}
