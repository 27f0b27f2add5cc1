/**
 * How well something fits what was typed; the lower the better, null not at all.
 *
 * 0 it is that, 1 it begins so, 2 each word of the query begins one of its words (in any order), 3 each is somewhere in it, or its
 * letters are in one of its words in that order, 4 each is there or in its explanation. Capitals do not matter.
 */
export function rankOf(query: string, words: string, help: string): number | null {
  const text = words.toLowerCase();
  const whole = query.toLowerCase().trim();
  if (text === whole) return 0;
  if (text.startsWith(whole)) return 1;
  const parts = whole.split(/\s+/);
  const own = text.split(/[\s_.-]+/);
  if (parts.every((part) => own.some((word) => word.startsWith(part)))) return 2;
  if (parts.every((part) => text.includes(part) || isSkimmed(part, text))) return 3;
  const all = `${text} ${help.toLowerCase()}`;
  return parts.every((part) => all.includes(part)) ? 4 : null;
}

/** Whether letters were only left out: `cmlf` is in `camera-left`. It begins as the word does. */
function isSkimmed(part: string, text: string): boolean {
  return text.split(/\s+/).some((word) => {
    if (part[0] !== word[0]) return false;
    let at = 0;
    for (const letter of word) if (letter === part[at]) at += 1;
    return at === part.length;
  });
}

/** What all of these begin with. */
export function commonStart(texts: readonly string[]): string {
  const [first = '', ...rest] = texts;
  let length = first.length;
  for (const text of rest) {
    while (!text.startsWith(first.slice(0, length))) length -= 1;
  }
  return first.slice(0, length);
}
