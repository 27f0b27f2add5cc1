import type { FoundSession } from '../../daemon/recordings/sessions.ts';
import type { ExitCode } from '../../protocol/exit-codes.ts';
import { exitCodes } from '../../protocol/exit-codes.ts';
import type { Manifest } from '../../protocol/manifest.ts';
import { sanitize } from '../../protocol/sanitize.ts';
import { saySessionState, sayUnknown, sayVerified } from '../../protocol/session-words.ts';
import type { ListedSession, SessionSummary } from '../../protocol/sessions.ts';
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
  const { remedyUnreadable, sayUnreadable, showSession } = await import(
    '../../daemon/recordings/sessions.ts'
  );
  const { isCalled, sessionFolders } = await import('../../daemon/recordings/session-folder.ts');
  const folders = await sessionFolders(recordings);
  const which = id ?? folders[0];
  const called = id === undefined ? [] : folders.filter((one) => isCalled(one, id));
  if (called.length > 1) throw severalCalled(id, called);
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

/** Cards of several rigs were copied into one folder: it is not for us to choose. */
function severalCalled(id: string | undefined, folders: readonly string[]): CommandFailure {
  const named = folders.map((folder) => sanitize(folder, 255)).join(', ');
  const words = `"${id}" is ${folders.length} sessions: ${named}`;
  return new CommandFailure(exitCodes.usage, 'usage', words, 'Give the name of the folder.');
}

async function verify(context: Context, found: FoundSession): Promise<ExitCode> {
  const { remedy, ...verified } = await verifyOne(context, found);
  const { id } = verified;
  if (context.json) printJson({ version: 1, ...verified });
  else for (const line of sayVerification(verified)) print(line);
  if (remedy === null) return exitCodes.done;
  throw new CommandFailure(exitCodes.failed, 'differs', `session ${id} is not in order`, remedy);
}

/** Verifies one session, with a bar on the terminal. */
export async function verifyOne(context: Context, { path, manifest }: FoundSession) {
  const { remedyFor, trialNow } = await import('../../daemon/recordings/verify-session.ts');
  const rig = await rigNow(context, manifest);
  const recording = rig && trialNow(rig, manifest.session);
  const verified = await verifyWithProgress(context, path, recording);
  const { id, name } = manifest.session;
  return { id, name, path, ...verified, remedy: remedyFor(verified, manifest, rig) };
}

/** How a session is, and below it what is to be known of it. */
export function sayVerification(
  verified: Omit<Awaited<ReturnType<typeof verifyOne>>, 'remedy'>,
): string[] {
  const { id, name, ok, files, empty, notes } = verified;
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const words = sayVerified({ ok, files: files.length, bytes, empty });
  const title = `session ${id} ${sanitize(name)} is ${words}`;
  return [title, ...notes.map((note) => `  ${sanitize(note)}`)];
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
  const { trials, bytes } = session;
  const unknown = sayUnknown(session);
  const damage = unknown === null ? '' : ` · ${sanitize(unknown)}`;
  return `${sayCount(trials, 'trial')}, ${saySize(bytes)}, ${sayState(session)}${damage}`;
}

/** Only what is wrong with its files is said of them. */
function sayState(session: SessionSummary): string {
  const isWrong = session.worst !== null && ['bad', 'empty', 'short'].includes(session.worst);
  return isWrong ? saySessionState(session) : session.state;
}
