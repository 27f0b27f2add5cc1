import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plan, StoryRig } from '../stories/support/rig.ts';

const program = fileURLToPath(new URL('../fixtures/bare-module.mjs', import.meta.url));

/** A module without an SDK that writes down all that it is given; where to, its options say. */
function bareModule(trace: string, options: object = {}, more: object = {}): object {
  return { command: [process.execPath, program], options: { trace, ...options }, ...more };
}

/** One thing that a bare module wrote down. */
export type Traced = {
  readonly environment?: Readonly<Record<string, string>>;
  readonly pid?: number;
  /** A line as it came, and its length with the newline. */
  readonly line?: string;
  readonly bytes?: number;
  /** Whether the folder that the line names was there. */
  readonly isReady?: boolean | null;
  readonly aheadMs?: number;
};

export function traceOf(rig: StoryRig, module: string): Traced[] {
  const path = tracePath(rig.folder, module);
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/** The commands that a bare module was given, in order. */
export function commandsTo(rig: StoryRig, module: string): Record<string, unknown>[] {
  return traceOf(rig, module).flatMap(({ line }) => (line ? [JSON.parse(line)] : []));
}

/** Where a bare module writes; its options name a file beside rig.yaml, which a story knows only afterwards. */
function tracePath(folder: string, module: string): string {
  return join(folder, `${module}.trace`);
}

/** Bare modules of these names, in a rig whose folder their options name. */
export function bareModules(
  rig: StoryRig,
  modules: Readonly<Record<string, { readonly options?: object; readonly more?: object }>>,
): Plan['modules'] {
  return Object.fromEntries(
    Object.entries(modules).map(([name, { options, more }]) => [
      name,
      bareModule(tracePath(rig.folder, name), options, more),
    ]),
  );
}
