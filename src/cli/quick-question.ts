import { parseArgs } from 'node:util';
import { contextOf } from './context.ts';

/**
 * The questions that scripts ask again and again, `status` and `is CONDITION`, and no command at all, which is the terminal UI;
 * with options that every command has. They are answered without the parser of all commands, which costs as much as half the
 * answer.
 *
 * @param words what stands behind the name of the program
 * @returns null for everything else, wrong words included: then the parser knows what to say
 */
export function quickQuestion(words: readonly string[]): (() => Promise<number>) | null {
  const asked = readOptions(words);
  if (asked === null) return null;
  const { plain, options } = asked;
  const [command, condition, ...more] = plain;
  if (command === undefined) {
    return async () =>
      (await import('./commands/attach.ts')).attach(contextOf(options), { daemon: true });
  }
  if (command === 'status' && condition === undefined) {
    return async () => (await import('./commands/status.ts')).status(contextOf(options));
  }
  if (command === 'is' && condition !== undefined && more.length === 0) {
    return async () => (await import('./commands/condition.ts')).is(contextOf(options), condition);
  }
  return null;
}

const known = {
  config: { type: 'string' },
  'state-dir': { type: 'string' },
  'run-dir': { type: 'string' },
  json: { type: 'boolean' },
  'no-color': { type: 'boolean' },
  theme: { type: 'string' },
} as const;

/** The words without the options that every command has. Null where there are others, or where one could be misread. */
function readOptions(words: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      options: known,
      allowPositionals: true,
    });
    const { 'state-dir': stateDir, 'run-dir': runDir, 'no-color': noColour, ...others } = values;
    const options = {
      ...others,
      ...(stateDir === undefined ? {} : { stateDir }),
      ...(runDir === undefined ? {} : { runDir }),
      color: noColour !== true,
    };
    return { plain: positionals, options };
  } catch {
    return null;
  }
}
