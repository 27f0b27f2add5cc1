import { existsSync } from 'node:fs';
import { findProgram, sayMissing } from '../runs/find-program.ts';
import type { LoadedConfig } from './load-config.ts';

/**
 * What the enabled modules of a configuration would not start for now: programs and scripts that are not there. No fault of the file,
 * for the rig may be another machine.
 *
 * @param path where programs are looked for, as in PATH
 * @returns a sentence for each, in order of the file
 */
export function missingPrograms({ modules }: LoadedConfig, path: string): readonly string[] {
  return Object.entries(modules).flatMap(([name, { enabled, run }]) => {
    const [program = '', ...words] = run.command;
    if (!enabled || run.command.some((word) => word.includes('{'))) return [];
    const env = { PATH: path, ...run.env };
    if (findProgram(program, run.cwd, env) === null)
      return [`${name}: ${sayMissing(program, run.cwd)}`];
    const script = words.find((word) => isScript(word) && !existsSync(word));
    return script === undefined ? [] : [`${name}: There is no ${script}`];
  });
}

/** Another path may be of a file that the program makes. */
function isScript(word: string): boolean {
  return /^\/.*\.(py|sh|m?js|ts|rb|pl)$/.test(word);
}
