import type { Deed } from './deeds.ts';
import * as deeds from './deeds.ts';
import type { Reason } from './reasons.ts';
import * as reasons from './reasons.ts';
import type { Situation } from './situation.ts';
import type { Screen } from './view-state.ts';

/** One line of the table that keys, bottom line, help and docs are made from. */
export type KeyRow = {
  readonly screens: readonly Screen['kind'][];
  /** As `keys.ts` names them. */
  readonly keys: readonly string[];
  /** The key as the bottom line shows it, and the same in ASCII. */
  readonly label: readonly [string, string];
  /** What it does now, in a word. */
  readonly words: string | ((now: Situation) => string);
  /** The sentence of the help and the docs. */
  readonly help: string;
  /** Who gives way first when the bottom line is narrow: the highest. 0 is never shown there. */
  readonly rank: number;
  readonly refuses: (now: Situation) => Reason;
  readonly does: (now: Situation) => Deed;
};

const always = () => null;
const dashboard = ['dashboard'] as const;
const listens = ['dashboard', 'log'] as const;

/** Every key of every screen. */
export const keymap: readonly KeyRow[] = [
  key(dashboard, ['up', 'k'], ['↑↓', 'jk'], 'move', 8, {
    help: 'one module up',
    does: (now) => deeds.move(now, -1),
  }),
  key(dashboard, ['down', 'j'], ['↓', 'j'], 'down', 0, {
    help: 'one module down',
    does: (now) => deeds.move(now, 1),
  }),
  key(dashboard, ['g', 'home'], ['g', 'g'], 'first', 0, {
    help: 'to the first module',
    does: (now) => deeds.move(now, -now.names.length),
  }),
  key(dashboard, ['G', 'end'], ['G', 'G'], 'last', 0, {
    help: 'to the last module',
    does: (now) => deeds.move(now, now.names.length),
  }),
  key(dashboard, ['enter', 'l'], ['⏎', 'l'], 'log', 6, {
    help: 'the log of the selected module',
    refuses: (now) => (now.name === null ? 'there is no module to look into' : null),
    does: deeds.openLog,
  }),
  key(dashboard, ['r'], ['r', 'r'], 'record', 1, {
    help: 'record: start a new trial (asks nothing)',
    refuses: reasons.cannotRecord,
    does: (now) => deeds.record(now, null),
  }),
  key(dashboard, ['L'], ['L', 'L'], 'record as', 10, {
    help: 'record a new trial with a label that you type',
    refuses: reasons.cannotRecord,
    does: () => deeds.show({ kind: 'prompt', text: '' }),
  }),
  key(dashboard, ['s'], ['s', 's'], 'stop', 1, {
    help: 'stop recording (asks, and `y` stops)',
    refuses: reasons.cannotStop,
    does: deeds.askStop,
  }),
  key(dashboard, ['p'], ['p', 'p'], deeds.pauseWord, 7, {
    help: 'pause the recording, or go on with it',
    refuses: reasons.cannotPause,
    does: deeds.pause,
  }),
  key(listens, ['m'], ['m', 'm'], 'mark', 2, {
    help: 'a marker, stamped when the key goes down',
    refuses: reasons.cannotMark,
    does: deeds.mark,
  }),
  key(dashboard, ['t'], ['t', 't'], 'retry now', 2, {
    help: 'try a failed module again now',
    refuses: reasons.cannotRetry,
    does: deeds.retry,
  }),
  key(dashboard, ['R'], ['R', 'R'], 'restart', 7, {
    help: 'restart the selected module; the others record on',
    refuses: reasons.cannotRestart,
    does: deeds.restart,
  }),
  key(dashboard, ['e'], ['e', 'e'], deeds.toggleWord, 5, {
    help: 'enable or disable the selected module',
    refuses: reasons.cannotToggle,
    does: deeds.toggle,
  }),
  key(dashboard, ['x'], ['x', 'x'], 'seen', 9, {
    help: 'acknowledge a problem: you have seen it',
    refuses: reasons.cannotAcknowledge,
    does: deeds.acknowledge,
  }),
  key(['log', 'help'], ['up', 'k'], ['↑↓', 'jk'], 'scroll', 3, {
    help: 'scroll up by a line',
    does: () => deeds.scroll(-1),
  }),
  key(['log', 'help'], ['down', 'j'], ['↓', 'j'], 'down', 0, {
    help: 'scroll down by a line',
    does: () => deeds.scroll(1),
  }),
  key(['log', 'help'], ['pageup'], ['PgUp', 'PgUp'], 'page', 0, {
    help: 'scroll up by a page',
    does: (now) => deeds.page(now, -1),
  }),
  key(['log', 'help'], ['pagedown', ' '], ['PgDn', 'PgDn'], 'page', 0, {
    help: 'scroll down by a page',
    does: (now) => deeds.page(now, 1),
  }),
  key(['log'], ['g', 'home'], ['g', 'g'], 'oldest', 0, {
    help: 'to the oldest line of the log that is kept',
    does: () => deeds.scroll(-Number.MAX_SAFE_INTEGER),
  }),
  key(['log'], ['f', 'G', 'end'], ['f', 'f'], deeds.followWord, 2, {
    help: 'follow the newest lines of the log, or stay here',
    does: () => ({ kind: 'view', action: { type: 'follow' } }),
  }),
  key(['confirm-stop'], ['y'], ['y', 'y'], deeds.stopWord, 1, {
    help: 'yes, stop the trial that is named',
    refuses: reasons.cannotStop,
    does: deeds.stop,
  }),
  key(['confirm-stop'], ['esc', 'n', 'enter'], ['Esc', 'Esc'], 'keep recording', 2, {
    help: 'no, go on recording',
    does: () => deeds.back,
  }),
  key(['prompt'], ['enter'], ['⏎', 'Enter'], 'record', 1, {
    help: 'record a trial with this label',
    refuses: reasons.cannotRecord,
    does: (now) => deeds.record(now, now.screen.kind === 'prompt' ? now.screen.text : null),
  }),
  key(['prompt', 'help'], ['backspace'], ['⌫', 'Bsp'], 'erase', 0, {
    help: 'take the last letter back',
    does: () => ({ kind: 'view', action: { type: 'erase' } }),
  }),
  key(['prompt', 'help', 'log'], ['esc'], ['Esc', 'Esc'], 'back', 1, {
    help: 'back to the rig',
    does: () => deeds.back,
  }),
  key(listens, ['?'], ['?', '?'], 'help', 3, {
    help: 'all keys; type there to search',
    does: () => deeds.show({ kind: 'help', query: '', top: 0 }),
  }),
  key(listens, ['q'], ['q', 'q'], 'leave', 4, {
    help: 'leave the screen; the rig goes on as it is',
    does: () => ({ kind: 'leave' }),
  }),
  key(
    ['dashboard', 'log', 'help', 'confirm-stop', 'prompt'],
    ['ctrl-c'],
    ['^C', '^C'],
    'leave',
    0,
    {
      help: 'leave from anywhere; the rig goes on as it is',
      does: () => ({ kind: 'leave' }),
    },
  ),
];

function key(
  screens: KeyRow['screens'],
  keys: readonly string[],
  label: KeyRow['label'],
  words: KeyRow['words'],
  rank: number,
  rest: Pick<KeyRow, 'help' | 'does'> & Partial<Pick<KeyRow, 'refuses'>>,
): KeyRow {
  return { screens, keys, label, words, rank, refuses: always, ...rest };
}
