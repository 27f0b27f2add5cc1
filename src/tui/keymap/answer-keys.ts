import * as deeds from './deeds.ts';
import { everywhere, type KeyRow, key, looking } from './key-row.ts';
import * as marks from './mark-deeds.ts';
import * as reasons from './reasons.ts';
import * as wishes from './wish-deeds.ts';

/** The keys that answer questions, those of what is typed, and those that leave. */
export const answerKeys: readonly KeyRow[] = [
  key(['confirm-stop'], ['y'], ['y', 'y'], wishes.stopWord, 1, {
    help: 'yes, stop the trial that is named',
    refuses: reasons.cannotStop,
    does: wishes.stop,
  }),
  key(['confirm-stop'], ['esc', 'n', 'enter'], ['Esc', 'Esc'], 'keep recording', 2, {
    help: 'no, go on recording',
    does: () => deeds.back,
  }),
  key(['confirm-leave'], ['y'], ['y', 'y'], 'end the demo', 1, {
    help: 'yes, leave the demo and take its rig down',
    does: () => deeds.leave,
  }),
  key(['confirm-leave'], ['esc', 'n', 'enter'], ['Esc', 'Esc'], 'stay', 2, {
    help: 'no, stay in the demo',
    does: () => deeds.back,
  }),
  key(['prompt'], ['enter'], ['⏎', 'Enter'], 'record', 1, {
    help: 'record a trial with this label',
    refuses: reasons.cannotRecord,
    does: (now) => wishes.record(now, now.screen.kind === 'prompt' ? now.screen.text : null),
  }),
  key(['words'], ['enter'], ['⏎', 'Enter'], 'add', 1, {
    help: 'the marker gets these words; without any it stays without',
    refuses: marks.cannotKeepWords,
    does: marks.keepWords,
  }),
  key(['words'], ['esc'], ['Esc', 'Esc'], 'no words', 1, {
    help: 'back; the marker stays without words',
    does: () => deeds.back,
  }),
  key(['prompt', 'words', 'help', 'search'], ['backspace'], ['⌫', 'Bsp'], 'erase', 0, {
    help: 'take the last letter back',
    does: () => ({ kind: 'view', action: { type: 'erase' } }),
  }),
  key(looking, ['M'], ['M', 'M'], 'mouse off', 14, {
    help: 'the mouse, or none: click a row or a key of the bottom line, the wheel scrolls; with Shift text is selected meanwhile',
    offers: ({ view }) => view.mouse === 'on',
    commands: [{ words: 'mouse' }],
    does: deeds.toggleMouse,
  }),
  key(looking, ['q'], ['q', 'q'], 'leave', 5, {
    commands: [{ words: 'quit' }],
    help: 'leave the screen; the rig goes on as it is (a demo asks, because it ends)',
    does: deeds.askLeave,
  }),
  key(everywhere, ['ctrl-c'], ['^C', '^C'], 'leave', 0, {
    help: 'leave from anywhere, at once; a rig goes on as it is (a demo asks, and a second one is the yes)',
    does: (now) => (now.screen.kind === 'confirm-leave' ? deeds.leave : deeds.askLeave(now)),
  }),
  key(everywhere, ['ctrl-l'], ['^L', '^L'], 'draw anew', 0, {
    help: 'draw the whole screen anew, when something else has written on it',
    does: () => ({ kind: 'redraw' }),
  }),
  key(everywhere, ['ctrl-z'], ['^Z', '^Z'], 'to the shell', 0, {
    help: 'to the shell; `fg` comes back to this screen',
    does: () => ({ kind: 'suspend' }),
  }),
];
