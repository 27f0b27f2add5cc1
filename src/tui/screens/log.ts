import { clean, wrap } from '../../protocol/text.ts';
import { paints } from '../../protocol/theme.ts';
import { type Line, span } from '../line.ts';
import type { LogScreen } from '../view/log-screen.ts';

/** What stands over a log: whose it is, and whether it is followed. */
export function logTitle(log: LogScreen): Line {
  const where = log.bottom === null ? 'following' : `line ${log.bottom + 1}, not following`;
  return [span(` log of ${clean(log.module)}`, paints.bold), span(` · ${where}`, paints.dim)];
}

/** The part of a log that is shown, in lines of at most `width` columns: whole lines of the log, long ones broken. */
export function logLines(log: LogScreen, width: number, height: number): string[] {
  if (log.lines.length === 0)
    return wrap(clean(log.trouble ?? 'nothing in this log yet'), width).slice(0, height);
  const last = log.bottom === null ? log.lines.length - 1 : log.bottom - log.first;
  const shown: string[] = [];
  let at = Math.min(last, log.lines.length - 1);
  while (at >= 0 && shown.length < height) {
    shown.unshift(...wrap(clean(log.lines[at] ?? '', 4_000), width));
    at -= 1;
  }
  // At the oldest line there is nothing above, so what follows fills the page.
  for (let next = last + 1; next < log.lines.length && shown.length < height; next += 1) {
    shown.push(...wrap(clean(log.lines[next] ?? '', 4_000), width));
  }
  return shown.slice(-height);
}
