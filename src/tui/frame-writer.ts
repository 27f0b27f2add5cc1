import { changeOf, to } from './line-change.ts';

/** Draws frames on the alternate screen of a terminal, from its first line down. */
export type FrameWriter = {
  /**
   * Writes what is not yet on the screen, and nothing where that is all of it.
   *
   * @param lines texts with codes for colours (SGR, ECMA-48 8.3.117) and no others: none wider than the terminal, each with
   * everything reset at its end
   */
  readonly draw: (lines: readonly string[]) => void;
  /** Draws the frame that stands there once more, on a clean screen: what is on it is not known any more. */
  readonly redraw: () => void;
};

// The terminal shows what stands between the two at once ("synchronized output"); one that does not know it ignores it.
const begin = '\u001b[?2026h';
const end = '\u001b[?2026l';
const clear = '\u001b[2J\u001b[H';
const eraseBelow = '\u001b[J';

/**
 * Only what changed is written, so that clocks that tick cost a slow line little. The terminal must not wrap lines
 * (DECAWM off), and nobody else may write to it between two calls but with a `redraw` behind it.
 */
export function createFrameWriter(write: (text: string) => void): FrameWriter {
  let shown: readonly string[] = [];
  return {
    draw: (lines) => {
      const news = lines.map((line, row) => changeOf(row, shown[row] ?? '', line));
      if (lines.length < shown.length) news.push(to(lines.length, 0) + eraseBelow);
      shown = lines;
      const text = news.join('');
      if (text !== '') write(begin + text + end);
    },
    redraw: () => {
      const lines = shown.map((line, row) => changeOf(row, '', line));
      write(begin + clear + lines.join('') + end);
    },
  };
}
