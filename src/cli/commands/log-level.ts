import type { ExitCode } from '../../protocol/exit-codes.ts';
import { exitCodes } from '../../protocol/exit-codes.ts';
import type { LogLevel } from '../../protocol/vocabulary.ts';
import type { Context } from '../context.ts';
import { getSnapshot, insist, withDaemon } from '../daemon-link.ts';
import { usageFailure } from '../failure.ts';
import { print, printJson } from '../output.ts';
import { unknownWord } from '../unknown-word.ts';
import { refuseUnknownModule } from './wish.ts';

const levels: readonly LogLevel[] = ['error', 'warn', 'info', 'debug'];

/** Changes how much the daemon, or one module, logs from now on. */
export async function logLevel(context: Context, words: readonly string[]): Promise<ExitCode> {
  const typed = words.at(-1) ?? '';
  const module = words.length === 2 ? (words[0] ?? null) : null;
  const level = levels.find((known) => known === typed);
  if (words.length > 2) throw usageFailure('expected [module] and a level');
  if (level === undefined) throw unknownWord('log level', typed, levels);
  return await withDaemon(context, 'log-level', async (connection) => {
    if (module !== null) refuseUnknownModule(module, await getSnapshot(connection));
    const { outcome, seq } = await insist(connection, { kind: 'log.level', module, level });
    if (context.json) printJson({ version: 1, outcome, seq });
    else print(`${module ?? 'the daemon'} logs ${level} from now on`);
    return exitCodes.done;
  });
}
