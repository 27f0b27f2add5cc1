import { sanitize } from './sanitize.ts';

const plain = /^[\u0020-\u007e]*$/;
const combining = /\p{M}/u;
// East Asian wide and full-width (Unicode UAX #11) and what terminals draw as emoji.
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{16fe0}-\u{18cff}\u{1aff0}-\u{1b2ff}\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

/**
 * Makes text from a module, a client or a file name safe for one line of the screen.
 *
 * Beyond `sanitize`: characters without a sign of their own go (variation selectors change widths from terminal to terminal),
 * and of the marks on one letter two stay, because a pile of them is drawn over the lines above.
 */
export function clean(text: string, maxLength = 500): string {
  if (text.length <= maxLength && plain.test(text)) return text;
  return sanitize(text, maxLength)
    .normalize('NFC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replace(/(\p{M}{2})\p{M}+/gu, '$1');
}

// What `clean` takes away or makes visible; Cs are halves of characters.
const harmful = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]|\p{M}{3}/u;

/** The text as it is where nothing in it can do harm, else cleaned: for what is made of words that should be clean by now. */
export function harmless(text: string): string {
  return plain.test(text) || !harmful.test(text) ? text : clean(text, 4_000);
}

/**
 * How many columns a text takes.
 *
 * Never less than a terminal draws, rather one more: a sequence of emoji counts each of its parts, so that a line can end
 * early but never run over.
 */
export function widthOf(text: string): number {
  if (plain.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += columnsOf(character);
  return width;
}

function columnsOf(character: string): number {
  if (combining.test(character)) return 0;
  return wide.test(character) ? 2 : 1;
}

/** The text cut to at most `width` columns; what is longer ends in `…`. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  return width <= 0 ? '' : `${head(text, width - 1)}…`;
}

/** As many characters from the start as pad into `width` columns. */
function head(text: string, width: number): string {
  let used = 0;
  let end = 0;
  for (const character of text) {
    used += columnsOf(character);
    if (used > width) break;
    end += character.length;
  }
  return text.slice(0, end);
}

/** The text cut and filled up with spaces to exactly `width` columns. */
export function pad(text: string, width: number, side: 'left' | 'right' = 'left'): string {
  const short = cut(text, width);
  const space = ' '.repeat(Math.max(0, width - widthOf(short)));
  return side === 'left' ? short + space : space + short;
}

/** Breaks a sentence into lines of at most `width` columns, at spaces where it can; words that are too long are broken. */
export function wrap(text: string, width: number): string[] {
  if (width <= 1) return [];
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (widthOf(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = breakWord(word, width, lines);
  }
  return line === '' && lines.length > 0 ? lines : [...lines, line];
}

// Pushes the full lines of a word that is longer than a line and gives what is left of it.
function breakWord(word: string, width: number, lines: string[]): string {
  let rest = word;
  while (widthOf(rest) > width) {
    const part = head(rest, width);
    lines.push(part);
    rest = rest.slice(part.length);
  }
  return rest;
}

/** With a full stop where no other end is. */
export function asSentence(words: string): string {
  return /[.?!]$/.test(words) ? words : `${words}.`;
}

/** With a capital letter, as a sentence begins; a command, and a name that says whose words follow (`mic: ...`), stay as they are. */
export function capital(words: string): string {
  if (/^([\w-]+: |(rigdeck|sudo|kill) )/.test(words)) return words;
  return words.charAt(0).toUpperCase() + words.slice(1);
}
