// C0, DEL and C1 (Cc) move cursors; bidi controls, zero-width and separators reorder or hide what a person reads.
const hostile = /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu;

/**
 * Makes text from outside safe to show on one line: control and bidi characters become visible, length is cut.
 *
 * @param text from a module, a client or a file name; never trusted
 * @param maxLength in UTF-16 code units; what is longer ends in `…`
 */
export function sanitize(text: string, maxLength = 500): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
  return cut.toWellFormed().replace(hostile, visible);
}

function visible(character: string): string {
  const code = character.charCodeAt(0);
  if (code === 9) return ' ';
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return '\u2421';
  return `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
}
