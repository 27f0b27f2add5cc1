import { chmodSync, cpSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import type { ExitCode } from '../../protocol/exit-codes.ts';
import { exitCodes } from '../../protocol/exit-codes.ts';
import { namePattern } from '../../protocol/vocabulary.ts';
import type { Context } from '../context.ts';
import { CommandFailure, usageFailure } from '../failure.ts';
import { print, printJson } from '../output.ts';
import { unknownWord } from '../unknown-word.ts';

/** Of each language: its program, how rig.yaml starts it, and what of the SDK goes beside it under which name. */
const languages: Readonly<
  Record<string, { program: string; start: string; sdk: Readonly<Record<string, string>> }>
> = {
  python: { program: 'main.py', start: 'python3', sdk: { 'rigdeck.py': 'rigdeck.py' } },
  node: { program: 'main.mjs', start: 'node', sdk: { '.': 'rigdeck' } },
  sh: { program: 'main.sh', start: 'sh', sdk: { 'rigdeck.sh': 'rigdeck.sh' } },
};

/**
 * Makes a folder with a module that records, in the present folder. Nothing that exists is touched.
 *
 * @throws CommandFailure exit 2 for a name or language that there is not, exit 5 when the folder exists
 */
export async function newModule(
  context: Context,
  name: string,
  { lang }: { readonly lang: string },
): Promise<ExitCode> {
  const language = languages[lang];
  if (language === undefined) throw unknownWord('language', lang, Object.keys(languages));
  if (!namePattern.test(name)) {
    const remedy = 'A name has small letters, digits and -, at most 32.';
    throw usageFailure(`"${name}" is no name for a module`, remedy);
  }
  const folder = resolve(name);
  if (existsSync(folder)) {
    throw new CommandFailure(exitCodes.refused, 'exists', `${folder} exists`, 'Take another name.');
  }
  const { modulesFolder } = await import('../../daemon/config/bundled-modules.ts');
  const shipped = modulesFolder();
  if (shipped === null) throw new Error('the modules that came with rigdeck are not there');
  mkdirSync(folder);
  cpSync(join(shipped, 'templates', lang), folder, { recursive: true });
  for (const [from, to] of Object.entries(language.sdk)) {
    cpSync(join(shipped, 'sdk', lang, from), join(folder, to), { recursive: true });
  }
  chmodSync(join(folder, language.program), 0o755);
  const { findConfig } = await import('../../daemon/config/find-config.ts');
  const file = await findConfig(context.config, process.env);
  const command = [language.start, pathFor(file, join(folder, language.program))];
  if (context.json) printJson({ version: 1, name, folder, command });
  else tell(name, folder, command, file);
  return exitCodes.done;
}

/** The path of a program as it is to stand in that rig.yaml: relative to its folder where it lies below, else whole. */
function pathFor(file: string | null, program: string): string {
  const path = file === null ? program : relative(dirname(file), program);
  if (file === null || path.startsWith('..')) return program;
  return `./${path}`;
}

function tell(name: string, folder: string, command: readonly string[], file: string | null): void {
  print(`made ${folder}`);
  print(`\nIt records as it is. Try it:  rigdeck module test ./${name}`);
  print(`\nIn ${file ?? 'your rig.yaml'}:\n`);
  print(`modules:\n  ${name}:\n    command: [${command.join(', ')}]`);
}
