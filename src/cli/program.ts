import { Command, CommanderError, Help } from 'commander';
import { exitCodes } from '../protocol/exit-codes.ts';
import { version } from '../protocol/version.ts';
import type { Finish } from './command-parts.ts';
import { addCommands } from './command-table.ts';
import { type CommandFailure, usageFailure } from './failure.ts';
import { addHelp } from './help.ts';
import { asFailure, tellFailure } from './tell-failure.ts';
import { unknownWord } from './unknown-word.ts';

/**
 * Runs one command line to its end. Never throws: what went wrong is one line on stderr, or one JSON object with `--json`.
 *
 * @param words what stands behind the name of the program
 * @returns the exit code (`rigdeck help exit-codes`)
 */
export async function runProgram(words: readonly string[]): Promise<number> {
  let exitCode: number = exitCodes.done;
  const program = createProgram((code) => {
    exitCode = code;
  });
  try {
    refuseUnknownCommand(program, words);
    await program.parseAsync(words, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.done; // help, version
    const failure = failureOf(error, commandIn(program, words));
    tellFailure(failure, words.includes('--json'));
    return failure.exitCode;
  }
}

/** Every command with its options; what the docs are made from too. */
export function createProgram(finish: Finish): Command {
  const program = new Command('rigdeck')
    .description('Controls the recording modules of this rig. Without a command: the terminal UI.')
    .option('--config <file>', 'the configuration (RIGDECK_CONFIG)')
    .option('--state-dir <dir>', 'what is kept between runs, or `none` (RIGDECK_STATE_DIR)')
    .option('--run-dir <dir>', 'sockets and running modules: which daemon (RIGDECK_RUN_DIR)')
    .option('--host <machine>', 'on that machine, over ssh; paths are those of that machine')
    .option('--json', 'results and errors for programs')
    .option('--no-color', 'no colours (NO_COLOR)')
    .option('--theme <name>', 'default, mono or high-contrast (RIGDECK_THEME)')
    .option('--plain', 'the terminal UI and `status --watch` as lines, one a change')
    .option('--screen-reader', 'the same in words to be spoken (RIGDECK_SCREEN_READER)')
    .version(version, '--version', 'print the version')
    .exitOverride()
    .configureOutput({ outputError: () => undefined }) // `tellFailure` says it, in one line
    .configureHelp({
      showGlobalOptions: true,
      // Where the arguments are told in words, the list of commands tells them, too.
      subcommandTerm: (command) =>
        command.name() === 'log-level'
          ? `${command.name()} ${command.usage()}`
          : new Help().subcommandTerm(command),
    });
  addCommands(program, finish);
  addHelp(program);
  return program;
}

/** Before options are looked at: of `rigdeck stauts --watch` it is the command that is wrong. */
function refuseUnknownCommand(program: Command, words: readonly string[]): void {
  let command = program;
  for (const typed of program.parseOptions([...words]).operands) {
    if (command.commands.length === 0) return;
    const next = command.commands.find((known) => known.name() === typed);
    const what = command === program ? 'command' : `\`rigdeck ${command.name()}\` command`;
    const known = command.commands.map((each) => each.name());
    if (next === undefined) throw unknownWord(what, typed, known);
    command = next;
  }
}

/** The command that was meant, as far as it was understood: ` record start`. */
function commandIn(program: Command, words: readonly string[]): string {
  let command = program;
  let name = '';
  for (const typed of program.parseOptions([...words]).operands) {
    const next = command.commands.find((known) => known.name() === typed);
    if (next === undefined) break;
    command = next;
    name += ` ${typed}`;
  }
  return name;
}

const badChoice =
  /^command-argument value '(.*)' is invalid for argument '(.*)'\. Allowed choices are (.*)\.$/;

function failureOf(error: unknown, command: string): CommandFailure {
  if (!(error instanceof CommanderError)) return asFailure(error);
  const words = error.message.replace(/^error: /, '').replace(/\s+/g, ' ');
  const [, typed, what, known] = badChoice.exec(words) ?? [];
  if (typed !== undefined && what !== undefined && known !== undefined)
    return unknownWord(what, typed, known.split(', '));
  return usageFailure(words, `See \`rigdeck help${command}\`.`);
}
