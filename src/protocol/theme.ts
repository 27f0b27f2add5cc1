import type { Look } from './badge.ts';
import { widthOf } from './text.ts';

/** What this terminal can show. `plain` is without any escape codes (TERM=dumb), `none` has bold and reverse but no colour. */
export type Theme = {
  readonly colours: 'plain' | 'none' | '16' | '256';
  readonly ascii: boolean;
};

/** The variables of the environment that say what a terminal can show. */
export type TerminalEnv = {
  readonly [name in 'TERM' | 'COLORTERM' | 'NO_COLOR' | 'LC_ALL' | 'LC_CTYPE' | 'LANG']?:
    | string
    | undefined;
};

/** How a piece of text looks. Colours as 256-colour and 16-colour numbers. */
export type Paint = {
  readonly colour256?: number;
  readonly colour16?: number;
  readonly bold?: boolean;
  readonly reverse?: boolean;
  readonly dim?: boolean;
};

export const paints = {
  plain: {},
  dim: { dim: true },
  bold: { bold: true },
  warn: { colour256: 214, colour16: 3, bold: true },
  good: { colour256: 36, colour16: 2 },
} as const satisfies Record<string, Paint>;

/**
 * Chooses colours and signs.
 *
 * No colour with `color: 'none'` or NO_COLOR (no-color.org: any value that is not empty); ASCII outside UTF-8 locales
 * (locale(7): LC_ALL, else LC_CTYPE, else LANG) and on the Linux console, whose fonts lack the signs.
 */
export function themeOf(
  options: { readonly color: 'auto' | 'none'; readonly ascii: boolean },
  env: TerminalEnv,
): Theme {
  const term = env.TERM ?? '';
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  const poor = term === 'dumb' || term === 'linux';
  return {
    colours: coloursOf(options.color, term, env),
    ascii: options.ascii || poor || !/utf-?8/i.test(locale),
  };
}

function coloursOf(wish: 'auto' | 'none', term: string, env: TerminalEnv): Theme['colours'] {
  if (term === 'dumb') return 'plain';
  if (wish === 'none' || (env.NO_COLOR ?? '') !== '') return 'none';
  if (/256color|kitty|direct/.test(term)) return '256';
  return (env.COLORTERM ?? '') !== '' && term !== 'linux' ? '256' : '16';
}

/** The text with the codes that paint it. */
export function painted(text: string, paint: Paint, theme: Theme): string {
  const codes = theme.colours === 'plain' ? [] : codesOf(paint, theme);
  return codes.length === 0 || text === '' ? text : `\u001b[${codes.join(';')}m${text}\u001b[0m`;
}

function codesOf(paint: Paint, theme: Theme): string[] {
  const codes: string[] = [];
  if (paint.bold === true) codes.push('1');
  if (paint.dim === true) codes.push('2');
  if (paint.reverse === true) codes.push('7');
  if (theme.colours === '256' && paint.colour256 !== undefined) {
    codes.push(`38;5;${paint.colour256}`);
  }
  // SGR 30-37 are the eight colours, 90-97 their bright ones.
  if (theme.colours === '16' && paint.colour16 !== undefined) {
    codes.push(String(paint.colour16 < 8 ? 30 + paint.colour16 : 82 + paint.colour16));
  }
  return codes;
}

/** The sign of a badge, as this terminal can show it. */
export function glyphOf(look: Look, theme: Theme): string {
  return theme.ascii ? look.ascii : look.glyph;
}

const signs: Readonly<Record<string, string>> = {
  '·': '-',
  '…': '~',
  '≈': '~',
  '±': '~',
  '°': ' ',
  '─': '-',
  '│': '|',
  '┌': '+',
  '┐': '+',
  '└': '+',
  '┘': '+',
  '▌': '>',
  '↑': '^',
  '↓': 'v',
  '←': '<',
  '→': '>',
  '↻': '*',
  '✖': 'x',
  '●': 'o',
  '○': '-',
  '█': '#',
  '░': '.',
};

/** The text in ASCII and of the same width: known signs by their neighbours, letters without their accents, others as `?`. */
export function toAscii(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: everything outside ASCII is what is looked for
  return text.replace(/[^\u0000-\u007f]/gu, (sign) => signs[sign] ?? bare(sign));
}

function bare(sign: string): string {
  const width = widthOf(sign);
  if (width !== 1) return '?'.repeat(width);
  const letter = sign.normalize('NFD').charAt(0);
  return letter >= ' ' && letter <= '~' ? letter : '?';
}
