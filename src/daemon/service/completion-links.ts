import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { wordsOf } from '../../protocol/words-of.ts';
import type { MachineFiles } from '../host/machine-files.ts';

/** Where the shells of everybody look for the completion of `rigdeck`, and which file of `share/` it is. */
const links = [
  ['usr/local/share/bash-completion/completions/rigdeck', 'rigdeck.bash'],
  ['usr/local/share/zsh/site-functions/_rigdeck', 'rigdeck.zsh'],
  ['usr/local/share/fish/vendor_completions.d/rigdeck.fish', 'rigdeck.fish'],
] as const;

/**
 * Lets Tab know `rigdeck` in every new bash, zsh and fish. Links, so that an update is an update of these, too; what somebody else has
 * put there stays.
 *
 * @param share the folder of the package that holds the completions
 * @returns null; or why it could not be done, in words of the system
 */
export function linkCompletions(files: MachineFiles, share: string): string | null {
  try {
    for (const [path, name] of links) {
      const place = files.place(path);
      if (isOurs(files, path, name)) rmSync(place);
      else if (files.has(path) || files.link(path) !== null) continue;
      mkdirSync(dirname(place), { recursive: true });
      symlinkSync(join(share, name), place);
    }
    return null;
  } catch (error) {
    return wordsOf(error);
  }
}

/** Takes away what {@link linkCompletions} has made. @throws an error of the system */
export function unlinkCompletions(files: MachineFiles): void {
  for (const [path, name] of links) {
    if (isOurs(files, path, name)) rmSync(files.place(path));
  }
}

/** A link to such a file of any package, also of one that is gone. */
function isOurs(files: MachineFiles, path: string, name: string): boolean {
  return files.link(path)?.endsWith(`/share/${name}`) === true;
}
