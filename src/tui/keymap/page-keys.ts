import { historyOf, newPalette, newPreflight } from '../view/screens.ts';
import { newSessions } from '../view/session-screens.ts';
import * as deeds from './deeds.ts';
import { type KeyRow, key, looking } from './key-row.ts';
import * as reasons from './reasons.ts';
import * as wishes from './wish-deeds.ts';

const pages = ['module', 'history', 'preflight', 'log', 'session', 'help'] as const;
const turned = ['module', 'history', 'preflight', 'sessions', 'session'] as const;

/** The keys that turn pages and open others. */
export const pageKeys: readonly KeyRow[] = [
  key(['problems'], ['up', 'k'], ['↑↓', 'jk'], 'move', 4, {
    help: 'one problem up',
    offers: (now) => now.problems.length > 1,
    commands: [],
    does: (now) => deeds.moveProblem(now, -1),
  }),
  key(['problems'], ['down', 'j'], ['↓', 'j'], 'down', 0, {
    help: 'one problem down',
    does: (now) => deeds.moveProblem(now, 1),
  }),
  key(['problems'], ['X'], ['X', 'X'], 'all seen', 5, {
    help: 'acknowledge all problems',
    refuses: reasons.cannotAcknowledgeAll,
    does: wishes.acknowledgeAll,
  }),
  key(['problems'], ['enter', 'right'], ['⏎', 'Enter'], 'open', 3, {
    help: 'all about the module that has the problem',
    refuses: reasons.noModule,
    commands: [],
    does: deeds.openModule,
  }),
  key(pages, ['up', 'k'], ['↑↓', 'jk'], 'scroll', 5, {
    help: 'scroll up by a line',
    commands: [],
    does: () => deeds.scroll(-1),
  }),
  key(pages, ['down', 'j'], ['↓', 'j'], 'down', 0, {
    help: 'scroll down by a line',
    does: () => deeds.scroll(1),
  }),
  key([...pages, 'sessions'], ['pageup'], ['PgUp', 'PgUp'], 'page', 0, {
    help: 'scroll up by a page',
    does: (now) => deeds.page(now, -1),
  }),
  key([...pages, 'sessions'], ['pagedown', ' '], ['PgDn', 'PgDn'], 'page', 0, {
    help: 'scroll down by a page',
    does: (now) => deeds.page(now, 1),
  }),
  key([...turned, 'log'], ['g', 'home'], ['g', 'g'], 'first', 0, {
    help: 'to the first line of the page, or the oldest of the log that is kept',
    does: () => deeds.scroll(-Number.MAX_SAFE_INTEGER),
  }),
  key(turned, ['G', 'end'], ['G', 'G'], 'last', 0, {
    help: 'to the last line of the page',
    does: () => deeds.scroll(Number.MAX_SAFE_INTEGER),
  }),
  key(['dashboard'], ['/'], ['/', '/'], 'filter', 12, {
    help: 'show only the modules with that in their name, group or state',
    offers: (now) => now.names.length > 1,
    does: deeds.search,
  }),
  key(['dashboard'], ['f'], ['f', 'f'], deeds.problemsWord, 12, {
    help: 'only modules that have a problem, or all',
    offers: (now) => now.problems.length > 0 && now.names.length > 1,
    does: () => ({ kind: 'view', action: { type: 'filter' } }),
  }),
  key(['dashboard'], ['esc'], ['Esc', 'Esc'], 'show all', 2, {
    help: 'show all modules again',
    offers: deeds.isFiltered,
    does: () => ({ kind: 'view', action: { type: 'show-all' } }),
  }),
  key(['search'], ['enter'], ['⏎', 'Enter'], 'keep', 1, {
    help: 'keep what is searched for; in a log go to the newest line that has it',
    does: () => ({ kind: 'view', action: { type: 'keep' } }),
  }),
  key(['search'], ['esc'], ['Esc', 'Esc'], 'as before', 1, {
    help: 'search for what was searched for before, or for nothing',
    does: () => ({ kind: 'view', action: { type: 'cancel' } }),
  }),
  key(['history'], ['f'], ['f', 'f'], deeds.filterWord, 2, {
    help: 'only what people wished, or all that happened',
    does: () => ({ kind: 'view', action: { type: 'filter' } }),
  }),
  key(['dashboard', 'module', 'problems'], ['l'], ['l', 'l'], 'log', 10, {
    help: 'the log of the module',
    refuses: reasons.noModule,
    offers: reasons.isNotDown,
    commands: [{ words: 'log', also: 'logs', of: 'module' }],
    does: deeds.openLog,
  }),
  key(['module'], ['enter', 'right'], ['⏎', 'Enter'], 'log', 0, {
    help: 'the log of the module',
    does: deeds.openLog,
  }),
  key(['dashboard', 'module', 'history', 'log'], ['P'], ['P', 'P'], 'problems', 7, {
    help: 'all problems, with what to do about them',
    offers: (now) => now.problems.length > 0,
    commands: [{ words: 'problems' }],
    does: () => deeds.show({ kind: 'problems', selected: null }),
  }),
  key(['dashboard', 'module', 'problems', 'log'], ['H'], ['H', 'H'], 'history', 11, {
    help: 'who wished what, and what happened: of the rig, or of the module that is open',
    offers: reasons.isNotDown,
    commands: [
      { words: 'history', does: () => deeds.show(historyOf(null)) },
      { words: 'history of', of: 'module', does: ({ name }) => deeds.show(historyOf(name)) },
    ],
    does: deeds.openHistory,
  }),
  key(['dashboard', 'problems', 'preflight'], ['F'], ['F', 'F'], deeds.preflightWord, 11, {
    help: 'preflight: whether the rig can record now, what blocks it, and what to do',
    offers: reasons.isNotDown,
    commands: [{ words: 'preflight' }],
    does: () => deeds.show(newPreflight),
  }),
  key(
    ['dashboard', 'module', 'problems', 'history', 'preflight', 'log'],
    ['S'],
    ['S', 'S'],
    'sessions',
    12,
    {
      help: 'the recordings on disk: sessions, their trials and files, and whether these are in order',
      offers: reasons.isNotDown,
      commands: [{ words: 'sessions', also: 'sessions list' }],
      does: () => deeds.show(newSessions),
    },
  ),
  key(
    [...turned, 'help', 'prompt', 'palette', 'problems', 'panel'],
    ['esc'],
    ['Esc', 'Esc'],
    'back',
    1,
    {
      commands: [],
      help: 'back to where you came from',
      does: () => deeds.back,
    },
  ),
  key([...turned, 'problems', 'panel'], ['left'], ['←', 'Left'], 'back', 0, {
    help: 'back to where you came from',
    does: () => deeds.back,
  }),
  key(looking, [':'], [':', ':'], 'do', 8, {
    help: 'the palette: everything that can be done now, found by typing',
    commands: [],
    does: () => deeds.show(newPalette),
  }),
  key(looking, ['?'], ['?', '?'], 'help', 3, {
    commands: [{ words: 'help' }],
    help: 'all keys and words; type there to search',
    does: () => deeds.show({ kind: 'help', query: '', top: 0 }),
  }),
];
