import { readFileSync } from 'node:fs';
import type { Connection } from '../../client/connection.ts';
import { modulesIn } from '../../client/run-dir.ts';
import type { ExitCode } from '../../protocol/exit-codes.ts';
import { exitCodes } from '../../protocol/exit-codes.ts';
import { fileNames } from '../../protocol/names.ts';
import { sanitize } from '../../protocol/sanitize.ts';
import { harmless } from '../../protocol/text.ts';
import { namePattern } from '../../protocol/vocabulary.ts';
import type { Context } from '../context.ts';
import { runDirOf, withDaemon } from '../daemon-link.ts';
import { CommandFailure } from '../failure.ts';
import { note, print, printJson } from '../output.ts';
import { meantWord } from '../unknown-word.ts';

type Options = { readonly follow?: true; readonly lines: number };

/** Prints the newest lines of a module's log, oldest first; without a daemon from its files. */
export async function logs(context: Context, module: string, options: Options): Promise<ExitCode> {
  // It becomes the name of a folder; what could be none is not looked for.
  if (!namePattern.test(module)) throw noSuchLog(context, module);
  try {
    return await withDaemon(context, 'logs', (connection) =>
      throughDaemon(context, connection, module, options),
    );
  } catch (error) {
    const absent = error instanceof CommandFailure && error.code === 'no-daemon';
    if (!absent || options.follow === true) throw error;
    const all = await fromFiles(context, module);
    show(context, module, options.lines === 0 ? [] : all.slice(-options.lines), options.lines);
    return exitCodes.done;
  }
}

async function throughDaemon(
  context: Context,
  connection: Connection,
  module: string,
  { follow, lines }: Options,
): Promise<ExitCode> {
  let held: string[] | null = []; // lines that come before the tail they follow is printed
  connection.onNotification((method, params) => {
    if (method !== 'log') return;
    const more = (params as { lines: readonly string[] }).lines;
    if (held === null) showEach(context, module, more);
    else held.push(...more);
  });
  const query = { module, lines, follow: follow === true };
  const tail = (await connection.call('log.read', query)) as { lines: readonly string[] };
  if (follow !== true) {
    show(context, module, tail.lines, lines);
    return exitCodes.done;
  }
  if (tail.lines.length === 0 && held.length === 0)
    tellEmpty(context, `${module} has printed nothing yet; waiting for it, Ctrl-C ends that`);
  showEach(context, module, [...tail.lines, ...held]);
  held = null;
  await connection.closed;
  throw (
    connection.farewell() ??
    new CommandFailure(exitCodes.noDaemon, 'daemon-gone', 'the daemon went away')
  );
}

/** One line each, as they come; with `--json` one object each. */
function showEach(context: Context, module: string, lines: readonly string[]): void {
  for (const line of lines) print(context.json ? JSON.stringify({ module, line }) : harmless(line));
}

function show(context: Context, module: string, lines: readonly string[], asked: number): void {
  if (context.json) return printJson({ version: 1, module, lines });
  if (lines.length === 0 && asked > 0) tellEmpty(context, `${module} has printed nothing`);
  for (const line of lines) print(harmless(line));
}

/** Beside the result, so that a reader of lines gets none. */
function tellEmpty(context: Context, words: string): void {
  if (!context.json) note(words);
}

/** The log in the run dir, else what was archived when that module last crashed. */
async function fromFiles(context: Context, module: string): Promise<string[]> {
  const folder = `${runDirOf(context)}/${module}`;
  const recent = [`${folder}/log.0`, `${folder}/log.1`, `${folder}/log`]
    .map(read)
    .filter((text) => text !== null);
  const { stateDirOf } = await import('../../daemon/store/folders.ts');
  const stateDir = stateDirOf(context.stateDir, process.env, runDirOf(context));
  const kept = stateDir === null ? null : read(`${stateDir}/${fileNames.logs}/${module}.log`);
  const text = recent.length > 0 ? recent.join('') : kept;
  if (text !== null)
    return text
      .split(/[\r\n]+/)
      .filter((line) => line !== '')
      .map((line) => sanitize(line, 2_000));
  throw noSuchLog(context, module);
}

function noSuchLog(context: Context, module: string): CommandFailure {
  const message = `there is no log of a module "${module}"`;
  const remedy = meantWord(module, modulesIn(runDirOf(context)));
  return new CommandFailure(exitCodes.notFound, 'no-such-module', message, remedy);
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
