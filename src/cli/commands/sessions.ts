import type { FoundSession } from '../../daemon/recordings/sessions.ts';
import type { ExitCode } from '../../protocol/exit-codes.ts';
import { exitCodes } from '../../protocol/exit-codes.ts';
import type { Manifest } from '../../protocol/manifest.ts';
import { sanitize } from '../../protocol/sanitize.ts';
import { sayUnknown, sayVerified } from '../../protocol/session-words.ts';
import type { ListedSession } from '../../protocol/sessions.ts';
import type { RigRecord } from '../../protocol/snapshot.ts';
import { pad } from '../../protocol/text.ts';
import { sayCount, saySize } from '../../protocol/units.ts';
import { requireConfig } from '../config-file.ts';
import type { Context } from '../context.ts';
import { getSnapshot, withDaemon } from '../daemon-link.ts';
import { CommandFailure } from '../failure.ts';
import { columnsOf, print, printJson } from '../output.ts';
import { sessionLines } from '../session-words.ts';
import { verifyWithProgress } from '../verify-progress.ts';

/**
 * Recordings on disk, in the folder that the configuration names; no daemon is needed.
 *
 * @param id `0042`, `42` or a folder's name; the newest session when it is not given
 * @returns for `verify` 1 when something differs
 */
export async function sessions(
  context: Context,
  verb: 'list' | 'show' | 'verify',
  id: string | undefined,
): Promise<ExitCode> {
  const { recordings } = await requireConfig(context);
  if (verb === 'list') return await list(context, recordings);
  const found = await findSession(context, id);
  if (verb === 'verify') return await verify(context, found);
  if (context.json) printJson(found.manifest);
  else {
    const { landedBytes } = await import('../../daemon/recordings/sessions.ts');
    for (const line of sessionLines(found, await landedBytes(found), columnsOf(context)))
      print(line);
  }
  return exitCodes.done;
}

async function list(context: Context, recordings: string): Promise<ExitCode> {
  const { listSessions } = await import('../../daemon/recordings/sessions.ts');
  const all = await listSessions(recordings);
  if (context.json) printJson(all);
  else if (all.length === 0) print(`no sessions in ${recordings}`);
  else {
    const isNarrow = context.terminal.columns < narrowColumns;
    for (const session of all) for (const line of summaryLines(session, isNarrow)) print(line);
  }
  return exitCodes.done;
}

/** The session that was named, or the newest. @throws CommandFailure exit 4 when there is none */
export async function findSession(context: Context, id: string | undefined): Promise<FoundSession> {
  const { recordings } = await requireConfig(context);
  const { listSessions, remedyUnreadable, sayUnreadable, showSession } = await import(
    '../../daemon/recordings/sessions.ts'
  );
  const which = id ?? (await listSessions(recordings)).at(-1)?.folder;
  const unreadable = (error: unknown) => {
    const words = `session "${which}": ${sayUnreadable(error)}`;
    const remedy = remedyUnreadable(recordings);
    throw new CommandFailure(exitCodes.failed, 'unreadable', words, remedy);
  };
  const found = which === undefined ? null : await showSession(recordings, which).catch(unreadable);
  if (found !== null) return found;
  const message =
    which === undefined
      ? `no sessions in ${recordings}`
      : `there is no session "${which}" in ${recordings}`;
  const remedy = 'See `rigdeck sessions list`.';
  throw new CommandFailure(exitCodes.notFound, 'no-such-session', message, remedy);
}

async function verify(context: Context, { path, manifest }: FoundSession): Promise<ExitCode> {
  const { remedyFor, trialNow } = await import('../../daemon/recordings/verify-session.ts');
  const rig = await rigNow(context, manifest);
  const recording = rig && trialNow(rig, manifest.session);
  const verified = await verifyWithProgress(context, path, recording);
  const { id, name } = manifest.session;
  if (context.json) printJson({ version: 1, id, path, ...verified });
  else {
    const { ok, files, empty } = verified;
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    const words = sayVerified({ ok, files: files.length, bytes, empty });
    print(`session ${id} ${sanitize(name)} is ${words}`);
    for (const note of verified.notes) print(`  ${sanitize(note)}`);
  }
  const remedy = remedyFor(verified, manifest, rig);
  if (remedy === null) return exitCodes.done;
  throw new CommandFailure(exitCodes.failed, 'differs', `session ${id} is not in order`, remedy);
}

/** The rig that may have a session open; null where that has ended, or no daemon answers. */
async function rigNow(context: Context, { session }: Manifest): Promise<RigRecord | null> {
  if (session.endedAt !== null) return null;
  try {
    return (await withDaemon(context, 'sessions verify', getSnapshot)).rig;
  } catch (error) {
    if (error instanceof CommandFailure) return null;
    throw error;
  }
}

/** Below this a session takes two lines. */
const narrowColumns = 70;

function summaryLines(session: ListedSession, isNarrow: boolean): string[] {
  const { id, name, startedAt } = session;
  const words = wordsOn(session);
  const began = startedAt === null ? 'unsynced' : startedAt.slice(0, 16).replace('T', ' ');
  if (isNarrow) return [`${id}  ${began}  ${sanitize(name)}`, `      ${words}`];
  const utc = startedAt === null ? pad(began, 20) : `${began} UTC`;
  return [`${id}  ${utc}  ${pad(sanitize(name), 24)}  ${words}`];
}

function wordsOn(session: ListedSession): string {
  if ('unread' in session) return sanitize(session.unread);
  const { trials, bytes, state } = session;
  const unknown = sayUnknown(session);
  const damage = unknown === null ? '' : ` · ${sanitize(unknown)}`;
  return `${sayCount(trials, 'trial')}, ${saySize(bytes)}, ${state}${damage}`;
}
