import type { Connection } from '../../client/connection.ts';
import { submitIntent } from '../../client/submit-intent.ts';
import type { ExitCode } from '../../protocol/exit-codes.ts';
import { exitCodes } from '../../protocol/exit-codes.ts';
import type { Verdict } from '../../protocol/rig.ts';
import type { Snapshot } from '../../protocol/snapshot.ts';
import { sayDuration } from '../../protocol/units.ts';
import type { Context } from '../context.ts';
import { getSnapshot, withDaemon } from '../daemon-link.ts';
import { CommandFailure, refusalFailure, usageFailure } from '../failure.ts';
import { print, printJson } from '../output.ts';
import { meantWord } from '../unknown-word.ts';

type Verb = 'enable' | 'disable' | 'restart' | 'retry';
type Options = { readonly all?: true; readonly wait?: number };
type Result = { readonly module: string; readonly verdict: Verdict };

/**
 * Submits a wish for each module, all at once. With `wait` each comes true or is taken back.
 *
 * @returns 0 when all went well, the code of the refusal when all were refused, else 7
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
    const modules = options.all === true ? meantByAll(verb, snapshot) : [...new Set(names)];
    for (const name of modules) refuseUnknownModule(name, snapshot);
    const results = await Promise.all(
      modules.map((module) => wishFor(connection, module, verb, options)),
    );
    return report(results, verb, context, options);
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

function report(
  results: readonly Result[],
  verb: Verb,
  context: Context,
  options: Options,
): ExitCode {
  const [first] = results;
  const refused = results.flatMap(({ verdict }) => (verdict.ok ? [] : [verdict.refusal]));
  if (first !== undefined && results.length === 1 && !first.verdict.ok) {
    throw refusalFailure(first.verdict.refusal);
  }
  if (context.json) {
    const document = results.map(({ module, verdict }) => ({ module, ...verdict }));
    printJson({ version: 1, modules: document });
  } else if (first === undefined) print(`no module to ${verb}`);
  else
    for (const { module, verdict } of results)
      print(`${module}: ${sayVerdict(verb, verdict, options)}`);
  if (refused.length === 0) return exitCodes.done;
  const codes = new Set(refused.map((refusal) => refusalFailure(refusal).exitCode));
  const [only] = codes;
  const same = refused.length === results.length && codes.size === 1 && only !== undefined;
  return same ? only : exitCodes.partly;
}

const doneWords: Readonly<Record<Verb, string>> = {
  enable: 'runs',
  disable: 'is off',
  restart: 'was restarted',
  retry: 'runs again',
};

function sayVerdict(verb: Verb, verdict: Verdict, { wait }: Options): string {
  if (!verdict.ok) {
    const { message, remedy } = verdict.refusal;
    return remedy === null ? message : `${message}. ${remedy}`;
  }
  if (verdict.outcome === 'unchanged') return 'was so already';
  if (verdict.outcome === 'done' && wait !== undefined) return doneWords[verb];
  return wait === undefined ? `asked to ${verb}` : `under way after ${sayDuration(wait)}`;
}
