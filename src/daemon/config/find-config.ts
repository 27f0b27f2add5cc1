import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { environment } from '../../protocol/names.ts';

/**
 * Which rig.yaml to use, as an absolute path: `--config`, `RIGDECK_CONFIG`, then the first that exists of `./rig.yaml`,
 * `~/.config/rigdeck/rig.yaml` and `/etc/rigdeck/rig.yaml`.
 *
 * @returns null when there is none. A file that was named is given whether it exists or not: then that is the fault.
 */
export async function findConfig(
  flag: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | null> {
  const named = flag ?? env[environment.config];
  if (named !== undefined && named !== '') return resolve(named);
  const home = env['HOME'] || homedir();
  const places = [
    resolve('rig.yaml'),
    join(home, '.config/rigdeck/rig.yaml'),
    '/etc/rigdeck/rig.yaml',
  ];
  for (const place of places) {
    if (await exists(place)) return place;
  }
  return null;
}

/** A file that may not be looked at counts as existing: passing over it in silence would use another rig's file. */
async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    return code !== 'ENOENT' && code !== 'ENOTDIR';
  }
}
