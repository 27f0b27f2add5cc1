import { readStatusFile } from '../../client/run-dir.ts';
import type { Finding } from '../../daemon/doctor/doctor.ts';
import type { ExitCode } from '../../protocol/exit-codes.ts';
import { exitCodes } from '../../protocol/exit-codes.ts';
import { clean, pad, wrap } from '../../protocol/text.ts';
import { toType } from '../../protocol/typed-command.ts';
import { sayCount } from '../../protocol/units.ts';
import type { Context } from '../context.ts';
import { runDirOf } from '../daemon-link.ts';
import { versionOfDaemon } from '../daemon-version.ts';
import { print, printJson } from '../output.ts';

/** Looks over this machine. @returns 1 when something fails, else 0: what only warns may be as it is meant */
export async function doctor(
  context: Context,
  { all }: { readonly all?: true },
): Promise<ExitCode> {
  const { findConfig } = await import('../../daemon/config/find-config.ts');
  const { stateDirOf } = await import('../../daemon/store/folders.ts');
  const { makePatient } = await import('../../daemon/doctor/patient.ts');
  const { examine } = await import('../../daemon/doctor/doctor.ts');
  const runDir = runDirOf(context);
  const given = {
    runDir,
    stateDir: stateDirOf(context.stateDir, process.env, runDir),
    configFile: await findConfig(context.config, process.env),
    status: readStatusFile(runDir),
    daemonVersion: await versionOfDaemon(runDir),
  };
  const findings = await examine(await makePatient(given, process.env));
  const count = (level: Finding['level']) => findings.filter((one) => one.level === level).length;
  const verdict = count('fail') > 0 ? 'fail' : count('warn') > 0 ? 'warn' : 'ok';
  if (context.json) printJson({ version: 1, verdict, checks: findings });
  else {
    tell(context, all === true ? findings : findings.filter(({ level }) => level !== 'ok'));
    const counts = `${sayCount(findings.length, 'check')}: ${count('fail')} failed, ${sayCount(count('warn'), 'warning')}`;
    print(
      `${counts}, ${count('ok')} in order${all === true || count('ok') === 0 ? '' : ' (--all shows them)'}`,
    );
  }
  return verdict === 'fail' ? exitCodes.failed : exitCodes.done;
}

const marks = { ok: 'ok  ', warn: 'warn', fail: 'FAIL' } as const;
const order = { fail: 0, warn: 1, ok: 2 } as const;
const minColumns = 24;

function tell({ terminal }: Context, findings: readonly Finding[]): void {
  const width = Math.max(0, ...findings.map(({ id }) => id.length));
  const columns = terminal.isTty ? terminal.columns : Number.POSITIVE_INFINITY;
  for (const { id, level, words, fix } of findings.toSorted(
    (a, b) => order[a.level] - order[b.level],
  )) {
    const head = `${marks[level]}  ${pad(id, width)}  `;
    const indent = columns - head.length >= minColumns ? ' '.repeat(head.length) : '  ';
    const room = Math.max(minColumns, columns - indent.length);
    const [first = '', ...rest] = lines(clean(words), room);
    print(`${head}${first}`);
    // The line that mends it stays whole where it can: it is there to be copied.
    for (const line of [...rest, ...(fix === null ? [] : lines(`-> ${toType(fix)}`, room))])
      print(indent + line);
  }
}

function lines(text: string, room: number): readonly string[] {
  return Number.isFinite(room) ? wrap(text, room) : [text];
}
