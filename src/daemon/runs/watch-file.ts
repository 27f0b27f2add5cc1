import { watch } from 'node:fs';

/**
 * Tells each change of one file (inotify(7)), without keeping the program alive.
 *
 * @returns the function that ends it. Where watching is impossible (no watches left) nothing is told: every caller has a
 * sweep as its net.
 */
export function watchFile(path: string, changed: () => void): () => void {
  try {
    const watcher = watch(path, { persistent: false }, changed);
    watcher.on('error', () => watcher.close());
    return () => watcher.close();
  } catch {
    // ENOSPC, EMFILE: the user's inotify limits. ENOENT: the file went away meanwhile.
    return () => {};
  }
}
