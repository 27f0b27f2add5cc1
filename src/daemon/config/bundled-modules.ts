import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';

/** `module.json` in the folder of a bundled module. `{folder}` in the command is that folder, `{node}` the Node that runs us. */
const manifestSchema = z.object({
  command: z.array(z.string()).min(1),
  description: z.string().optional(),
  options: z.record(z.string(), z.unknown()).default({}),
});

export type BundledModule = {
  readonly name: string;
  readonly folder: string;
  readonly command: readonly string[];
  readonly description: string | null;
  /** What holds where rig.yaml says nothing else. */
  readonly options: Readonly<Record<string, unknown>>;
};

/**
 * The modules that came with this program: the folders of `modules/` that hold a `module.json`, by name.
 *
 * @throws where a `module.json` of ours is damaged: an incomplete installation
 */
export async function bundledModules(): Promise<readonly BundledModule[]> {
  const folder = modulesFolder();
  if (folder === null || !existsSync(folder)) return [];
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const found = names.sort().filter((name) => existsSync(join(folder, name, 'module.json')));
  return Promise.all(found.map((name) => readBundled(name, join(folder, name))));
}

async function readBundled(name: string, folder: string): Promise<BundledModule> {
  const text = await readFile(join(folder, 'module.json'), 'utf8');
  const { command, description, options } = manifestSchema.parse(JSON.parse(text));
  return {
    name,
    folder,
    // Under systemd there may be another `node` on the path than ours, or none.
    command: command.map((word) =>
      word.replaceAll('{folder}', folder).replaceAll('{node}', process.execPath),
    ),
    description: description ?? null,
    options,
  };
}

/** Where the modules are that came with this program. */
export function modulesFolder(): string | null {
  const folder = packageFolder();
  return folder === null ? null : join(folder, 'modules');
}

/** The folder of this program's package. This file lies at different depths in the sources and in the bundle; both have package.json and modules/ above them. */
export function packageFolder(): string | null {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (folder !== dirname(folder)) {
    if (existsSync(join(folder, 'package.json')) && existsSync(join(folder, 'modules')))
      return folder;
    folder = dirname(folder);
  }
  return null;
}
