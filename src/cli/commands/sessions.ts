import type { FoundSession, SessionSummary } from '../../daemon/recordings/sessions.ts';
import type { ExitCode } from '../../protocol/exit-codes.ts';
import { exitCodes } from '../../protocol/exit-codes.ts';
import type { Manifest } from '../../protocol/manifest.ts';
import { sayTrial } from '../../protocol/rig-words.ts';
import { sanitize } from '../../protocol/sanitize.ts';
import { pad } from '../../protocol/text.ts';
import { sayCount, sayDuration, saySize } from '../../protocol/units.ts';
import { requireConfig } from '../config-file.ts';
import type { Context } from '../context.ts';
import { CommandFailure } from '../failure.ts';
import { print, printJson } from '../output.ts';

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
  else for (const line of sessionLines(found)) print(line);
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
  const { listSessions, showSession } = await import('../../daemon/recordings/sessions.ts');
  const which = id ?? (await listSessions(recordings)).at(-1)?.folder;
  const found = which === undefined ? null : await showSession(recordings, which);
  if (found !== null) return found;
  const message =
    which === undefined
      ? `no sessions in ${recordings}`
      : `there is no session "${which}" in ${recordings}`;
  const remedy = 'See `rigdeck sessions list`.';
  throw new CommandFailure(exitCodes.notFound, 'no-such-session', message, remedy);
}

async function verify(context: Context, { path, manifest }: FoundSession): Promise<ExitCode> {
  const { verifySession } = await import('../../daemon/recordings/verify-session.ts');
  const verified = await verifySession(path);
  const { id, name } = manifest.session;
  if (context.json) printJson({ version: 1, id, path, ...verified });
  else {
    const bytes = verified.files.reduce((sum, file) => sum + file.bytes, 0);
    const word = verified.ok ? 'in order' : 'NOT in order';
    print(
      `session ${id} ${sanitize(name)} is ${word}: ${sayCount(verified.files.length, 'file')}, ${saySize(bytes)}`,
    );
    for (const words of verified.notes) print(`  ${sanitize(words)}`);
  }
  if (verified.ok) return exitCodes.done;
  const remedy = `See \`rigdeck sessions show ${id}\`.`;
  throw new CommandFailure(exitCodes.failed, 'differs', `session ${id} is not in order`, remedy);
}

/** Below this a session takes two lines. */
const narrowColumns = 70;

function summaryLines(session: SessionSummary, isNarrow: boolean): string[] {
  const { id, name, startedAt, trials, bytes, state, damaged } = session;
  const words = `${sayCount(trials, 'trial')}, ${saySize(bytes)}, ${state}`;
  const damage = damaged === null ? '' : ` · session.json damaged: ${sanitize(damaged)}`;
  const began = startedAt.slice(0, 16).replace('T', ' ');
  if (isNarrow) return [`${id}  ${began}  ${sanitize(name)}`, `      ${words}${damage}`];
  return [`${id}  ${began} UTC  ${pad(sanitize(name), 24)}  ${words}${damage}`];
}

/** A session in words: trials with their files, gaps, markers, problems. Times are UTC, as in the folder's name. */
export function sessionLines({ manifest, path, damaged }: FoundSession): string[] {
  const { session, trials, gaps, markers, problems } = manifest;
  const until = session.endedAt === null ? 'still open' : `until ${clock(session.endedAt)}`;
  const from = session.startedAt.slice(0, 19).replace('T', ' ');
  return [
    `session ${session.id} ${sanitize(session.name)}: ${from}, ${until} (all times are UTC)`,
    `  ${path}`,
    ...(damaged === null ? [] : [`  session.json is damaged: ${sanitize(damaged)}`]),
    ...trials.flatMap(trialLines),
    ...gaps.map(
      ({ from, to, module, cause }) =>
        `  gap ${clock(from)} to ${to === null ? 'now' : clock(to)}: ${module ?? 'all'}, ${sanitize(cause)}`,
    ),
    ...markers.map(
      ({ at, text, actor }) => `  mark ${clock(at)} ${sanitize(text ?? '')} (${sanitize(actor)})`,
    ),
    ...problems.map(
      ({ at, module, message }) =>
        `  problem ${clock(at)} ${module ?? 'rig'}: ${sanitize(message)}`,
    ),
  ];
}

function trialLines(trial: Manifest['trials'][number]): string[] {
  const ran =
    trial.stoppedAt === null
      ? 'not stopped yet, or cut off'
      : `${sayDuration(Date.parse(trial.stoppedAt) - Date.parse(trial.startedAt))}, ${trial.outcome}`;
  const skew = trial.startSkewMs === null ? '' : `, start skew ${trial.startSkewMs} ms`;
  const files = trial.segments.flatMap((segment) =>
    Object.values(segment.modules).flatMap((module) => module.files),
  );
  return [
    `  ${sayTrial(trial)} ${clock(trial.startedAt)}: ${ran}${skew}`,
    ...files.flatMap(({ path, bytes, verdict, note }) => [
      `    ${pad(saySize(bytes), 8, 'right')}  ${pad(verdict, 8)} ${sanitize(path)}`,
      ...(note === undefined ? [] : [`      ${sanitize(note, 1_000)}`]),
    ]),
  ];
}

function clock(at: string): string {
  return at.slice(11, 19);
}
