import type { Key } from 'ink';

const named = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'esc'],
  ['tab', 'tab'],
  // Terminals send 0x7f for the backspace key, which Ink calls delete.
  ['backspace', 'backspace'],
  ['delete', 'backspace'],
] as const satisfies readonly (readonly [keyof Key, string])[];

// What is left of SS3 and CSI sequences, whole or cut; ECMA-48, 5.4. `Oak` in one piece is a word.
const sequence = /^(O.|\[[0-?]*[ -/]*[@-~]?)$/;

/**
 * The keys in what Ink read at once, as the keymap names them.
 *
 * Over a slow line several keys come in one piece: each is a key of its own. Keys with Ctrl are none of ours, except Ctrl-C, Ctrl-L
 * and Ctrl-Z; `esc-with-x` is one with Alt, or two that came together (`apart`). What is pasted stands between `paste-begins` and
 * `paste-ends` (bracketed paste).
 */
export function keysOf(input: string, key: Key): string[] {
  const name = named.find(([flag]) => key[flag]);
  // Esc twice in one piece: Ink has taken the first one off.
  if (name?.[1] === 'esc' && input === '\u001b') return ['esc', 'esc'];
  if (name !== undefined) return [shifted(name[1], key)];
  if (key.ctrl) return /^[clz]$/.test(input) ? [`ctrl-${input}`] : [];
  if (input === '[200~') return ['paste-begins'];
  if (input === '[201~') return ['paste-ends'];
  // Ink takes the escape off sequences that it does not know; what is left is no typing.
  const isSequence = input.length > 1 && sequence.test(input);
  if (isSequence) return [];
  if (key.meta) return withEsc(input);
  return [...input].flatMap(letterOf);
}

// `O` and `[` may be the beginning of a sequence that was cut.
function withEsc(input: string): string[] {
  return isLetter(input) && !/[O[]/.test(input) ? [`${escWith}${input}`] : [];
}

function shifted(name: string, { shift }: Key): string {
  return shift && name === 'tab' ? 'shift-tab' : name;
}

function letterOf(character: string): string[] {
  if (character === '\r' || character === '\n') return ['enter'];
  if (character === '\t') return ['tab'];
  if (character === '\u0003') return ['ctrl-c'];
  if (character === '\u000c') return ['ctrl-l'];
  if (character === '\u001a') return ['ctrl-z'];
  if (character === '\u007f' || character === '\b') return ['backspace'];
  return character < ' ' ? [] : [character];
}

/**
 * Whether a key counts: what is pasted is no row of commands. Where text is typed its letters are, and its line ends are not.
 *
 * @param paste whether a paste has begun and not ended; changed here, as the keys say
 */
export function isTaken(key: string, paste: { open: boolean }, isTyping: boolean): boolean {
  const isEdge = key === 'paste-begins' || key === 'paste-ends';
  if (isEdge) paste.open = key === 'paste-begins';
  if (isEdge) return false;
  return !paste.open || (isTyping && isLetter(key));
}

/**
 * Esc and a letter that came in one piece, as the two keys that they are: a terminal sends Alt with a letter in the same way, and no
 * key of ours is one with Alt. Where text is typed they are none: there it was Alt with an arrow or a letter that edits a line.
 */
export function apart(key: string, isTyping: boolean): string[] {
  if (!key.startsWith(escWith)) return [key];
  return isTyping ? [] : ['esc', key.slice(escWith.length)];
}

const escWith = 'esc-with-';

/** Whether a key is a letter, a figure or a sign that can be typed. */
export function isLetter(key: string): boolean {
  return [...key].length === 1;
}
