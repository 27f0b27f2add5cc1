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

/** What others write on a terminal, as `wall` and the kernel do, is gone with the first change after so long. In ms. */
const wholeMs = 30_000;

/**
 * Only what changed is written, so that clocks that tick cost a slow line little. The terminal must not wrap lines
 * (DECAWM off). What else is written to it stands there until the whole frame is drawn anew: by `redraw`, or now and then.
 *
 * @param monoMs a clock that never goes back
 */
export function createFrameWriter(
  write: (text: string) => void,
  monoMs: () => number = () => performance.now(),
): FrameWriter {
  let shown: readonly string[] = [];
  let wholeAtMs = monoMs();
  const redraw = () => {
    const lines = shown.map((line, row) => changeOf(row, '', line));
    write(begin + clear + lines.join('') + end);
    wholeAtMs = monoMs();
  };
  return {
    draw: (lines) => {
      const news = lines.map((line, row) => changeOf(row, shown[row] ?? '', line));
      if (lines.length < shown.length) news.push(to(lines.length, 0) + eraseBelow);
      shown = lines;
      const text = news.join('');
      if (text === '') return;
      if (monoMs() - wholeAtMs >= wholeMs) redraw();
      else write(begin + text + end);
    },
    redraw,
  };
}
