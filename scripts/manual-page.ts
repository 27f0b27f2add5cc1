import { conditionHelp } from '../src/cli/conditions.ts';
import { codeWords } from '../src/cli/help.ts';
import { exitCodes } from '../src/protocol/exit-codes.ts';
import { version } from '../src/protocol/version.ts';
import type { CommandWords } from './command-words.ts';

/** The manual page, rigdeck(1), in the language of man(7). */
export function manualPage([program, ...commands]: readonly CommandWords[]): string {
  if (program === undefined) throw new Error('there are no commands');
  const leaves = commands.filter((command) => command.commands.length === 0);
  return `${[
    '.\\" Made from the table of commands by scripts/docs.mjs: change that.',
    `.TH RIGDECK 1 "" "rigdeck ${version}" "Rigdeck"`,
    '.SH NAME',
    'rigdeck \\- control the recording modules of a rig',
    '.SH SYNOPSIS',
    '.B rigdeck',
    `${roff('[options] [<command>]')}`,
    '.SH DESCRIPTION',
    roff(
      'A daemon holds the state of the rig and supervises its modules: programs that record. Every command asks or tells that daemon. Without a command: the terminal UI.',
    ),
    '.PP',
    roff(
      'Results go to stdout, errors to stderr as one line. No command waits longer than 2 s for a daemon that is not there.',
    ),
    '.SH OPTIONS',
    ...program.options.flatMap(optionItem),
    '.SH COMMANDS',
    ...leaves.flatMap(commandPart),
    '.SH CONDITIONS',
    ...conditionHelp.flatMap((line) => {
      const [, name = '', about = ''] = /^(\S+) +(.*)$/.exec(line) ?? [];
      return item(name, about);
    }),
    '.SH EXIT STATUS',
    ...Object.entries(codeWords).flatMap(([name, about]) =>
      item(String(exitCodes[name as keyof typeof exitCodes]), about),
    ),
    '.SH ENVIRONMENT',
    ...Object.entries(variables).flatMap(([name, about]) => item(name, about)),
    '.SH FILES',
    ...Object.entries(files).flatMap(([name, about]) => item(name, about)),
    '.SH SEE ALSO',
    roff(
      '`rigdeck help <command>`, and the folder docs of the package: guide, configuration, files, failures.',
    ),
  ].join('\n')}\n`;
}

const variables: Readonly<Record<string, string>> = {
  RIGDECK_CONFIG: 'the configuration, as --config',
  RIGDECK_RUN_DIR: 'which daemon, as --run-dir',
  RIGDECK_STATE_DIR: 'what is kept between runs, as --state-dir',
  RIGDECK_THEME: 'the colours: default, mono or high-contrast, as --theme',
  RIGDECK_SCREEN_READER: 'lines in words to be spoken, as --screen-reader',
  NO_COLOR: 'no colours, as --no-color',
};

const files: Readonly<Record<string, string>> = {
  './rig.yaml, ~/.config/rigdeck/rig.yaml, /etc/rigdeck/rig.yaml':
    'the configuration: the first of these that exists',
  '/run/rigdeck or /tmp/rigdeck-<uid>': 'the run dir: sockets, running modules, status.json',
  '/var/lib/rigdeck or ~/.local/state/rigdeck': 'what is kept between runs, and the journal',
};

function commandPart({ path, usage, about, options }: CommandWords): string[] {
  return [
    '.SS',
    `rigdeck ${roff(`${path} ${usage}`.trim())}`,
    roff(`${about.charAt(0).toUpperCase()}${about.slice(1)}.`),
    ...options.flatMap(optionItem),
  ];
}

function optionItem({ flags, about }: CommandWords['options'][number]): string[] {
  return item(flags, about);
}

function item(name: string, about: string): string[] {
  return ['.TP', `.B ${roff(name)}`, roff(about)];
}

/** Text that roff takes as it is: no control line, every dash a dash that can be copied. */
function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('~', '\\(ti')
    .replaceAll('^', '\\(ha')
    .replaceAll('`', '')
    .replace(/^([.'])/, '\\&$1');
}
