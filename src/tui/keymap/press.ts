import type { Situation } from '../situation.ts';
import { isQuestion, type Screen } from '../view/screens.ts';
import type { Deed } from './deeds.ts';
import { isTypedOn, type KeyRow, keysOn } from './key-row.ts';
import { keymap } from './keymap.ts';
import { isLetter } from './keys.ts';
import { typeOn } from './palette.ts';

/** What came of a key: a deed, a reason why not, or nothing (no such key on this screen). */
export type Pressed =
  | Deed
  | { readonly kind: 'refused'; readonly words: string }
  | { readonly kind: 'none' };

/**
 * Judges one key by what is on the screen.
 *
 * On a screen that is typed on (help, label, palette) a letter is a letter, whatever key it is elsewhere.
 */
export function press(key: string, now: Situation): Pressed {
  if (isTypedOn(now.screen.kind) && isLetter(key)) {
    if (now.screen.kind === 'palette') return typeOn(keymap, now, now.screen.text + key);
    return { kind: 'view', action: { type: 'type', text: key } };
  }
  const row = keymap.find((candidate) => keysOn(candidate, now.screen.kind).includes(key));
  if (row === undefined) return { kind: 'none' };
  const words = row.refuses(now);
  return words === null ? row.does(now) : { kind: 'refused', words };
}

/** The same for who saw `drawn`: an answer to a question that was not drawn yet is none; going back from it is harmless. */
export function pressSeen(key: string, now: Situation, drawn: Screen): Pressed {
  const pressed = press(key, now);
  const isEarly = key === 'y' && isQuestion(now.screen) && now.screen !== drawn;
  return isEarly && pressed.kind !== 'none' ? { kind: 'view', action: { type: 'early' } } : pressed;
}

/** The keys that work now, for the bottom line, in the order of the table. */
export function keysNow(now: Situation): KeyRow[] {
  const kind = now.screen.kind;
  return keymap.filter(
    (row) =>
      row.rank > 0 && keysOn(row, kind).length > 0 && row.refuses(now) === null && row.offers(now),
  );
}
