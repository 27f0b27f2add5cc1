import type { HistoryEntry } from '../../protocol/frames.ts';
import { sayEntry } from '../../protocol/history-words.ts';
import { clockTime, dateAndTime } from '../../protocol/local-time.ts';
import { withOwner } from '../../protocol/rig-words.ts';
import { clean, wrap } from '../../protocol/text.ts';
import { paints } from '../../protocol/theme.ts';
import { type Line, span } from '../line.ts';
import type { HistoryScreen, Past } from '../view/screens.ts';

export function historyTitle({ module, shows }: HistoryScreen): Line {
  const whose = module === null ? 'the rig' : clean(module);
  const what = shows === 'wishes' ? 'only wishes' : 'newest first';
  return [span(` history of ${whose}`, paints.bold), span(` · ${what}`, paints.dim)];
}

type View = {
  readonly shows: HistoryScreen['shows'];
  readonly width: number;
  /** Whose history it is; null for the rig's. */
  readonly module: string | null;
  /** All modules: what a change did to others is no part of one's own history. */
  readonly others: readonly string[];
};

/** Who wished what with which outcome, and what changed; the newest first, a line for each day. */
export function historyLines(past: Past, { shows, width, module, others }: View): Line[] {
  if (past.state !== 'known') {
    const words = past.state === 'asked' ? 'asking the daemon ...' : past.words;
    return wrap(clean(words), width - 2).map((text) => [span(` ${text}`)]);
  }
  const told = past.entries
    .map((entry) => (module === null ? entry : ownPart(entry, module, others)))
    .filter((entry) => isTold(entry, shows))
    .toReversed();
  if (told.length === 0) return [[span(' nothing yet')]];
  const lines: Line[] = [];
  let day = '';
  for (const entry of told) {
    const [date = ''] = dateAndTime(entry.at).split(' ');
    if (date !== day) lines.push([span(` ${date}`, paints.bold)]);
    day = date;
    lines.push(...entryLines(entry, width));
  }
  return lines;
}

function ownPart(entry: HistoryEntry, module: string, others: readonly string[]): HistoryEntry {
  if (entry.type !== 'change') return entry;
  const foreign = others.filter((name) => name !== module);
  const what = entry.what.filter(
    (words) => !foreign.some((name) => withOwner(name, words) === words),
  );
  return { ...entry, what };
}

function isTold(entry: HistoryEntry, shows: HistoryScreen['shows']): boolean {
  if (entry.type === 'intent') return true;
  return shows === 'all' && sayEntry(entry) !== null;
}

function entryLines(entry: HistoryEntry, width: number): Line[] {
  const time = clockTime(entry.at);
  const isRefused = entry.type === 'intent' && entry.reason !== null;
  const paint = isRefused ? paints.warn : entry.type === 'intent' ? paints.plain : paints.dim;
  const indent = width < 30 ? 2 : 10;
  const text = clean(sayEntry(entry) ?? '', 1_000);
  const words = indent === 2 ? `${time} ${text}` : text;
  return wrap(words, width - indent - 1).map((line, at) => {
    const label = at === 0 && indent === 10 ? ` ${time} ` : ' '.repeat(indent);
    return [span(label, paints.dim), span(line, paint)];
  });
}
