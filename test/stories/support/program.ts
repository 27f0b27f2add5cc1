import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { inject } from 'vitest';
import { until } from '../../support/until.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const buildMs = 60_000;

/** The path of the program as it ships, bundled once a test run by `scripts/build.mjs`. */
export async function programFile(): Promise<string> {
  const folder = inject('programFolder');
  const done = join(folder, 'done');
  if (isFirst(folder)) {
    const dist = join(folder, 'dist');
    await promisify(execFile)(process.execPath, ['scripts/build.mjs', dist], { cwd: root });
    for (const beside of ['package.json', 'modules']) {
      symlinkSync(join(root, beside), join(folder, beside));
    }
    writeFileSync(`${done}.next`, '');
    renameSync(`${done}.next`, done);
  }
  await until('the program is bundled', () => existsSync(done), buildMs);
  return join(folder, 'dist/rigdeck.js');
}

function isFirst(folder: string): boolean {
  try {
    mkdirSync(join(folder, 'building'));
    return true;
  } catch {
    return false; // another story was first
  }
}
