import { clean, cut, pad, wrap } from '../protocol/text.ts';
import { paints } from '../protocol/theme.ts';
import { bottomLine } from './bottom-line.ts';
import { headLine, infoLine } from './header.ts';
import { findKeys } from './key-help.ts';
import { heightsFor } from './layout.ts';
import { blank, faint, type Line, span } from './line.ts';
import { logLines } from './log-lines.ts';
import { hasToast, problemLines, toastLine } from './messages.ts';
import { moduleLines, titleLine } from './rows.ts';
import type { Situation } from './situation.ts';
import { stopBox } from './stop-box.ts';
import type { LogScreen } from './view-state.ts';

/** The rig: header, a row for each module, what is wrong, what was answered, the keys. */
export function dashboardLines(now: Situation): Line[] {
  const body = now.names.length === 0 ? emptyLines(now) : null;
  const heights = heightsFor(now.height, {
    rows: body?.length ?? now.names.length,
    problem: problemLines(now, 3).length,
    toast: hasToast(now) ? 1 : 0,
  });
  const lines = [
    headLine(now),
    ...(heights.info ? [infoLine(now)] : []),
    ...(heights.rule ? [[span('─'.repeat(now.width), paints.dim)]] : []),
    ...(heights.titles ? [body === null ? titleLine(now) : blank] : []),
    ...(body?.slice(0, heights.rows) ?? moduleLines(now, heights.rows)),
    ...Array.from({ length: heights.gap }, () => blank),
    ...problemLines(now, heights.problem),
    ...(heights.toast ? [toastLine(now)] : []),
    ...(heights.keys ? [bottomLine(now)] : []),
  ];
  return staleAsFaint(now, lines.slice(0, now.height));
}

/** The rig with the question over its lower lines; the header stays in sight, so that it is clear what would stop. */
export function confirmLines(now: Situation): Line[] {
  const lines = dashboardLines(now);
  const box = stopBox(now, Math.max(1, now.height - 2));
  if (now.height < 3) return box.slice(0, now.height);
  const above = lines.slice(0, Math.max(1, now.height - 1 - box.length));
  return [...above, ...box, bottomLine(now)];
}

/** One module's log. */
export function logScreenLines(now: Situation, log: LogScreen): Line[] {
  const where = log.bottom === null ? 'following' : `line ${log.bottom + 1}, not following`;
  const title: Line = [
    span(` log of ${clean(log.module)}`, paints.bold),
    span(` · ${where}`, paints.dim),
  ];
  const note = hasToast(now) ? 1 : 0;
  const room = Math.max(0, now.height - 2 - note);
  const lines = logLines(log, now.width - 1, room).map((text): Line => [span(` ${text}`)]);
  const filled = [...lines, ...Array.from({ length: room - lines.length }, () => blank)];
  return screenOf(now, [title, ...filled, ...(note ? [toastLine(now)] : [])]);
}

/** All keys, or those that pad what was typed. */
export function helpLines(now: Situation, query: string, top: number): Line[] {
  const found = findKeys(query);
  const title: Line = [
    span(' keys', paints.bold),
    span(query === '' ? ' · type to search' : ` · with "${clean(query)}"`, paints.dim),
  ];
  const lines = found.map(({ screen, keys, help }): Line => {
    return [span(` ${pad(keys, 10)} `, paints.bold), span(help), span(` · ${screen}`, paints.dim)];
  });
  const none: Line[] = [[span(' no key has that in its words; Backspace takes a letter back')]];
  const room = Math.max(0, now.height - 2);
  const from = Math.min(top, Math.max(0, lines.length - room));
  const shown = (lines.length === 0 ? none : lines).slice(from, from + room);
  return screenOf(now, [
    title,
    ...shown,
    ...Array.from({ length: room - shown.length }, () => blank),
  ]);
}

/** The label of the trial that is to be recorded. */
export function promptLines(now: Situation, text: string): Line[] {
  const room = Math.max(0, now.height - 3);
  const shown = clean(text, 200);
  const tail = cut(shown, Math.max(1, now.width - 10));
  const input: Line = [span(' label: ', paints.bold), span(tail), span(' ', { reverse: true })];
  return screenOf(now, [headLine(now), input, ...Array.from({ length: room }, () => blank)]);
}

function screenOf(now: Situation, lines: readonly Line[]): Line[] {
  if (now.height < 2) return lines.slice(0, now.height);
  return [...lines.slice(0, now.height - 1), bottomLine(now)];
}

function emptyLines(now: Situation): Line[] {
  const words =
    now.snapshot === null
      ? 'Nothing is known of the rig yet.'
      : 'This rig has no modules. Add one under `modules:` in rig.yaml, then: rigdeck config check';
  return wrap(words, now.width - 2).map((text): Line => [span(` ${text}`)]);
}

// The line that says so, and the keys, stay as they are.
function staleAsFaint({ remote }: Situation, lines: Line[]): Line[] {
  if (remote.link.state === 'live') return lines;
  return lines.map((line, at) => (at === 0 || at === lines.length - 1 ? line : faint(line)));
}
