import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../..');
const sdk = path.join(root, 'modules/sdk');

/**
 * Takes the three examples out of docs/modules.md and puts each beside its SDK, as the page says.
 *
 * @returns the folder, to be removed by the caller, and the command that runs each
 */
export function pageExamples(): {
  folder: string;
  commands: { python: string[]; node: string[]; sh: string[] };
} {
  const folder = mkdtempSync(path.join(tmpdir(), 'rigdeck-page-'));
  const page = readFileSync(path.join(root, 'docs/modules.md'), 'utf8');
  const put = (language: string, file: string) => {
    const code = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'ms').exec(page)?.[1];
    if (code === undefined) throw new Error(`docs/modules.md has no example in ${language}`);
    writeFileSync(path.join(folder, file), code);
    return path.join(folder, file);
  };
  cpSync(path.join(sdk, 'python/rigdeck.py'), path.join(folder, 'rigdeck.py'));
  cpSync(path.join(sdk, 'node'), path.join(folder, 'rigdeck'), { recursive: true });
  cpSync(path.join(sdk, 'sh/rigdeck.sh'), path.join(folder, 'rigdeck.sh'));
  return {
    folder,
    commands: {
      python: ['python3', put('python', 'load.py')],
      node: [process.execPath, put('js', 'load.mjs')],
      sh: ['sh', put('sh', 'load.sh')],
    },
  };
}
