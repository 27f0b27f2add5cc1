import { clean, cut, wrap } from '../../protocol/text.ts';
import { type Paint, paints } from '../../protocol/theme.ts';
import { sayCount } from '../../protocol/units.ts';
import { type Line, type Span, span } from '../line.ts';
import { isHit, type LogScreen, markedLines } from '../view/log-screen.ts';

/** What stands over a log: whose it is, whether it is followed, and how many lines have what is searched for. */
export function logTitle(log: LogScreen): Line {
  const where = log.bottom === null ? 'following' : `line ${log.bottom + 1}, not following`;
  const marked = markedLines(log);
  const count = marked === null ? '' : ` · ${sayCount(marked.to - marked.from + 1, 'line')} marked`;
  const hits = log.lines.filter((line) => isHit(line, log.find)).length;
  const matches = log.find === '' ? '' : ` · ${hits} with "${clean(log.find, 40)}"`;
  return [
    span(` log of ${clean(log.module)}`, paints.bold),
    span(` · ${where}${count}${matches}`, paints.dim),
  ];
}

/** The part of a log that is shown: whole lines of it, long ones broken or cut, with what is searched for in reverse. */
export function logLines(log: LogScreen, width: number, height: number): Line[] {
  return rowsOf(log, width, height).map(({ text }) => found(text, log.find));
}

/** The same for the log's own page, with a bar beside the lines that are marked. */
export function logPage(log: LogScreen, width: number, height: number): Line[] {
  const marked = markedLines(log);
  return rowsOf(log, width - 1, height).map(({ text, number }) => {
    const isMarked = marked !== null && number >= marked.from && number <= marked.to;
    return [span(isMarked ? '▌' : ' ', paints.bold), ...found(text, log.find)];
  });
}

type Row = { readonly text: string; readonly number: number };

function rowsOf(log: LogScreen, width: number, height: number): Row[] {
  if (log.lines.length === 0) {
    const words = clean(log.trouble ?? 'nothing in this log yet');
    return wrap(words, width)
      .slice(0, height)
      .map((text) => ({ text, number: -1 }));
  }
  const rows = (at: number): Row[] => {
    const text = clean(log.lines[at] ?? '', 4_000);
    const parts = log.wraps ? wrap(text, width) : [cut(text, width)];
    return parts.map((part) => ({ text: part, number: log.first + at }));
  };
  const last = log.bottom === null ? log.lines.length - 1 : log.bottom - log.first;
  const shown: Row[] = [];
  let at = Math.min(last, log.lines.length - 1);
  while (at >= 0 && shown.length < height) {
    shown.unshift(...rows(at));
    at -= 1;
  }
  // At the oldest line there is nothing above, so what follows fills the page.
  for (let next = last + 1; next < log.lines.length && shown.length < height; next += 1) {
    shown.push(...rows(next));
  }
  return shown.slice(-height);
}

const hit: Paint = { reverse: true };

/** What is searched for in reverse. */
function found(text: string, find: string): Line {
  if (find === '') return [span(text)];
  const spans: Span[] = [];
  const lower = text.toLowerCase();
  let from = 0;
  // Lower case may have another length (\u0130): then nothing is marked rather than something wrong.
  const isEven = lower.length === text.length;
  for (let at = isEven ? lower.indexOf(find.toLowerCase()) : -1; at !== -1; ) {
    spans.push(span(text.slice(from, at)), span(text.slice(at, at + find.length), hit));
    from = at + find.length;
    at = lower.indexOf(find.toLowerCase(), from);
  }
  return [...spans, span(text.slice(from))];
}
