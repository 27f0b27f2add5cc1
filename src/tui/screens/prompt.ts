import { clean, cut } from '../../protocol/text.ts';
import { paints } from '../../protocol/theme.ts';
import { type Line, span } from '../line.ts';

/** The label of the trial that is to be recorded. */
export function promptLine(text: string, width: number): Line {
  const shown = cut(clean(text, 200), Math.max(1, width - 10));
  return [span(' label: ', paints.bold), span(shown), span(' ', { reverse: true })];
}
