import * as deeds from './deeds.ts';
import * as folds from './fold-deeds.ts';
import { type KeyRow, key, looking } from './key-row.ts';
import * as marks from './mark-deeds.ts';
import * as reasons from './reasons.ts';
import * as wishes from './wish-deeds.ts';

const board = ['dashboard'] as const;
const rig = ['dashboard', 'module'] as const;
const modules = ['dashboard', 'module', 'problems'] as const;

/** The keys that move in the rig and those that wish something of it. */
export const rigKeys: readonly KeyRow[] = [
  key(board, ['up', 'k'], ['↑↓', 'jk'], 'move', 9, {
    help: 'one row up',
    offers: (now) => now.rows.length > 1,
    commands: [],
    does: (now) => deeds.moveRow(now, -1),
  }),
  key(board, ['down', 'j'], ['↓', 'j'], 'down', 0, {
    help: 'one row down',
    does: (now) => deeds.moveRow(now, 1),
  }),
  key(board, ['g', 'home'], ['g', 'g'], 'first', 0, {
    help: 'to the first row',
    does: (now) => deeds.moveRow(now, -now.rows.length),
  }),
  key(board, ['G', 'end'], ['G', 'G'], 'last', 0, {
    help: 'to the last row',
    does: (now) => deeds.moveRow(now, now.rows.length),
  }),
  key(board, ['enter'], ['⏎', 'Enter'], folds.openWord, 4, {
    help: 'all about the selected module; folds or unfolds a group',
    refuses: reasons.noRow,
    commands: [
      {
        words: 'open',
        of: 'module',
        help: 'all about the module',
        refuses: reasons.noModule,
        does: deeds.openModule,
      },
    ],
    does: folds.openRow,
  }),
  key(board, ['right'], ['→', 'Right'], 'open', 0, {
    help: 'all about the selected module; unfolds a group',
    refuses: (now) => reasons.noRow(now) ?? folds.cannotUnfold(now),
    does: folds.openRow,
  }),
  key(board, ['left'], ['←', 'Left'], 'fold', 0, {
    help: 'fold the group of the selected module',
    refuses: folds.cannotFoldUp,
    does: folds.fold,
  }),
  key(board, [' '], ['Space', 'Space'], folds.foldWord, 11, {
    help: 'fold the group of the selected row into one row, or unfold it',
    refuses: folds.cannotFold,
    offers: (now) => now.row?.kind === 'module',
    does: folds.fold,
  }),
  key([...rig, 'preflight'], ['r'], ['r', 'r'], 'record', 1, {
    help: 'record: start a new trial (asks nothing)',
    refuses: reasons.cannotRecord,
    commands: [{ words: 'record', also: 'record start' }],
    does: (now) => wishes.record(now, null),
  }),
  key(board, ['L'], ['L', 'L'], 'record as', 12, {
    help: 'record a new trial with a label that you type',
    // Letters that follow are a label, whether it can be recorded or not.
    offers: (now) => reasons.cannotRecord(now) === null,
    commands: [
      {
        words: 'record as',
        also: 'record start --label',
        refuses: reasons.cannotRecord,
        takes: { name: 'LABEL', does: wishes.record },
      },
    ],
    does: () => deeds.show({ kind: 'prompt', text: '' }),
  }),
  key(rig, ['s'], ['s', 's'], 'stop', 1, {
    help: 'stop recording (asks, and `y` stops)',
    refuses: reasons.cannotStop,
    commands: [{ words: 'stop', also: 'record stop' }],
    does: deeds.askStop,
  }),
  key(rig, ['p'], ['p', 'p'], wishes.pauseWord, 4, {
    help: 'pause the recording, or go on with it',
    refuses: reasons.cannotPause,
    commands: [
      { words: 'pause', also: 'record pause', refuses: reasons.cannotOnlyPause },
      { words: 'go on', also: 'record resume', refuses: reasons.cannotGoOn },
    ],
    does: wishes.pause,
  }),
  key(looking, ['m'], ['m', 'm'], 'mark', 2, {
    help: 'a marker, stamped when the key goes down; `W` adds words to it',
    refuses: reasons.cannotMarkHere,
    offers: (now) => reasons.cannotMark(now) === null,
    commands: [
      {
        words: 'mark',
        help: 'a marker without words, stamped by Enter',
        refuses: reasons.cannotMark,
        does: marks.mark,
      },
      {
        words: 'mark',
        help: 'a marker with words, stamped by Enter (`m` stamps at once)',
        refuses: reasons.cannotMark,
        takes: { name: 'WORDS', does: marks.markAs },
      },
    ],
    does: marks.markOrKeep,
  }),
  key(looking, ['W'], ['W', 'W'], 'add words', 2, {
    help: 'words for the marker that you set last (within ten minutes); it stands already, whatever becomes of them',
    offers: (now) => marks.isMarkFresh(now) && reasons.cannotAddWords(now) === null,
    commands: [{ words: 'add words', refuses: reasons.cannotAddWords }],
    does: marks.askWords,
  }),
  key(looking, ['u'], ['u', 'u'], 'take back', 1, {
    help: 'undo: take back what is not sent yet: a module that records is disabled or restarted after 3 s only',
    refuses: reasons.cannotUndo,
    commands: [{ words: 'undo' }],
    does: deeds.undo,
  }),
  key(modules, ['t'], ['t', 't'], 'retry now', 2, {
    help: 'try a failed module again now',
    refuses: reasons.cannotRetry,
    commands: [{ words: 'retry', of: 'module' }],
    does: wishes.retry,
  }),
  key(modules, ['R'], ['R', 'R'], 'restart', 7, {
    help: 'restart the module; the others record on (while it records: after 3 s, `u` takes it back)',
    refuses: reasons.cannotRestart,
    commands: [
      { words: 'restart', of: 'module', help: 'restart the module; the others record on' },
    ],
    does: wishes.restart,
  }),
  key(rig, ['e'], ['e', 'e'], wishes.toggleWord, 6, {
    help: 'enable or disable the module (while it records: after 3 s, `u` takes it back)',
    refuses: reasons.cannotToggle,
    commands: [
      {
        words: 'disable',
        of: 'module',
        help: 'switch the module off',
        refuses: reasons.cannotDisable,
      },
      {
        words: 'enable',
        of: 'module',
        help: 'switch the module on',
        refuses: reasons.cannotEnable,
      },
    ],
    does: wishes.toggle,
  }),
  key(modules, ['x'], ['x', 'x'], 'seen', 5, {
    help: 'acknowledge the problem that is shown: you have seen it',
    refuses: reasons.cannotAcknowledge,
    commands: [{ words: 'acknowledge' }],
    does: wishes.acknowledge,
  }),
];
