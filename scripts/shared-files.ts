import { configJsonSchema } from '../src/daemon/config/json-schema.ts';
import { commandWords } from './command-words.ts';
import { bashCompletion } from './completion/bash.ts';
import { fishCompletion } from './completion/fish.ts';
import { zshCompletion } from './completion/zsh.ts';
import { ledCard } from './led-card.ts';
import { manualPage } from './manual-page.ts';

/** The files of `share/`, by name: made from the table of commands, the schema of rig.yaml, and what the lights do. */
export function sharedFiles(): Readonly<Record<string, string>> {
  const all = commandWords();
  return {
    'rigdeck.bash': bashCompletion(all),
    'rigdeck.zsh': zshCompletion(all),
    'rigdeck.fish': fishCompletion(all),
    'rigdeck.1': manualPage(all),
    'led-card.txt': ledCard(),
    'rig.schema.json': `${JSON.stringify(configJsonSchema(), null, 2)}\n`,
  };
}
