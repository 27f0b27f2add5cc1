/** One mounted file system, as `/proc/self/mountinfo` tells it (proc_pid_mountinfo(5)). */
export type Mount = {
  /** Absolute path of where it is mounted. */
  readonly point: string;
  /** `ext4`, `vfat`, `tmpfs` ... */
  readonly fileSystem: string;
  /** What is mounted: `/dev/sda1`, `server:/share`. */
  readonly source: string;
  /** This mount, or the file system as a whole: the kernel remounts a disk with errors as the second. */
  readonly isReadOnly: boolean;
};

/** ext4 says the second of a disk that had errors, and goes on to say `rw` (linux/fs/ext4/super.c, since 6.14). */
const readOnlyWords: ReadonlySet<string> = new Set(['ro', 'emergency_ro']);

/** Reads a mount table. Lines of another shape are left out. */
export function parseMounts(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    // Optional fields end with a lone dash, and there may be any number of them.
    const [ofMount = '', ofSystem] = line.split(' - ');
    const [, , , , point, options] = ofMount.split(' ');
    const [fileSystem, source, superOptions] = ofSystem?.split(' ') ?? [];
    if (point === undefined || fileSystem === undefined || source === undefined) return [];
    const isReadOnly = [options, superOptions].some((words) =>
      words?.split(',').some((word) => readOnlyWords.has(word)),
    );
    return [{ point: plain(point), fileSystem, source: plain(source), isReadOnly }];
  });
}

/** The mount that a path lies on. `path` is absolute and has no symbolic links. Null when the table does not say. */
export function mountOf(path: string, mounts: readonly Mount[]): Mount | null {
  let found: Mount | null = null;
  for (const mount of mounts) {
    // Of two at the same place the later one covers the earlier.
    if (isWithin(path, mount.point) && mount.point.length >= (found?.point.length ?? 0)) {
      found = mount;
    }
  }
  return found;
}

/** Whether a path is this folder or lies in it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);
}

/** Blanks, tabs, line ends and backslashes are written as `\040` and so on. */
function plain(word: string): string {
  return word.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
