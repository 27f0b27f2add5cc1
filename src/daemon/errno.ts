/** Whether an error is one of these of the system, such as `ENOENT`. */
export function isErrno(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

/** Whether the system said it, and not our own code: a file that is gone, a disk that is full. */
export function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

/** Whether what the system lacks now may be there in a moment: memory, processes, descriptors, room on a disk. */
export function isPassing(error: unknown): boolean {
  return isErrno(error, 'EAGAIN', 'ENOMEM', 'EMFILE', 'ENFILE', 'ENOSPC', 'EDQUOT', 'EIO', 'EINTR');
}
