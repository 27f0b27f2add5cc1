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
    does: deeds.openModule,
  }),
  key([...rig, 'preflight'], ['r'], ['r', 'r'], 'record', 1, {
    help: 'record: start a new trial (asks nothing)',
    refuses: reasons.cannotRecord,
    does: (now) => wishes.record(now, null),
  }),
  key(board, ['L'], ['L', 'L'], 'record as', 12, {
    help: 'record a new trial with a label that you type',
    refuses: reasons.cannotRecord,
    does: () => deeds.show({ kind: 'prompt', text: '' }),
  }),
  key(rig, ['s'], ['s', 's'], 'stop', 1, {
    help: 'stop recording (asks, and `y` stops)',
    refuses: reasons.cannotStop,
    does: deeds.askStop,
  }),
  key(rig, ['p'], ['p', 'p'], wishes.pauseWord, 4, {
    help: 'pause the recording, or go on with it',
    refuses: reasons.cannotPause,
    does: wishes.pause,
  }),
  key(looking, ['m'], ['m', 'm'], 'mark', 2, {
    help: 'a marker, stamped when the key goes down',
    refuses: reasons.cannotMark,
    does: wishes.mark,
  }),
  key(modules, ['t'], ['t', 't'], 'retry now', 2, {
    help: 'try a failed module again now',
    refuses: reasons.cannotRetry,
    does: wishes.retry,
  }),
  key(modules, ['R'], ['R', 'R'], 'restart', 7, {
    help: 'restart the module; the others record on',
    refuses: reasons.cannotRestart,
    does: wishes.restart,
  }),
  key(rig, ['e'], ['e', 'e'], wishes.toggleWord, 6, {
    help: 'enable or disable the module',
    refuses: reasons.cannotToggle,
    does: wishes.toggle,
  }),
  key(modules, ['x'], ['x', 'x'], 'seen', 5, {
    help: 'acknowledge the problem that is shown: you have seen it',
    refuses: reasons.cannotAcknowledge,
    does: wishes.acknowledge,
  }),
];
