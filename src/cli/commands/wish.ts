import type { Connection } from '../../client/connection.ts';
import { submitIntent } from '../../client/submit-intent.ts';
import type { ExitCode } from '../../protocol/exit-codes.ts';
import { exitCodes } from '../../protocol/exit-codes.ts';
import type { Verdict } from '../../protocol/rig.ts';
import type { Snapshot } from '../../protocol/snapshot.ts';
import { toType } from '../../protocol/typed-command.ts';
import { sayUnchanged } from '../../protocol/unchanged-words.ts';
import { sayDuration } from '../../protocol/units.ts';
import { tellConfigNotice } from '../config-notice.ts';
import type { Context } from '../context.ts';
import { getSnapshot, withDaemon } from '../daemon-link.ts';
import { CommandFailure, refusalFailure, usageFailure } from '../failure.ts';
import { mayLeaveGap } from '../gap-question.ts';
import { note, print, printJson } from '../output.ts';
import { sayFailure } from '../tell-failure.ts';
import { meantWord } from '../unknown-word.ts';

type Verb = 'enable' | 'disable' | 'restart' | 'retry';
type Options = { readonly all?: true; readonly wait?: number; readonly yes?: true };
type Result = { readonly module: string; readonly verdict: Verdict };

/**
 * Submits a wish for each module, all at once. With `wait` each comes true or is taken back. What takes a module out of the trial
 * that it records asks first, where somebody can be asked.
 *
 * @returns 0 when all went well, the code of the refusal when all were refused, 5 where the answer was no, else 7
 * @throws CommandFailure exit 4 before anything is done when one of the names is unknown
 */
export async function wish(
  context: Context,
  verb: Verb,
  names: readonly string[],
  options: Options,
): Promise<ExitCode> {
  if (names.length === 0 && options.all !== true) {
    throw usageFailure(`name the modules to ${verb}, or --all`);
  }
  if (names.length > 0 && options.all === true)
    throw usageFailure('name modules or --all, not both');
  return await withDaemon(context, verb, async (connection) => {
    const snapshot = await getSnapshot(connection);
    tellConfigNotice(context, snapshot.rig);
    const modules = options.all === true ? meantByAll(verb, snapshot) : [...new Set(names)];
    for (const name of modules) refuseUnknownModule(name, snapshot);
    const asks = (verb === 'disable' || verb === 'restart') && options.yes !== true;
    const { role } = connection.hello;
    if (asks && !(await mayLeaveGap(context, role, snapshot, verb, modules)))
      return exitCodes.refused;
    const results = await Promise.all(
      modules.map((module) => wishFor(connection, module, verb, options)),
    );
    const isUnchanged = results.some(({ verdict }) => verdict.ok && nothingCameOf(verdict));
    const now = isUnchanged && !context.json ? await getSnapshot(connection) : snapshot;
    return report(results, { verb, options, now }, context);
  });
}

/** @throws CommandFailure exit 4 that says which module is near, or which there are */
export function refuseUnknownModule(name: string, { modules }: Pick<Snapshot, 'modules'>): void {
  if (Object.hasOwn(modules, name)) return;
  const remedy = meantWord(name, Object.keys(modules)) ?? 'This rig has no modules.';
  throw new CommandFailure(
    exitCodes.notFound,
    'no-such-module',
    `there is no module "${name}"`,
    remedy,
  );
}

function meantByAll(verb: Verb, { modules }: Snapshot): string[] {
  const all = Object.entries(modules);
  const failed = ['error', 'crashed'];
  if (verb === 'retry')
    return all.filter(([, m]) => failed.includes(m.state)).map(([name]) => name);
  if (verb === 'restart') return all.filter(([, m]) => m.desired === 'on').map(([name]) => name);
  return all.map(([name]) => name);
}

async function wishFor(
  connection: Connection,
  module: string,
  verb: Verb,
  { wait }: Options,
): Promise<Result> {
  const waitMs = wait === undefined ? {} : { waitMs: wait };
  return {
    module,
    verdict: await submitIntent(connection, { kind: `module.${verb}`, module, ...waitMs }),
  };
}

/** What was asked, and how the rig is now. */
type Asked = { readonly verb: Verb; readonly options: Options; readonly now: Snapshot };

function report(results: readonly Result[], asked: Asked, context: Context): ExitCode {
  const refused = results.flatMap(({ module, verdict }) =>
    verdict.ok ? [] : [{ module, failure: refusalFailure(verdict.refusal) }],
  );
  const [first] = refused;
  const isInVain = first !== undefined && refused.length === results.length;
  if (context.json && !(isInVain && results.length === 1)) {
    const document = results.map(({ module, verdict }) => ({ module, ...verdict }));
    printJson({ version: 1, modules: document });
  }
  if (isInVain) throw allRefused(first, refused);
  if (!context.json) tellEach(results, refused, asked);
  return first === undefined ? exitCodes.done : exitCodes.partly;
}

function tellEach(results: readonly Result[], refused: readonly Refused[], asked: Asked): void {
  if (results.length === 0) print(`no module to ${asked.verb}`);
  for (const { module, verdict } of results)
    if (verdict.ok) print(sayVerdict(module, verdict, asked));
  for (const { module, failure } of refused) note(`${module}: ${sayFailure(failure)}`);
}

type Refused = { readonly module: string; readonly failure: CommandFailure };

/** Nothing of it was done: one failure, in the words of each, with a code that is true of all. */
function allRefused({ failure: first }: Refused, refused: readonly Refused[]): CommandFailure {
  const failures = refused.map(({ failure }) => failure);
  const same = failures.every(
    ({ message, remedy }) => message === first.message && remedy === first.remedy,
  );
  if (same) return first;
  const words = refused.map(({ module, failure }) => `${module}: ${sayFailure(failure)}`).join(' ');
  const isOne = failures.every(({ exitCode }) => exitCode === first.exitCode);
  const exitCode = isOne ? first.exitCode : exitCodes.refused;
  return new CommandFailure(exitCode, first.code, words);
}

const doneWords: Readonly<Record<Verb, string>> = {
  enable: 'runs',
  disable: 'is off',
  restart: 'was restarted',
  retry: 'runs again',
};

type Taken = Extract<Verdict, { ok: true }>;

function sayVerdict(
  module: string,
  verdict: Taken,
  { verb, options: { wait }, now }: Asked,
): string {
  if (nothingCameOf(verdict)) return toType(sayUnchanged(verb, module, now.modules[module]));
  if (verdict.outcome === 'done' && wait !== undefined) return `${module}: ${doneWords[verb]}`;
  const taken = wait === undefined ? `asked to ${verb}` : `under way after ${sayDuration(wait)}`;
  return `${module}: ${taken}`;
}

function nothingCameOf({ outcome }: Taken): boolean {
  return outcome === 'unchanged';
}
