import { type Theme, type ThemeName, themeOf } from '../protocol/theme.ts';

/** What the other end of stdout can show. */
export type Terminal = {
  readonly isTty: boolean;
  /** Whether somebody can be asked: input and output are both a terminal. */
  readonly canAsk: boolean;
  /** It can only print: nothing can be drawn over, and a line that is too long is its own affair. */
  readonly isDumb: boolean;
  readonly columns: number;
  /** What is printed has all of its colours or no escape codes at all: it may be read by programs too. */
  readonly theme: Theme;
  /** What is drawn here is for eyes: without colours it is still bold and faint. */
  readonly screenTheme: Theme;
};

/** Looks at this process' own terminal. Colours: none where they are not wanted, and none without a terminal. */
export function lookAtTerminal(options: {
  readonly colour: boolean;
  readonly theme: ThemeName;
}): Terminal {
  const isTty = process.stdout.isTTY === true;
  const color = isTty && options.colour ? 'auto' : 'none';
  const screenTheme = themeOf({ color, name: options.theme }, process.env);
  return {
    isTty,
    canAsk: isTty && process.stdin.isTTY === true,
    isDumb: process.env['TERM'] === 'dumb',
    columns: columnsOf(process.stdout.columns, process.env['COLUMNS']),
    theme: screenTheme.colours === 'none' ? { ...screenTheme, colours: 'plain' } : screenTheme,
    screenTheme,
  };
}

/** A pipe has no width of its own: COLUMNS if it is set, else 80. A terminal of 0 columns does not know either. */
function columnsOf(own: number | undefined, wished: string | undefined): number {
  if (own !== undefined && own > 0) return own;
  const columns = Number(wished);
  return Number.isInteger(columns) && columns > 0 ? columns : 80;
}
