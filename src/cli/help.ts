import type { Command } from 'commander';
import { exitCodes } from '../protocol/exit-codes.ts';
import { conditionHelp } from './conditions.ts';
import { sayExamples } from './examples.ts';
import { print } from './output.ts';
import { unknownWord } from './unknown-word.ts';

const examples = `
Examples:
  rigdeck demo                              try it, without hardware
  rigdeck up && rigdeck wait ready --timeout 60
  rigdeck record start --label "maze left"
  rigdeck mark "door opened"
  rigdeck record stop --yes
  rigdeck enable mic gps --wait 30s         taken back when it takes longer
  rigdeck is recording || echo "not recording"
  rigdeck sessions verify 0042

More: rigdeck help <command>, rigdeck help exit-codes, rigdeck help conditions`;

/** What each exit code means. */
export const codeWords: Readonly<Record<keyof typeof exitCodes, string>> = {
  done: 'done',
  failed: 'failed',
  usage: 'wrong usage or configuration',
  noDaemon: 'no daemon answers',
  notFound: 'no such module, session or line',
  refused: 'refused, with the reason',
  deadline: 'deadline passed (and rolled back where that was promised)',
  partly: 'partly done',
  conditionFalse: 'condition is false (`is`)',
};

const topics: Readonly<Record<string, (() => string) | undefined>> = {
  'exit-codes': () =>
    Object.entries(exitCodes)
      .map(([name, code]) => `  ${code}  ${codeWords[name as keyof typeof exitCodes]}`)
      .join('\n'),
  conditions: () => conditionHelp.map((line) => `  ${line}`).join('\n'),
};

/** Adds the examples and `help [command...]`, which knows `exit-codes` and `conditions` too. */
export function addHelp(program: Command): void {
  program.addHelpText('after', examples);
  addExamples(program, '');
  program.helpCommand(false);
  program
    .command('help [topic...]')
    .description('explain a command, `exit-codes` or `conditions`')
    .action((words: string[]) => {
      const topic = topics[words.join(' ')];
      if (topic === undefined) commandOf(program, words).outputHelp();
      else print(topic());
    });
}

function addExamples(parent: Command, path: string): void {
  for (const command of parent.commands) {
    const name = `${path}${command.name()}`;
    command.addHelpText('after', sayExamples(name));
    addExamples(command, `${name} `);
  }
}

function commandOf(program: Command, words: readonly string[]): Command {
  let command = program;
  for (const word of words) {
    const next = command.commands.find((known) => known.name() === word);
    const known = [...command.commands.map((each) => each.name()), ...Object.keys(topics)];
    if (next === undefined) throw unknownWord('help topic', word, known);
    command = next;
  }
  return command;
}
