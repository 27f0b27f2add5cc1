import type { HistoryEntry } from '../../protocol/frames.ts';
import { sayEntry } from '../../protocol/history-words.ts';
import { clockTime, dateAndTime } from '../../protocol/local-time.ts';
import { clean, wrap } from '../../protocol/text.ts';
import { paints } from '../../protocol/theme.ts';
import { type Line, span } from '../line.ts';
import type { HistoryScreen, Past } from '../view/screens.ts';

export function historyTitle({ module, shows }: HistoryScreen): Line {
  const whose = module === null ? 'the rig' : clean(module);
  const what = shows === 'wishes' ? 'only wishes, newest first' : 'newest first';
  return [span(` history of ${whose}`, paints.bold), span(` · ${what}`, paints.dim)];
}

/** Who wished what with which outcome, and what changed; the newest first, a line for each day. */
export function historyLines(past: Past, shows: HistoryScreen['shows'], width: number): Line[] {
  if (past.state !== 'known') {
    const words = past.state === 'asked' ? 'asking the daemon ...' : past.words;
    return wrap(clean(words), width - 2).map((text) => [span(` ${text}`)]);
  }
  const told = past.entries.filter((entry) => isTold(entry, shows)).toReversed();
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

// Who comes and goes changes nothing of the rig.
function isTold(entry: HistoryEntry, shows: HistoryScreen['shows']): boolean {
  if (entry.type === 'intent') return true;
  if (shows === 'wishes') return false;
  return entry.type === 'event' || entry.what.length > 0;
}

function entryLines(entry: HistoryEntry, width: number): Line[] {
  const time = clockTime(entry.at);
  const isRefused = entry.type === 'intent' && entry.reason !== null;
  const paint = isRefused ? paints.warn : entry.type === 'intent' ? paints.plain : paints.dim;
  const indent = width < 30 ? 2 : 10;
  const text = clean(sayEntry(entry), 1_000);
  const words = indent === 2 ? `${time} ${text}` : text;
  return wrap(words, width - indent - 1).map((line, at) => {
    const label = at === 0 && indent === 10 ? ` ${time} ` : ' '.repeat(indent);
    return [span(label, paints.dim), span(line, paint)];
  });
}
