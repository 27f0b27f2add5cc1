import type { ExitCode } from '../../protocol/exit-codes.ts';
import { exitCodes } from '../../protocol/exit-codes.ts';
import type { Preflight, PreflightCheck } from '../../protocol/preflight.ts';
import { knownPreflight, sayVerdict, worstFirst } from '../../protocol/preflight-words.ts';
import { asSentence, capital, pad, wrap } from '../../protocol/text.ts';
import { toType } from '../../protocol/typed-command.ts';
import { sayAgo } from '../../protocol/units.ts';
import type { Context } from '../context.ts';
import { withDaemon } from '../daemon-link.ts';
import { columnsOf, print, printJson } from '../output.ts';

/** A disk that hangs is said by the daemon itself, after 10 s. */
const answerMs = 30_000;

/** Asks whether the rig can record now. @returns 0 when it can, with or without warnings, 1 when something blocks it */
export async function preflight(context: Context): Promise<ExitCode> {
  const result = await withDaemon(
    context,
    'preflight',
    async (connection) => (await connection.call('preflight.get', {}, answerMs)) as Preflight,
  );
  if (context.json) printJson(result);
  else tell(context, knownPreflight(result));
  return result.verdict === 'blocked' ? exitCodes.failed : exitCodes.done;
}

const marks = { ok: 'ok     ', warning: 'warning', blocker: 'BLOCKER' } as const;

function tell(context: Context, result: Preflight): void {
  const { at, checks } = result;
  const width = Math.max(...checks.map(({ about }) => about.length)) + 1;
  const columns = columnsOf(context);
  for (const check of worstFirst(checks)) {
    for (const line of linesOf(check, width, columns)) print(line);
  }
  print(`${sayVerdict(result)} As of ${sayAgo(Date.now() - Date.parse(at))}.`);
}

function linesOf(check: PreflightCheck, width: number, columns: number): readonly string[] {
  const head = `${marks[check.level]} ${pad(check.about, width)} `;
  const text =
    check.remedy === null
      ? check.message
      : `${asSentence(check.message)} ${toType(capital(check.remedy))}`;
  const room = columns - head.length;
  if (room >= text.length) return [head + text];
  const indent = room >= 24 ? ' '.repeat(head.length) : '  ';
  const [first = '', ...rest] = wrap(text, Math.max(24, columns - indent.length));
  return room >= 24
    ? [head + first, ...rest.map((line) => indent + line)]
    : [head.trimEnd(), ...[first, ...rest].map((line) => indent + line)];
}
