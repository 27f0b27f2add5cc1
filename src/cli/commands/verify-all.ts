import type { ExitCode } from '../../protocol/exit-codes.ts';
import { exitCodes } from '../../protocol/exit-codes.ts';
import { sanitize } from '../../protocol/sanitize.ts';
import { toType } from '../../protocol/typed-command.ts';
import { sayCount } from '../../protocol/units.ts';
import { requireConfig } from '../config-file.ts';
import type { Context } from '../context.ts';
import { CommandFailure } from '../failure.ts';
import { print, printJson } from '../output.ts';
import { sayVerification, verifyOne } from './sessions.ts';

/** What verifying came to for one session; where it could not even be read, why. */
type Looked = Awaited<ReturnType<typeof verifyOne>> | { readonly path: string; unread: string };

/**
 * Verifies every session of the recordings folder, the oldest first: a line each as it goes, and what is wrong with those that are
 * not in order.
 *
 * @returns 1 when one is not
 */
export async function verifyAll(context: Context): Promise<ExitCode> {
  const { recordings } = await requireConfig(context);
  const { sessionFolders } = await import('../../daemon/recordings/session-folder.ts');
  const all: Looked[] = [];
  for (const folder of (await sessionFolders(recordings)).reverse()) {
    const looked = await lookAt(context, recordings, folder);
    if (looked === null) continue; // removed meanwhile
    if (context.json) all.push(looked);
    else all.push(shortened(looked));
    if (!context.json) for (const line of linesOf(folder, looked)) print(line);
  }
  if (context.json) printJson(all);
  return summedUp(context, recordings, all);
}

async function lookAt(
  context: Context,
  recordings: string,
  folder: string,
): Promise<Looked | null> {
  const { sayUnreadable, showSession } = await import('../../daemon/recordings/sessions.ts');
  const path = `${recordings}/${folder}`;
  try {
    const found = await showSession(recordings, folder);
    return found && (await verifyOne(context, found));
  } catch (error) {
    return { path, unread: sayUnreadable(error) };
  }
}

/** Of thousands of files only how many are not in order is needed any more. */
function shortened(looked: Looked): Looked {
  return 'unread' in looked ? looked : { ...looked, files: [], notes: [] };
}

function linesOf(folder: string, looked: Looked): string[] {
  if ('unread' in looked) return [`${sanitize(folder)}: ${looked.unread}`];
  const remedy = looked.remedy === null ? [] : [`  ${toType(looked.remedy)}`];
  return [...sayVerification(looked), ...remedy];
}

function summedUp({ json }: Context, recordings: string, all: readonly Looked[]): ExitCode {
  const wrong = all.filter((one) => 'unread' in one || !one.ok).length;
  if (wrong === 0) {
    if (!json)
      print(
        all.length === 0
          ? `no sessions in ${recordings}`
          : `${sayCount(all.length, 'session')}, all in order`,
      );
    return exitCodes.done;
  }
  const words = `${wrong} of ${sayCount(all.length, 'session')} ${wrong === 1 ? 'is' : 'are'} not in order`;
  throw new CommandFailure(exitCodes.failed, 'differs', words, 'What to do stands with each.');
}
