import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import type { Context, GlobalOptions } from './context.ts';
import { contextOf } from './context.ts';
import { usageFailure } from './failure.ts';
import { parseWait } from './times.ts';

export type Finish = (exitCode: number) => void;

/** What a command is given: how it was called, its words, and its own options. */
type Call<Options> = {
  readonly context: Context;
  readonly words: readonly string[];
  readonly options: Options;
};

/** Makes the action of a command: gathers how it was called, runs its code, keeps its exit code. */
export function does<Options extends object>(
  finish: Finish,
  work: (call: Call<Options>) => Promise<number>,
): (this: Command) => Promise<void> {
  return async function act() {
    const context = contextOf(this.optsWithGlobals<GlobalOptions>());
    finish(await work({ context, words: this.args, options: this.opts<Options>() }));
  };
}

/**
 * A command that only has commands of its own.
 *
 * @param alone what happens when none of them is named: the one marked as default runs, or that is refused
 */
export function parent(
  program: Command,
  name: string,
  words: string,
  alone: 'default' | 'refused',
): Command {
  const command: Command = program.command(name).description(words).helpCommand(false);
  if (alone === 'default') return command;
  return command.action(function refuse(this: Command) {
    const known = this.commands.map((each) => each.name());
    throw usageFailure(`\`rigdeck ${name}\` needs one of ${known.join(', ')}`);
  });
}

/** Reads the time of an option, in ms. */
export function waitTime(text: string): number {
  const ms = parseWait(text);
  if (ms === undefined) throw new InvalidArgumentError('Expected a time such as 30, 30s or 2m.');
  return ms;
}

/** Reads a number of lines. */
export function count(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0 && number <= 10_000) return number;
  throw new InvalidArgumentError('Expected a whole number up to 10000.');
}
