import type { Command, Option } from 'commander';
import { createProgram } from '../src/cli/program.ts';

/** A command as completion and manual page need it. */
export type CommandWords = {
  /** As it is typed: '' for the program itself, `record start`. */
  readonly path: string;
  readonly about: string;
  /** What stands behind its path: `[options] <module>`. */
  readonly usage: string;
  readonly commands: readonly Named[];
  readonly options: readonly OptionWords[];
  readonly args: readonly ArgumentWords[];
};

export type Named = { readonly name: string; readonly about: string };

type OptionWords = {
  /** `--yes`, `-y`. */
  readonly names: readonly string[];
  readonly flags: string;
  readonly about: string;
  /** What may stand behind it; null where nothing does. */
  readonly value: Kind | null;
};

type ArgumentWords = { readonly kind: Kind; readonly isRepeated: boolean };

/** What completion offers: live names, the words of a closed list, paths, or nothing. */
export type Kind =
  | 'module'
  | 'session'
  | 'condition'
  | 'level'
  | 'machine'
  | 'file'
  | 'folder'
  | 'free'
  | readonly string[];

/** Every command that this version has, the program itself first. */
export function commandWords(): readonly CommandWords[] {
  return wordsBelow(
    createProgram(() => undefined),
    '',
  );
}

/** The names of options with a value, of which each means the same wherever it stands. */
export function valueOptions(all: readonly CommandWords[]): ReadonlyMap<string, Kind> {
  const options = all.flatMap((command) => command.options);
  return new Map(
    options.flatMap(({ names, value }) =>
      value === null ? [] : names.map((name) => [name, value] as const),
    ),
  );
}

function wordsBelow(command: Command, path: string): CommandWords[] {
  const below = command.commands;
  return [
    {
      path,
      about: command.description(),
      usage: usageOf(command),
      commands: below.map((one) => ({ name: one.name(), about: aboutOf(one) })),
      options: [...command.options.map(optionWords), ...(path === '' ? [help] : [])],
      args: command.registeredArguments.map((argument) => ({
        kind: argument.argChoices ?? kindOf(path, argument.name(), command),
        isRepeated: argument.variadic,
      })),
    },
    ...below.flatMap((one) => wordsBelow(one, `${path} ${one.name()}`.trim())),
  ];
}

const help: OptionWords = {
  names: ['-h', '--help'],
  flags: '-h, --help',
  about: 'explain this command',
  value: null,
};

function aboutOf(command: Command): string {
  return command.summary() || command.description();
}

function usageOf(command: Command): string {
  const options = command.options.length > 0 ? '[options]' : '';
  return command
    .usage()
    .replace(/^\[options\]/, options)
    .replace('[command]', '<command>')
    .trim();
}

function optionWords(option: Option): OptionWords {
  const { short, long, flags, description } = option;
  const names = [short, long].filter((name) => name !== undefined);
  const value = /[<[]([a-z]+)[>\]]/.exec(flags)?.[1];
  const kind = option.argChoices ?? kinds[value ?? ''] ?? 'free';
  return { names, flags, about: description, value: value === undefined ? null : kind };
}

/** By the name that the table gives to an argument or to the value of an option. */
const kinds: Readonly<Record<string, Kind>> = {
  module: 'module',
  condition: 'condition',
  machine: 'machine',
  path: 'file',
  file: 'file',
  dir: 'folder',
  language: ['python', 'node', 'sh'],
};

function kindOf(path: string, name: string, command: Command): Kind {
  if (path.startsWith('sessions') && name === 'id') return 'session';
  if (path === 'log-level') return 'level';
  if (name === 'topic') {
    const commands = (command.parent?.commands ?? []).map((one) => one.name());
    return [...commands, 'exit-codes', 'conditions'];
  }
  return kinds[name] ?? 'free';
}
