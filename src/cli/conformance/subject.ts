import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { exitCodes } from '../../protocol/exit-codes.ts';
import { wordsOf } from '../../protocol/words-of.ts';
import { CommandFailure, usageFailure } from '../failure.ts';

/** The module that is put to the test: how it is started, and the name it gets. */
export type Subject = {
  readonly name: string;
  readonly command: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
};

const interpreters: Readonly<Record<string, readonly string[]>> = {
  '.py': ['python3'],
  '.mjs': [process.execPath],
  '.js': [process.execPath],
  '.sh': ['sh'],
};

/**
 * What is to be tested: a folder with a `module.json`, or a program (`.py`, `.mjs`, `.js` and `.sh` by their interpreter).
 *
 * @throws CommandFailure exit 4 when there is no such file, exit 2 when it is neither
 */
export function subjectAt(path: string, options: Readonly<Record<string, unknown>>): Subject {
  const whole = resolve(path);
  if (!existsSync(whole)) {
    const remedy = 'Name the folder of a module, or its program.';
    throw new CommandFailure(exitCodes.notFound, 'no-such-module', `there is no ${path}`, remedy);
  }
  if (statSync(whole).isDirectory()) return inFolder(whole, options);
  const name = nameFrom(basename(whole, extname(whole)));
  const interpreter = interpreters[extname(whole)];
  if (interpreter !== undefined) return { name, command: [...interpreter, whole], options };
  try {
    accessSync(whole, constants.X_OK);
  } catch {
    throw usageFailure(`${path} cannot be executed`, `Make it so: chmod +x ${path}`);
  }
  return { name, command: [whole], options };
}

function inFolder(folder: string, options: Subject['options']): Subject {
  const file = join(folder, 'module.json');
  const { command, defaults } = readModuleJson(file);
  const words = command.map((word) =>
    word.replaceAll('{folder}', folder).replaceAll('{node}', process.execPath),
  );
  const name = nameFrom(basename(folder));
  return { name, command: words, options: { ...defaults, ...options } };
}

function readModuleJson(file: string) {
  if (!existsSync(file)) {
    const remedy = 'Name its program, or write {"command": [..]} into that file.';
    throw usageFailure(`there is no module.json in ${dirname(file)}`, remedy);
  }
  const parsed = parse(file);
  const { command, options = {} } =
    typeof parsed === 'object' && parsed !== null ? (parsed as Json) : {};
  const isCommand = Array.isArray(command) && command.every((word) => typeof word === 'string');
  if (!isCommand || command.length === 0) {
    throw usageFailure(`${file}: "command" is not a list of words`);
  }
  return { command: command as string[], defaults: options as Record<string, unknown> };
}

type Json = { readonly command?: unknown; readonly options?: unknown };

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw usageFailure(`${file}: ${wordsOf(error)}`);
  }
}

/** A name as rig.yaml allows it. */
function nameFrom(text: string): string {
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 32);
  return name === '' ? 'module' : name;
}
