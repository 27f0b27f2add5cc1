import { isErrno } from './errno.ts';

/**
 * execa, which a daemon needs seldom and loads when it does: it takes 10 MB.
 *
 * @throws Error in words where the files of this program are away just then, as amid an update, and it was not loaded before
 */
export async function loadExeca(): Promise<typeof import('execa')> {
  try {
    return await import('execa');
  } catch (error) {
    if (!isErrno(error, 'ERR_MODULE_NOT_FOUND')) throw error;
    throw new Error(
      'the files of this program are away, as amid an update: try again when that is done',
    );
  }
}
