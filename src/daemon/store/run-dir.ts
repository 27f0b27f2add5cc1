import { chmod, lstat, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileNames, maxSocketPathBytes } from '../../protocol/names.ts';
import { wordsOf } from '../../protocol/words-of.ts';
import { isErrno } from '../errno.ts';

/** Why a daemon cannot start here. */
export type Unusable = { readonly message: string; readonly remedy: string };

/**
 * Makes the run dir, or checks the one that is there: everybody may make folders in /tmp, also one that waits for us to put
 * our sockets into it.
 *
 * @returns null when it is a real folder that is ours and that nobody else may write in
 */
export async function prepareRunDir(runDir: string): Promise<Unusable | null> {
  const socket = join(runDir, fileNames.controlSocket);
  const bytes = Buffer.byteLength(socket);
  if (bytes > maxSocketPathBytes) {
    return {
      message: `the socket ${socket} would have a path of ${bytes} bytes, and ${maxSocketPathBytes} are possible`,
      remedy: 'name a shorter run dir with `--run-dir`',
    };
  }
  try {
    await makeFolder(runDir);
    return await strangeness(runDir);
  } catch (error) {
    const message = `the run dir ${runDir} cannot be used: ${wordsOf(error)}`;
    return { message, remedy: 'name another with `--run-dir`' };
  }
}

async function makeFolder(runDir: string): Promise<void> {
  await mkdir(dirname(runDir), { recursive: true });
  try {
    await mkdir(runDir);
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return;
    throw error;
  }
  // Others may look at `view.sock` and `status.json`, whatever our umask says.
  await chmod(runDir, 0o755);
}

async function strangeness(runDir: string): Promise<Unusable | null> {
  const stat = await lstat(runDir);
  const say = (what: string): Unusable => ({
    message: `the run dir ${runDir} ${what}`,
    remedy: 'remove it, or name another with `--run-dir`',
  });
  if (stat.isSymbolicLink()) return say('is a symbolic link, which somebody else may turn');
  if (!stat.isDirectory()) return say('is no folder');
  if (stat.uid !== process.getuid?.()) return say(`belongs to another user (uid ${stat.uid})`);
  if ((stat.mode & 0o022) !== 0) return say('may be written in by others (`chmod go-w` it)');
  return null;
}
