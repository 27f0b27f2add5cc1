import { clockTime } from '../../protocol/local-time.ts';
import type { MarkerRecord } from '../../protocol/snapshot.ts';
import { clean, widthOf, wrap } from '../../protocol/text.ts';
import { paints } from '../../protocol/theme.ts';
import { type Line, span } from '../line.ts';
import type { Situation } from '../situation.ts';
import type { Screen } from '../view/screens.ts';

/** The words of a marker, which is set already. */
export function wordsLines(
  { text, atMs }: Extract<Screen, { kind: 'words' }>,
  { snapshot, width }: Situation,
): Line[] {
  const at = clockTime(new Date(atMs).toISOString());
  const stands = `The marker of ${at}${trialOf(snapshot?.rig.lastMarker, atMs)} is set. Esc leaves it without words.`;
  return [
    typedLine(' words: ', text, width),
    ...wrap(stands, width - 2).map((line): Line => [span(` ${line}`, paints.dim)]),
  ];
}

// Only where the newest marker is this one: somebody else may have set one since, and clocks are set.
function trialOf(newest: MarkerRecord | null | undefined, atMs: number): string {
  if (newest?.trial == null || Math.abs(Date.parse(newest.at) - atMs) >= 1_000) return '';
  return ` in trial ${newest.trial}`;
}

/** The label of the trial that is to be recorded. */
export function promptLine(text: string, width: number): Line {
  return typedLine(' label: ', text, width);
}

/** What is typed; of a long text the end, where one types. */
export function typedLine(title: string, text: string, width: number): Line {
  const letters = [...clean(text, 240)];
  const room = Math.max(1, width - widthOf(title) - 2);
  while (widthOf(letters.join('')) > room) letters.shift();
  return [span(title, paints.bold), span(letters.join('')), span(' ', { reverse: true })];
}
