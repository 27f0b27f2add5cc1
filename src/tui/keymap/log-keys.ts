import type { Situation } from '../situation.ts';
import * as deeds from './deeds.ts';
import { type KeyRow, key } from './key-row.ts';

/** The keys of a log: following, searching, and taking lines away. */
export const logKeys: readonly KeyRow[] = [
  key(['log'], ['f', 'G', 'end'], ['f', 'f'], deeds.followWord, 2, {
    help: 'follow the newest lines of the log, or stay here',
    does: () => ({ kind: 'view', action: { type: 'follow' } }),
  }),
  key(['log'], ['/'], ['/', '/'], 'search', 4, {
    help: 'search the log',
    does: deeds.search,
  }),
  key(['log'], ['n'], ['n', 'n'], 'older match', 2, {
    help: 'to the next older line that has what is searched for',
    offers: deeds.isSearching,
    does: () => ({ kind: 'view', action: { type: 'find', way: 'older' } }),
  }),
  key(['log'], ['N'], ['N', 'N'], 'newer', 3, {
    help: 'to the next newer line that has what is searched for',
    offers: deeds.isSearching,
    does: () => ({ kind: 'view', action: { type: 'find', way: 'newer' } }),
  }),
  key(['log'], ['w'], ['w', 'w'], deeds.wrapWord, 8, {
    help: 'break long lines, or cut them',
    does: () => ({ kind: 'view', action: { type: 'wrap' } }),
  }),
  key(['log'], ['c'], ['c', 'c'], 'copy', 4, {
    help: 'copy the lines that are marked, or those that are shown, to the clipboard (OSC 52: the terminal must allow it)',
    does: deeds.copyLog,
  }),
  key(['log'], ['v'], ['v', 'v'], markWord, 4, {
    help: 'mark lines: from the last line that is shown to where you go; c copies them; or mark none',
    does: () => ({ kind: 'view', action: { type: 'mark-line' } }),
  }),
  key(['log'], ['z'], ['z', 'z'], 'full screen', 9, {
    help: 'the lines alone on the whole screen, or with their frame again',
    does: () => ({ kind: 'view', action: { type: 'full' } }),
  }),
  key(['log'], ['esc', 'left'], ['Esc', 'Esc'], 'back', 1, {
    help: 'from the whole screen, from marked lines, then to where you came from',
    commands: [],
    does: goBack,
  }),
];

function markWord({ screen }: Situation): string {
  return screen.kind === 'log' && screen.mark !== null ? 'mark none' : 'mark lines';
}

function goBack({ screen }: Situation): deeds.Deed {
  if (screen.kind !== 'log') return deeds.back;
  if (screen.full) return { kind: 'view', action: { type: 'full' } };
  return screen.mark === null ? deeds.back : { kind: 'view', action: { type: 'mark-line' } };
}
