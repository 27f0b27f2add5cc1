import { dirname } from 'node:path';
import type { Fault } from '../../core/input.ts';
import type { ProblemCode } from '../../protocol/problem.ts';
import { wordsOf } from '../../protocol/words-of.ts';
import { isErrno } from '../errno.ts';

/** Why a file could not be written, in words and with what to do. The disk is the world's: never thrown further. */
export function diskFault(code: ProblemCode, path: string, error: unknown): Fault {
  const folder = dirname(path);
  if (isErrno(error, 'ENOSPC', 'EDQUOT')) {
    const remedy = `free some space on the disk of ${folder}`;
    return { code, message: `${path} could not be written: the disk is full`, remedy };
  }
  if (isErrno(error, 'EROFS')) {
    const remedy = `look at \`dmesg\` for errors of the card, then remount the disk of ${folder}`;
    return { code, message: `${path} could not be written: the disk is read-only`, remedy };
  }
  if (isErrno(error, 'EACCES', 'EPERM')) {
    const remedy = `let the user of the daemon write in ${folder}`;
    return { code, message: `${path} could not be written: permission denied`, remedy };
  }
  const message = `${path} could not be written: ${wordsOf(error)}`;
  return { code, message, remedy: `look at the disk of ${folder}` };
}
