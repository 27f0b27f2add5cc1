import type { Look } from '../protocol/badge.ts';

/** What the other end of stdout can show. */
export type Terminal = {
  readonly isTty: boolean;
  /** Whether somebody can be asked: input and output are both a terminal. */
  readonly canAsk: boolean;
  readonly columns: number;
  readonly colours: 0 | 16 | 256;
  readonly unicode: boolean;
};

/**
 * Looks at this process' own terminal.
 *
 * Colours: none with `--no-color`, NO_COLOR (https://no-color.org), TERM=dumb or without a terminal. Signs beyond ASCII only
 * in a UTF-8 locale, and never on the Linux console, whose font lacks them.
 */
export function lookAtTerminal(options: { readonly colour: boolean }): Terminal {
  const { TERM = '', COLORTERM = '', NO_COLOR = '', COLUMNS } = process.env;
  const isTty = process.stdout.isTTY === true;
  const colourful = isTty && options.colour && NO_COLOR === '' && TERM !== 'dumb';
  const many = /256color|kitty|direct/.test(TERM) || COLORTERM !== '';
  return {
    isTty,
    canAsk: isTty && process.stdin.isTTY === true,
    columns: columnsOf(process.stdout.columns, COLUMNS),
    colours: colourful ? (many ? 256 : 16) : 0,
    unicode: speaksUtf8() && TERM !== 'dumb' && TERM !== 'linux',
  };
}

/** A pipe has no width of its own: COLUMNS if it is set, else 80. A terminal of 0 columns does not know either. */
function columnsOf(own: number | undefined, wished: string | undefined): number {
  if (own !== undefined && own > 0) return own;
  const columns = Number(wished);
  return Number.isInteger(columns) && columns > 0 ? columns : 80;
}

// The order of locale(7): LC_ALL, else LC_CTYPE, else LANG.
function speaksUtf8(): boolean {
  const { LC_ALL, LC_CTYPE, LANG } = process.env;
  return /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');
}

/** Puts the colour of a badge around a text. */
export function paint(text: string, look: Look, colours: Terminal['colours']): string {
  if (colours === 0) return text;
  const colour = colours === 256 ? `38;5;${look.colour256}` : colour16(look.colour16);
  const weight = `${look.bold ? '1;' : ''}${look.reverse ? '7;' : ''}`;
  return `\u001b[${weight}${colour}m${text}\u001b[0m`;
}

// SGR 30-37 are the eight colours, 90-97 their bright ones.
function colour16(number: number): string {
  return String(number < 8 ? 30 + number : 82 + number);
}

/** Makes a text faint, for what is stale or matters less. */
export function dim(text: string, colours: Terminal['colours']): string {
  return colours === 0 ? text : `\u001b[2m${text}\u001b[0m`;
}

const asciiOf: Readonly<Record<string, string | undefined>> = {
  '·': '-',
  '…': '~',
  '≈': '~',
  '±': '~',
  '─': '-',
};

/** The text in ASCII, of the same width: known signs by their neighbours, all others as `?`. */
export function toAscii(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: everything outside ASCII, colour codes stay
  return text.replace(/°C/g, ' C').replace(/[^\u0000-\u007f]/gu, (sign) => asciiOf[sign] ?? '?');
}
