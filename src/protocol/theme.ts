import type { Look } from './badge.ts';
import { widthOf } from './text.ts';

/** What this terminal can show. `plain` is without any escape codes (TERM=dumb), `none` has bold and reverse but no colour. */
export type Theme = {
  readonly colours: 'plain' | 'none' | '16' | '256';
  readonly ascii: boolean;
  /** Bright colours on black fields of their own, and nothing faint: for the sun, for weak eyes, for light backgrounds. */
  readonly contrast?: 'high';
};

/** What people choose by `--theme`. `mono` has no colours; bold, faint and reverse say what they can. */
export const themeNames = ['default', 'mono', 'high-contrast'] as const;
export type ThemeName = (typeof themeNames)[number];

/** The variables of the environment that say what a terminal can show. */
export type TerminalEnv = {
  readonly [name in 'TERM' | 'COLORTERM' | 'NO_COLOR' | 'LC_ALL' | 'LC_CTYPE' | 'LANG']?:
    | string
    | undefined;
};

/** How a piece of text looks. Colours as 256-colour and 16-colour numbers; `strong256` is that of the high contrast. */
export type Paint = {
  readonly colour256?: number;
  readonly colour16?: number;
  readonly strong256?: number;
  readonly bold?: boolean;
  readonly reverse?: boolean;
  readonly dim?: boolean;
};

export const paints = {
  plain: {},
  dim: { dim: true },
  bold: { bold: true },
  warn: { colour256: 214, colour16: 3, strong256: 220, bold: true },
  good: { colour256: 36, colour16: 2, strong256: 48 },
} as const satisfies Record<string, Paint>;

/**
 * Chooses colours and signs.
 *
 * No colour with `color: 'none'` or NO_COLOR (no-color.org: any value that is not empty); ASCII outside UTF-8 locales
 * (locale(7): LC_ALL, else LC_CTYPE, else LANG) and on the Linux console, whose fonts lack the signs.
 */
export function themeOf(
  options: { readonly color: 'auto' | 'none'; readonly name: ThemeName },
  env: TerminalEnv,
): Theme {
  const term = env.TERM ?? '';
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || '';
  const poor = term === 'dumb' || term === 'linux';
  const wish = options.name === 'mono' ? 'none' : options.color;
  return {
    colours: coloursOf(wish, term, env),
    ascii: poor || !/utf-?8/i.test(locale),
    ...(options.name === 'high-contrast' ? { contrast: 'high' } : {}),
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
  const isStrong = theme.contrast === 'high';
  const colour = isStrong ? strongColour(paint, theme) : colourOf(paint, theme);
  const codes: string[] = [];
  if (paint.bold === true || (isStrong && colour.length > 0)) codes.push('1');
  if (paint.dim === true && !isStrong) codes.push('2');
  if (paint.reverse === true) codes.push('7');
  return [...codes, ...colour];
}

function colourOf({ colour256, colour16 }: Paint, { colours }: Theme): string[] {
  if (colours === '256' && colour256 !== undefined) return [`38;5;${colour256}`];
  return colours === '16' && colour16 !== undefined ? [foreground16(colour16)] : [];
}

// On a field of its own, the black of the colour cube, which no terminal has in another shade: whatever the background is.
function strongColour({ colour256, colour16, strong256 }: Paint, { colours }: Theme): string[] {
  const bright = strong256 ?? colour256;
  if (colours === '256' && bright !== undefined) return [`38;5;${bright}`, '48;5;16'];
  if (colours !== '16' || colour16 === undefined) return [];
  return [foreground16(colour16 === 8 ? 15 : 8 + (colour16 % 8)), '40'];
}

// SGR 30-37 are the eight colours, 90-97 their bright ones.
function foreground16(colour: number): string {
  return String(colour < 8 ? 30 + colour : 82 + colour);
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
  '▸': '>',
  '▾': 'v',
  '▁': '_',
  '▂': '.',
  '▃': '-',
  '▄': '=',
  '▅': '+',
  '▆': '*',
  '▇': '#',
  '█': '#',
  '░': '.',
};

/** The text in ASCII and of the same width: known signs by their neighbours, letters without their accents, others as `?`. */
export function toAscii(text: string): string {
  return text.replace(/\P{ASCII}/gu, (sign) => signs[sign] ?? bare(sign));
}

function bare(sign: string): string {
  const width = widthOf(sign);
  if (width !== 1) return '?'.repeat(width);
  const letter = sign.normalize('NFD').charAt(0);
  return letter >= ' ' && letter <= '~' ? letter : '?';
}
