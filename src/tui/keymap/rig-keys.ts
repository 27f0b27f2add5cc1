import * as deeds from './deeds.ts';
import { type KeyRow, key, looking } from './key-row.ts';
import * as reasons from './reasons.ts';
import * as wishes from './wish-deeds.ts';

const board = ['dashboard'] as const;
const rig = ['dashboard', 'module'] as const;
const modules = ['dashboard', 'module', 'problems'] as const;

/** The keys that move in the rig and those that wish something of it. */
export const rigKeys: readonly KeyRow[] = [
  key(board, ['up', 'k'], ['↑↓', 'jk'], 'move', 9, {
    help: 'one module up',
    offers: (now) => now.names.length > 1,
    commands: [],
    does: (now) => deeds.move(now.names, -1),
  }),
  key(board, ['down', 'j'], ['↓', 'j'], 'down', 0, {
    help: 'one module down',
    does: (now) => deeds.move(now.names, 1),
  }),
  key(board, ['g', 'home'], ['g', 'g'], 'first', 0, {
    help: 'to the first module',
    does: (now) => deeds.move(now.names, -now.names.length),
  }),
  key(board, ['G', 'end'], ['G', 'G'], 'last', 0, {
    help: 'to the last module',
    does: (now) => deeds.move(now.names, now.names.length),
  }),
  key(board, ['enter', 'right'], ['⏎', 'Enter'], 'open', 4, {
    help: 'all about the selected module',
    refuses: reasons.noModule,
    commands: [{ words: 'open', of: 'module', help: 'all about the module' }],
    does: deeds.openModule,
  }),
  key([...rig, 'preflight'], ['r'], ['r', 'r'], 'record', 1, {
    help: 'record: start a new trial (asks nothing)',
    refuses: reasons.cannotRecord,
    commands: [{ words: 'record' }],
    does: (now) => wishes.record(now, null),
  }),
  key(board, ['L'], ['L', 'L'], 'record as', 12, {
    help: 'record a new trial with a label that you type',
    refuses: reasons.cannotRecord,
    commands: [{ words: 'record as', takes: { name: 'LABEL', does: wishes.record } }],
    does: () => deeds.show({ kind: 'prompt', text: '' }),
  }),
  key(rig, ['s'], ['s', 's'], 'stop', 1, {
    help: 'stop recording (asks, and `y` stops)',
    refuses: reasons.cannotStop,
    commands: [{ words: 'stop' }],
    does: deeds.askStop,
  }),
  key(rig, ['p'], ['p', 'p'], wishes.pauseWord, 4, {
    help: 'pause the recording, or go on with it',
    refuses: reasons.cannotPause,
    commands: [
      { words: 'pause', refuses: reasons.cannotOnlyPause },
      { words: 'go on', refuses: reasons.cannotGoOn },
    ],
    does: wishes.pause,
  }),
  key(looking, ['m'], ['m', 'm'], 'mark', 2, {
    help: 'a marker, stamped when the key goes down',
    refuses: reasons.cannotMark,
    commands: [
      { words: 'mark' },
      {
        words: 'mark',
        help: 'a marker with words, stamped by Enter (`m` stamps at once)',
        takes: { name: 'WORDS', does: (_, typed) => wishes.mark(typed) },
      },
    ],
    does: () => wishes.mark(''),
  }),
  key(modules, ['t'], ['t', 't'], 'retry now', 2, {
    help: 'try a failed module again now',
    refuses: reasons.cannotRetry,
    commands: [{ words: 'retry', of: 'module' }],
    does: wishes.retry,
  }),
  key(modules, ['R'], ['R', 'R'], 'restart', 7, {
    help: 'restart the module; the others record on',
    refuses: reasons.cannotRestart,
    commands: [{ words: 'restart', of: 'module' }],
    does: wishes.restart,
  }),
  key(rig, ['e'], ['e', 'e'], wishes.toggleWord, 6, {
    help: 'enable or disable the module',
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
