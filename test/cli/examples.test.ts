import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { examplesOf, sayExamples } from '../../src/cli/examples.ts';
import { createProgram } from '../../src/cli/program.ts';
import { runProgram } from '../support/program.ts';

const program = createProgram(() => undefined);

function commandOf(words: readonly string[]): Command | undefined {
  let command: Command | undefined = program;
  for (const word of words) command = command?.commands.find((one) => one.name() === word);
  return command;
}

test.each(Object.entries(examplesOf))(
  'each example of %s calls it, with options that it has',
  (name, examples = []) => {
    const command = commandOf(name.split(' '));
    const known = [...program.options, ...(command?.options ?? [])];
    const flags = known.flatMap(({ short, long }) => [short, long]);
    expect(command).toBeDefined();
    for (const [line] of examples) {
      expect(line).toMatch(new RegExp(`rigdeck( --config \\S+)? ${name}\\b`));
      const typed = line.match(/(?<= )--?[a-z][a-z-]*/g) ?? [];
      expect(typed.filter((flag) => !flags.includes(flag))).toEqual([]);
    }
  },
);

test('the help of a command ends with its examples, and says times as they are typed', async () => {
  const { stdout } = await runProgram(['help', 'gpio', 'press']);
  expect(stdout.trimEnd().endsWith(sayExamples('gpio press').trim())).toBe(true);
  expect(stdout).toContain('(default: 100ms)');
  expect(sayExamples('up')).toBe('');
});

test.each([
  [['completion', 'bsh'], 'there is no shell "bsh". Did you mean bash?'],
  [['is', 'recordin'], 'there is no condition "recordin". Did you mean recording?'],
  [['is', 'mic:recordin'], 'there is no condition "mic:recordin". Did you mean mic:recording?'],
  [['is', 'xyz'], 'there is no condition "xyz". There are: up, ready, '],
  [['--theme', 'mon', 'status'], 'there is no theme "mon". Did you mean mono?'],
])('a mistyped word is answered with the one that is near: %j', async (words, said) => {
  const { code, stderr } = await runProgram(words);
  expect(code).toBe(2);
  expect(stderr).toContain(said);
});
