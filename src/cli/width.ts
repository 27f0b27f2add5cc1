// What terminals draw two columns wide: East Asian wide and full-width forms, and emoji.
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u;
// What takes one column each: ASCII, Latin letters, and the signs that a status is made of.
const plain = /^[\u0020-\u007e\u00a1-\u00ac\u00ae-\u02ff…‖≈○◐◉●◑▲✖]*$/;

let segmenter: Intl.Segmenter | undefined;

/** What is drawn as one character. Made when it is needed first: it costs as much as half an empty process. */
function segmentsOf(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return segmenter.segment(text);
}

/** How many columns of a terminal the text takes. */
export function widthOf(text: string): number {
  if (plain.test(text)) return text.length;
  let width = 0;
  for (const { segment } of segmentsOf(text)) width += wide.test(segment) ? 2 : 1;
  return width;
}

/** The text cut to `columns` columns; what is longer ends in `…`. */
export function clip(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  if (plain.test(text)) return columns > 0 ? `${text.slice(0, columns - 1)}…` : '';
  let width = 0;
  let kept = '';
  for (const { segment } of segmentsOf(text)) {
    width += wide.test(segment) ? 2 : 1;
    if (width > columns - 1) break;
    kept += segment;
  }
  return columns > 0 ? `${kept}…` : '';
}

/** The text cut and filled with spaces to exactly `columns` columns. */
export function pad(text: string, columns: number, align: 'left' | 'right' = 'left'): string {
  const cut = clip(text, columns);
  const space = ' '.repeat(Math.max(0, columns - widthOf(cut)));
  return align === 'left' ? cut + space : space + cut;
}

/** Breaks a sentence into lines of at most `columns` columns, at spaces where there are any. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (widthOf(longer) <= columns) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = clip(word, columns);
  }
  if (line !== '') lines.push(line);
  return lines;
}
