import type { ScreenKind } from '../view/screens.ts';
import { everywhere, keysOn } from './key-row.ts';
import { keymap } from './keymap.ts';

/** Where most keys are: on the main screen. */
export const rigTitle = 'The rig';

const titles: Readonly<Record<ScreenKind, string>> = {
  dashboard: rigTitle,
  module: 'A module',
  problems: 'The problems',
  history: 'The history',
  preflight: 'The preflight',
  panel: 'The panel',
  log: 'A log',
  sessions: 'The sessions',
  session: 'A session',
  'confirm-stop': 'The question before a stop',
  'confirm-leave': 'The question before a demo ends',
  prompt: 'The label of a trial',
  words: 'The words of a marker',
  search: 'What is searched for',
  palette: 'The palette',
  help: 'This help',
};

/** One key of the help: the screen it belongs to, the keys, the sentence. */
export type HelpRow = { readonly screen: string; readonly keys: string; readonly help: string };

const names: Readonly<Record<string, string>> = {
  up: 'Up',
  down: 'Down',
  left: 'Left',
  right: 'Right',
  enter: 'Enter',
  esc: 'Esc',
  home: 'Home',
  end: 'End',
  pageup: 'PgUp',
  pagedown: 'PgDn',
  backspace: 'Backspace',
  tab: 'Tab',
  'shift-tab': 'Shift-Tab',
  'ctrl-c': 'Ctrl-C',
  'ctrl-l': 'Ctrl-L',
  'ctrl-z': 'Ctrl-Z',
  ' ': 'Space',
};

/** The keys that have all words of the query in their screen, key or sentence; all of them without a query. */
export function findKeys(query: string): HelpRow[] {
  const words = query.toLowerCase().split(' ');
  return helpRows().filter(({ screen, keys, help }) => {
    const text = `${screen} ${keys} ${help}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** The table of keys as Markdown, a section for each screen, for the docs. */
export function keysAsMarkdown(): string {
  const sections = everywhere.map((kind) => {
    const title = titles[kind];
    const rows = helpRows().filter(({ screen }) => screen === title);
    const lines = rows.map(({ keys, help }) => `| ${keys} | ${help} |`);
    return [`## ${title}`, '', '| key | does |', '|---|---|', ...lines, ''].join('\n');
  });
  return sections.join('\n');
}

function helpRows(): HelpRow[] {
  return everywhere.flatMap((kind) =>
    keymap.flatMap((row) => {
      const keys = keysOn(row, kind);
      if (keys.length === 0) return [];
      return [{ screen: titles[kind], keys: keys.map(nameOf).join(' '), help: row.help }];
    }),
  );
}

function nameOf(key: string): string {
  return names[key] ?? key;
}
