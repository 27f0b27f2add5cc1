import { clean, pad, wrap } from '../../protocol/text.ts';
import { paints } from '../../protocol/theme.ts';
import { findWords } from '../glossary.ts';
import { findKeys, type HelpRow, rigTitle } from '../keymap/key-help.ts';
import { type Line, span } from '../line.ts';
import type { HelpScreen } from '../view/screens.ts';

export function helpTitle({ query }: HelpScreen): Line {
  const words = query === '' ? ' · type to search' : ` · with "${clean(query)}"`;
  return [span(' keys and words', paints.bold), span(words, paints.dim)];
}

/** All keys and words, or those that have what was typed; each as many lines as it needs. */
export function helpLines(query: string, width: number): Line[] {
  const rows = findKeys(query);
  // Where the place is not told, a key that is the same on many screens is one.
  const told = hasPlace(width)
    ? rows
    : rows.filter((row, at) => at === rows.findIndex(isSame(row)));
  const keys = told.flatMap(({ screen, keys, help }) =>
    entry(keys, 12, help, screen === rigTitle ? null : screen, width),
  );
  const words = findWords(query).flatMap(([word, meaning]) =>
    entry(word, 20, meaning, 'word', width),
  );
  if (keys.length + words.length > 0) return [...keys, ...words];
  return wrap('no key or word has that; Backspace takes a letter back', width - 2).map((text) => [
    span(` ${text}`),
  ]);
}

function isSame({ keys, help }: HelpRow): (other: HelpRow) => boolean {
  return (other) => other.keys === keys && other.help === help;
}

function hasPlace(width: number): boolean {
  return width >= 60;
}

// Keys of the main screen need no place, other places stand behind the words: the place goes first where there is little room, then what is explained gets lines of its own.
function entry(
  name: string,
  column: number,
  help: string,
  where: string | null,
  width: number,
): Line[] {
  const indent = Math.min(column, Math.floor(width / 3));
  const place = where !== null && hasPlace(width) ? ` · ${where}` : '';
  const lines = wrap(`${help}${place}`, width - indent - 3);
  const isLong = name.length > indent;
  const first: Line[] = isLong ? [[span(` ${name}`, paints.bold)]] : [];
  const rest = lines.map((text, at): Line => {
    const label = at === 0 && !isLong ? pad(name, indent) : ' '.repeat(indent);
    const isPlaced = place !== '' && text.endsWith(place);
    const words = isPlaced
      ? [span(text.slice(0, -place.length)), span(place, paints.dim)]
      : [span(text)];
    return [span(` ${label} `, paints.bold), ...words];
  });
  return [...first, ...rest];
}
