import { clockTime } from '../../protocol/local-time.ts';
import type { MarkerRecord } from '../../protocol/snapshot.ts';
import { clean, widthOf, wrap } from '../../protocol/text.ts';
import { paints } from '../../protocol/theme.ts';
import { cannotMark, cannotRecord } from '../keymap/reasons.ts';
import { type Line, span } from '../line.ts';
import type { Situation } from '../situation.ts';
import type { Screen } from '../view/screens.ts';

/** A line that is typed on, in the place of the keys of the screen below. */
export type LineScreen = Extract<Screen, { kind: 'prompt' | 'words' | 'search' }>;

export function isLine(screen: Screen): screen is LineScreen {
  return screen.kind in titles;
}

const titles = { prompt: ' label: ', words: ' words: ', search: ' /' } as const;

/** The line itself. */
export function inputLine({ kind, text }: LineScreen, width: number): Line {
  return typedLine(titles[kind], text, width);
}

/** What is said over the line about what is typed there. */
export function saidOver(screen: LineScreen, now: Situation): Line[] {
  const { words, isBad } = sayOver(screen, now);
  const { toast } = now.view.notices;
  const isSaid = toast?.words === words && now.nowMs < toast.untilMs;
  if (words === '' || isSaid) return [];
  const paint = isBad ? paints.warn : paints.dim;
  return wrap(words, now.width - 2).map((line): Line => [span(` ${line}`, paint)]);
}

function sayOver(screen: LineScreen, now: Situation): { words: string; isBad: boolean } {
  if (screen.kind === 'search') return { words: '', isBad: false };
  if (screen.kind === 'prompt') {
    const why = cannotRecord(now);
    return { words: why ?? 'The label of the new trial; empty for none.', isBad: why !== null };
  }
  const { marker } = screen;
  if (!('why' in marker)) return { words: sayMarker(marker.atMs, now), isBad: false };
  const { why, lost } = marker;
  if (lost === null || cannotMark(now) !== null) return { words: why, isBad: true };
  return { words: `Enter sets the marker of ${timeOf(lost.atMs)} now.`, isBad: false };
}

/** Where both have no room in a line, the keys say the second. */
function sayMarker(atMs: number, { snapshot, width }: Situation): string {
  const isSet = `The marker of ${timeOf(atMs)}${trialOf(snapshot?.rig.lastMarker, atMs)} is set.`;
  const both = `${isSet} Esc leaves it without words.`;
  return widthOf(both) < width - 2 ? both : isSet;
}

function timeOf(atMs: number): string {
  return clockTime(new Date(atMs).toISOString());
}

// Only where the newest marker is this one: somebody else may have set one since, and clocks are set.
function trialOf(newest: MarkerRecord | null | undefined, atMs: number): string {
  if (newest?.trial == null || Math.abs(Date.parse(newest.at) - atMs) >= 1_000) return '';
  return ` in trial ${newest.trial}`;
}

/** What is typed; of a long text the end, where one types. */
export function typedLine(title: string, text: string, width: number): Line {
  const letters = [...clean(text, 240)];
  const room = Math.max(1, width - widthOf(title) - 2);
  while (widthOf(letters.join('')) > room) letters.shift();
  return [span(title, paints.bold), span(letters.join('')), span(' ', { reverse: true })];
}
