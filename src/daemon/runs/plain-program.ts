import { fillPlaces, type Places } from './fill-places.ts';
import { environmentOf, type RunContext } from './run-context.ts';
import type { RunSpec } from './run-port.ts';

/** What is run for one recording. */
export type PlainProgram = {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
};

/** The program of an ordinary module for one take: places in its command and environment are filled. */
export function plainProgram(context: RunContext, spec: RunSpec, places: Places): PlainProgram {
  const env = Object.entries(spec.env).map(([name, value]) => [name, fillPlaces(value, places)]);
  return {
    command: spec.command.map((word) => fillPlaces(word, places)),
    cwd: spec.cwd,
    env: environmentOf(context, { ...spec, env: Object.fromEntries(env) }, {}),
  };
}
