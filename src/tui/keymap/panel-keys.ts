import { clean } from '../../protocol/text.ts';
import { panelKey } from '../panel-parts.ts';
import type { Situation } from '../situation.ts';
import { newPanel } from '../view/screens.ts';
import * as deeds from './deeds.ts';
import { type KeyRow, key } from './key-row.ts';
import * as reasons from './reasons.ts';

/** As long as a finger is down for a click, and longer than a hold needs. In ms. */
const clickMs = 150;
const overHoldMs = 300;

/** The keys of the panel: buttons and LEDs. */
export const panelKeys: readonly KeyRow[] = [
  key(['dashboard', 'module', 'problems', 'preflight'], ['B'], ['B', 'B'], 'buttons', 11, {
    help: 'the panel: buttons, LEDs as they blink now, and the wiring',
    offers: (now) => now.parts.length > 0,
    commands: [{ words: 'panel', also: 'gpio list' }],
    does: () => deeds.show(newPanel),
  }),
  key(['panel'], ['up', 'k'], ['↑↓', 'jk'], 'move', 6, {
    help: 'one button or LED up',
    offers: (now) => now.parts.length > 1 && !showsWiring(now),
    commands: [],
    does: (now) => step(now, -1),
  }),
  key(['panel'], ['down', 'j'], ['↓', 'j'], 'down', 0, {
    help: 'one button or LED down',
    does: (now) => step(now, 1),
  }),
  key(['panel'], ['enter', ' '], ['⏎', 'Enter'], 'press', 2, {
    help: 'click the selected button (with `backend: simulated`)',
    refuses: reasons.cannotPress,
    does: (now) => pressFor(now, clickMs),
  }),
  key(['panel'], ['h'], ['h', 'h'], 'hold', 3, {
    help: 'hold the selected button for as long as its hold needs (with `backend: simulated`)',
    refuses: reasons.cannotHold,
    does: (now) => pressFor(now, (now.part?.button?.does.hold?.afterMs ?? 0) + overHoldMs),
  }),
  key(['panel'], ['w'], ['w', 'w'], wiringWord, 4, {
    help: 'how it is wired to the header, or buttons and LEDs',
    offers: (now) => now.parts.length > 0,
    does: () => ({ kind: 'view', action: { type: 'filter' } }),
  }),
];

function showsWiring({ screen }: Situation): boolean {
  return screen.kind === 'panel' && screen.shows === 'wiring';
}

function wiringWord(now: Situation): string {
  return showsWiring(now) ? 'buttons and LEDs' : 'wiring';
}

/** On the wiring lines are turned, in the list one part is selected. */
function step(now: Situation, by: number): deeds.Deed {
  const { screen, part, parts } = now;
  if (showsWiring(now) || screen.kind !== 'panel') return deeds.scroll(by);
  const names = parts.map(panelKey);
  const at = part === null ? 0 : names.indexOf(panelKey(part));
  return deeds.move(names, names.indexOf(screen.selected ?? '') < 0 ? at + by : by);
}

function pressFor({ part }: Situation, holdMs: number): deeds.Deed {
  if (part?.button === undefined) return deeds.back;
  const { line } = part.button;
  return {
    kind: 'press',
    line,
    holdMs,
    done: `${clean(part.name)}: pressed for ${holdMs / 1_000} s`,
  };
}
