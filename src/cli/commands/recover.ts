import type { Recovered } from '../../daemon/recordings/recover-session.ts';
import type { FoundSession } from '../../daemon/recordings/sessions.ts';
import type { ExitCode } from '../../protocol/exit-codes.ts';
import { exitCodes } from '../../protocol/exit-codes.ts';
import { sanitize } from '../../protocol/sanitize.ts';
import { wordsOf } from '../../protocol/words-of.ts';
import type { Context } from '../context.ts';
import { getSnapshot, withDaemon } from '../daemon-link.ts';
import { CommandFailure } from '../failure.ts';
import { print, printJson } from '../output.ts';
import { findSession } from './sessions.ts';

/**
 * Repairs what a power cut left of a session, line by line. Refused (exit 5) for one that a living daemon has open, or is
 * making checksums of: it would write over what is repaired.
 *
 * @param id `0042`, `42` or a folder's name; the newest session when it is not given
 * @returns 7 where some of it cannot be mended, 1 where none of it can
 */
export async function recover(
  context: Context,
  id: string | undefined,
  options: { readonly dryRun?: true },
): Promise<ExitCode> {
  const found = await findSession(context, id);
  const isDry = options.dryRun === true;
  refuseLater(found);
  await refuseInUse(context, found);
  const { recoverSession } = await import('../../daemon/recordings/recover-session.ts');
  const { id: number } = found.manifest.session;
  const { isSystemError } = await import('../../daemon/errno.ts');
  const { did, left } = await recoverSession(found.path, isDry).catch((error: unknown) => {
    throw isSystemError(error) ? cannotRecover(number, wordsOf(error)) : error;
  });
  if (context.json) {
    printJson({ version: 1, id: number, path: found.path, dryRun: isDry, did, left });
  } else {
    for (const line of recoveredLines(number, { did, left }, isDry)) print(line);
  }
  if (left.length === 0) return exitCodes.done;
  if (did.length > 0) return exitCodes.partly;
  const remedy =
    'What is not on this disk any more comes from a copy only. See `rigdeck sessions show`.';
  throw new CommandFailure(
    exitCodes.failed,
    'not-mended',
    `session ${number} cannot be mended`,
    remedy,
  );
}

function cannotRecover(id: string, words: string): CommandFailure {
  const message = `session ${id} could not be mended: ${words}`;
  const remedy = 'Where it is a permission, do it as the user who recorded it, or as root (sudo).';
  return new CommandFailure(exitCodes.failed, 'unwritable', message, remedy);
}

function recoveredLines(id: string, { did, left }: Recovered, isDry: boolean): string[] {
  const lines = (all: readonly string[]) => all.map((words) => `  ${sanitize(words, 4_096)}`);
  if (did.length + left.length === 0) return [`session ${id} is in order: nothing to do`];
  const done = isDry ? 'would be recovered, and nothing was changed' : 'is recovered';
  return [
    ...(did.length === 0 ? [] : [`session ${id} ${done}:`, ...lines(did)]),
    ...(left.length === 0
      ? []
      : [`session ${id} is NOT in order, and this cannot be mended:`, ...lines(left)]),
  ];
}

/** Whoever does not understand all of it would write less than there was. */
function refuseLater({ manifest, later }: FoundSession): void {
  if (later === undefined) return;
  const words = `session ${manifest.session.id} was ${later}`;
  const remedy = 'Recover it with the version that wrote it; nothing was changed.';
  throw new CommandFailure(exitCodes.refused, 'later-version', words, remedy);
}

async function refuseInUse(context: Context, { path, manifest }: FoundSession): Promise<void> {
  const used = await usedPath(context);
  if (used === undefined) return;
  const files = manifest.trials.flatMap(({ segments }) =>
    segments.flatMap(({ modules }) => Object.values(modules).flatMap((entry) => entry.files)),
  );
  const isSumming = files.some(({ bytes, sha256, verdict }) => {
    return sha256 === null && bytes > 0 && verdict !== 'open';
  });
  if (used !== path && !isSumming) return;
  const { id } = manifest.session;
  const what = used === path ? 'has this session open' : 'makes the checksums of this session';
  const remedy =
    used === path ? 'End it first: rigdeck session end' : 'Wait for it, or: rigdeck down';
  throw new CommandFailure(exitCodes.refused, 'in-use', `the daemon ${what} (${id})`, remedy);
}

/** The session that a living daemon has open, null when none; undefined where no daemon answers. */
async function usedPath(context: Context): Promise<string | null | undefined> {
  try {
    return await withDaemon(context, 'recover', async (connection) => {
      return (await getSnapshot(connection)).rig.session?.path ?? null;
    });
  } catch (error) {
    if (error instanceof CommandFailure && error.exitCode === exitCodes.noDaemon) return undefined;
    throw error;
  }
}
