import { isErrno } from './errno.ts';

/**
 * execa, which a daemon needs seldom and loads when it does: it takes 10 MB.
 *
 * @throws Error in words where the files of this very program are gone by then, as after an upgrade
 */
export async function loadExeca(): Promise<typeof import('execa')> {
  try {
    return await import('execa');
  } catch (error) {
    if (!isErrno(error, 'ERR_MODULE_NOT_FOUND')) throw error;
    throw new Error(
      'the program of this daemon was replaced on the disk, as by an upgrade: start the new one',
    );
  }
}
