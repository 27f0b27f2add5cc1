const esc = '\u001b';
const eraseLine = `${esc}[2K`;
const eraseToEnd = `${esc}[K`;
const reset = `${esc}[0m`;

/** Puts the cursor there; rows and columns from 0. */
export function to(row: number, column: number): string {
  return `${esc}[${row + 1};${column + 1}H`;
}

/**
 * What turns a line of the screen into another; nothing where they are the same.
 *
 * @param before what was drawn there; empty where the line is clean
 * @param after a text with codes for colours (SGR) and no others, everything reset at its end
 */
export function changeOf(row: number, before: string, after: string): string {
  if (before === after) return '';
  const old = inCells(before);
  const next = inCells(after);
  if (old === null || next === null) return to(row, 0) + eraseLine + after;
  const pen = createPen(row);
  let isClean = old.text === '';
  for (const part of partsOf(next)) {
    const isNew = isClean || !isSame(old, next, part);
    if (!isClean && isReasonToErase(old, next, part, isNew)) {
      pen.erase(part.from);
      isClean = true;
    }
    if (isClean || isNew) pen.put(next, part);
  }
  if (next.text === '') pen.erase(0);
  return pen.end();
}

/**
 * Whether nothing of the old line may stay from here on. A terminal may draw a sign twice as wide as we count it: it then
 * moves what follows, it reaches beyond the end, or it is not drawn at all before the edge.
 */
function isReasonToErase(old: Cells, next: Cells, { until, sign }: Part, isNew: boolean): boolean {
  if (sign && isNew) return true;
  const isLast = until === next.text.length;
  return isLast && (old.text.length > next.text.length || isSign(old.text.at(-1)));
}

/** A line of which every character takes one column, as far as we know: a text and, for each column, its codes. */
type Cells = { readonly text: string; readonly paints: readonly string[] };

// ASCII and the letters and signs that terminals agree on, but for the question whether those beyond ASCII are twice as wide
// (Unicode UAX #11, "Ambiguous"). Not among them: what is drawn as emoji, joined, shaped, put on top of others or left out.
const even =
  /^[ -~\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u052f\u2010-\u2027\u2030-\u205e\u2190-\u2319\u231c-\u23e8\u2400-\u25fc\u25ff-\u2613\u2713-\u2718\u2794\u2800-\u28ff]*$/;
const emoji = /\p{Emoji_Presentation}/u;
// Codes, and the text up to the next codes.
const painted = new RegExp(`(?:${esc}\\[([\\d;]*)m)?([^${esc}]*)`, 'g');

/** Null where the line holds what terminals may draw in other widths than we count. */
function inCells(line: string): Cells | null {
  let text = '';
  let paint = '';
  const paints: string[] = [];
  for (const [, codes, words = ''] of line.matchAll(painted)) {
    if (codes !== undefined) paint = join(paint, codes);
    text += words;
    for (let at = 0; at < words.length; at += 1) paints.push(paint);
  }
  return even.test(text) && !emoji.test(text) ? { text, paints } : null;
}

function join(paint: string, codes: string): string {
  if (codes === '' || codes === '0') return '';
  return paint === '' ? codes : `${paint};${codes}`;
}

type Part = { readonly from: number; readonly until: number; readonly sign: boolean };

/**
 * The line in parts that are written as one: a character of ASCII, or signs with the space behind them, where one that is
 * drawn twice as wide has its room.
 */
function partsOf({ text, paints }: Cells): Part[] {
  const parts: Part[] = [];
  let from = 0;
  while (from < text.length) {
    let until = from + 1;
    const sign = isSign(text[from]);
    const goesOn = () => until < text.length && paints[until] === paints[from];
    while (sign && goesOn() && isSign(text[until])) until += 1;
    if (sign && goesOn() && text[until] === ' ') until += 1;
    parts.push({ from, until, sign });
    from = until;
  }
  return parts;
}

function isSign(character: string | undefined): boolean {
  return character !== undefined && character > '~';
}

function isSame(old: Cells, next: Cells, { from, until }: Part): boolean {
  for (let at = from; at < until; at += 1) {
    if (old.text[at] !== next.text[at] || old.paints[at] !== next.paints[at]) return false;
  }
  return true;
}

/** Writes parts of one line, from left to right. */
function createPen(row: number) {
  let text = '';
  let paint = '';
  // Where the cursor stands; null where that hangs on how wide the terminal draws a sign.
  let column: number | null = null;
  // Signs that have not room enough to be drawn twice as wide may stand where other parts belong.
  let isOver = false;
  const take = (codes: string) => {
    if (codes !== paint) text += paint === '' ? `${esc}[${codes}m` : reset;
    if (codes !== paint && paint !== '' && codes !== '') text += `${esc}[${codes}m`;
    paint = codes;
  };
  const move = (where: number) => {
    if (column !== where) text += text === '' ? to(row, where) : `${esc}[${where + 1}G`;
    column = where;
  };
  const erase = (from: number) => {
    // What is erased takes the colour of the pen in most terminals.
    take('');
    move(from);
    text += eraseToEnd;
    isOver = false;
  };
  return {
    erase,
    put: (cells: Cells, { from, until, sign }: Part) => {
      if (isOver) erase(from);
      move(from);
      take(cells.paints[from] ?? '');
      const words = cells.text.slice(from, until);
      text += words;
      column = sign ? null : until;
      isOver = sign && !/^. $/.test(words);
    },
    end: () => {
      take('');
      return text;
    },
  };
}
