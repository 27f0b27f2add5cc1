import { execFileSync } from 'node:child_process';
import { mkdirSync, rmdirSync } from 'node:fs';

/**
 * From now on a folder is a read-only disk for whoever opens something in it, as after `errors=remount-ro`: the kernel would not
 * remount a disk on which a journal is open. Gives the function that ends it.
 */
export function makeReadOnly(folder: string): () => void {
  const aside = `${folder}.read-only`;
  mkdirSync(aside);
  mount('--bind', folder, aside);
  mount('-o', 'remount,bind,ro', aside);
  mount('--bind', aside, folder); // in one step: nobody opens anything in between
  return () => {
    // Lazily: a look that is just under way keeps it busy for a moment.
    for (const path of [folder, aside]) execFileSync('umount', ['--lazy', path]);
    rmdirSync(aside);
  };
}

function mount(...words: readonly string[]): void {
  execFileSync('mount', words);
}
