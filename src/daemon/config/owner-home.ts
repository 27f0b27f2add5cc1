import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** The home folder of a user; null where this machine does not know that user. */
export async function homeOf(userId: number): Promise<string | null> {
  if (userId === process.getuid?.()) return homedir();
  try {
    const lines = (await readFile('/etc/passwd', 'utf8')).split('\n');
    const fields = lines.map((line) => line.split(':')).find((f) => f[2] === String(userId));
    return fields?.[5] ?? null;
  } catch (error) {
    // A system without this file knows its users in another way; then there is no home to speak of.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** What relative paths and `~` in a configuration mean: the file's folder, and the home of the file's owner. */
export type PathBase = { readonly folder: string; readonly home: string | null };

/** A path of the configuration as an absolute one. Without a known home, `~` is the file's folder. */
export function absolutePath(path: string, base: PathBase): string {
  if (path === '~') return base.home ?? base.folder;
  if (path.startsWith('~/')) return join(base.home ?? base.folder, path.slice(2));
  return resolve(base.folder, path);
}
