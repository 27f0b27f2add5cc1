import { readFileSync } from 'node:fs';
import path from 'node:path';

const modules = path.resolve(import.meta.dirname, '../../modules');

/** How the rig starts a bundled module, as its `module.json` says. */
export function bundledCommand(name: string): string[] {
  const folder = path.join(modules, name);
  const { command } = JSON.parse(readFileSync(path.join(folder, 'module.json'), 'utf8')) as {
    command: string[];
  };
  return command.map((word) =>
    word.replaceAll('{node}', process.execPath).replaceAll('{folder}', folder),
  );
}
