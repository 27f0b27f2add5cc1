import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExitCode } from '../../protocol/exit-codes.ts';
import { exitCodes } from '../../protocol/exit-codes.ts';

/**
 * Prints the completion of a shell, a file that came with this program.
 *
 * @throws where it is not there: an incomplete installation
 */
export async function completion(shell: string): Promise<ExitCode> {
  const { packageFolder } = await import('../../daemon/config/bundled-modules.ts');
  const folder = packageFolder();
  if (folder === null) throw new Error('what came with rigdeck is not there');
  process.stdout.write(await readFile(join(folder, 'share', `rigdeck.${shell}`), 'utf8'));
  return exitCodes.done;
}
