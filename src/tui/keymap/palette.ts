import { type Situation, withoutTop } from '../situation.ts';
import * as deeds from './deeds.ts';
import { type KeyRow, key } from './key-row.ts';
import { commonStart } from './match.ts';
import { findItems, type Item, idOf, wordsFor } from './palette-items.ts';
import type { Reason } from './reasons.ts';

/** What is found in the palette that is up, and which of it is chosen. */
export type Found = {
  readonly items: readonly Item[];
  readonly chosen: Item | null;
  readonly text: string;
};

/** The longest text that can be typed there: a marker or a label, and its command. */
const maxText = 240;

/** What the palette shows. */
export function foundOn(rows: readonly KeyRow[], now: Situation): Found {
  const { screen } = now;
  if (screen.kind !== 'palette') return { items: [], chosen: null, text: '' };
  const items = findItems(rows, withoutTop(now), screen.text);
  const chosen = items.find((item) => idOf(item) === screen.chosen) ?? null;
  return { items, chosen, text: screen.text };
}

/**
 * Another text, and what fits it best is chosen by its name: what is chosen stays so whatever the rig does meanwhile, so that Enter
 * never does another thing than the one that was seen. Without a text nothing is chosen.
 */
export function typeOn(rows: readonly KeyRow[], now: Situation, text: string): deeds.Deed {
  const kept = text.trimStart().slice(0, maxText);
  const best = kept.trim() === '' ? undefined : findItems(rows, withoutTop(now), kept)[0];
  return lookFor(kept, best);
}

function lookFor(text: string, item: Item | undefined): deeds.Deed {
  const chosen = item === undefined ? null : idOf(item);
  return { kind: 'view', action: { type: 'look-for', text, chosen } };
}

/** The keys of the palette, for the keys of all other screens. */
export function paletteKeys(rows: readonly KeyRow[]): readonly KeyRow[] {
  const on = ['palette'] as const;
  return [
    key(on, ['enter'], ['⏎', 'Enter'], 'do', 1, {
      help: 'do what is chosen; what cannot be done now says why',
      refuses: (now) => cannotDo(foundOn(rows, now)),
      offers: (now) => foundOn(rows, now).chosen !== null,
      does: (now) => doChosen(rows, now),
    }),
    key(on, ['up'], ['↑↓', 'Up'], 'choose', 3, {
      help: 'choose the one above',
      offers: (now) => foundOn(rows, now).items.length > 1,
      does: (now) => step(foundOn(rows, now), -1),
    }),
    key(on, ['down'], ['↓', 'Down'], 'down', 0, {
      help: 'choose the one below',
      does: (now) => step(foundOn(rows, now), 1),
    }),
    key(on, ['tab'], ['Tab', 'Tab'], 'complete', 2, {
      help: 'complete what is typed, as far as it is clear, then with what is chosen',
      offers: (now) => foundOn(rows, now).items.length > 0,
      does: (now) => complete(rows, now),
    }),
    key(on, ['backspace'], ['⌫', 'Bsp'], 'erase', 0, {
      help: 'take the last letter back',
      does: (now) => typeOn(rows, now, [...foundOn(rows, now).text].slice(0, -1).join('')),
    }),
  ];
}

function cannotDo({ chosen, items }: Found): Reason {
  if (chosen !== null) return chosen.reason;
  if (items.length === 0) return 'nothing that can be done is called so';
  return 'nothing is chosen: type what to do, or choose it with the arrows';
}

function doChosen(rows: readonly KeyRow[], now: Situation): deeds.Deed {
  const { chosen, text } = foundOn(rows, now);
  if (chosen === null) return deeds.back;
  const typed = wordsFor(chosen, text);
  // Without the words that it takes: they are asked for.
  if (chosen.takes !== null && typed === '') return typeOn(rows, now, `${chosen.words} `);
  return { kind: 'chosen', deed: chosen.does(typed) };
}

function step({ items, chosen, text }: Found, by: number): deeds.Deed {
  const at = chosen === null ? -1 : items.indexOf(chosen);
  return lookFor(text, items[Math.max(0, Math.min(items.length - 1, at + by))]);
}

function complete(rows: readonly KeyRow[], now: Situation): deeds.Deed {
  const { items, chosen, text } = foundOn(rows, now);
  const best = chosen ?? items[0];
  if (best === undefined || wordsFor(best, text) !== '') return lookFor(text, best);
  const starts = items.map(({ words }) => words).filter((words) => isStart(text, words));
  const common = text === '' ? '' : commonStart(starts);
  if (common.length > text.length && best.words !== common) return typeOn(rows, now, common);
  return lookFor(best.takes === null ? best.words : `${best.words} `, best);
}

function isStart(text: string, words: string): boolean {
  return words.toLowerCase().startsWith(text.toLowerCase());
}
