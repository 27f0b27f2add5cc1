import { badgeOf } from '../protocol/badge.ts';
import type { ModuleRecord } from '../protocol/snapshot.ts';
import { clean, pad, widthOf } from '../protocol/text.ts';
import { glyphOf, paints } from '../protocol/theme.ts';
import { type Column, type ColumnKey, columnsFor, windowOf } from './layout.ts';
import { type Line, type Span, span } from './line.ts';
import { cellText } from './module-cells.ts';
import type { Situation } from './situation.ts';

/** The modules, one line each, as many as `height` lets; the selected one is among them. */
export function moduleLines(now: Situation, height: number): Line[] {
  const { snapshot, names, name } = now;
  if (snapshot === null || height <= 0) return [];
  const columns = moduleColumns(now);
  const part = windowOf(names.length, Math.max(0, names.indexOf(name ?? '')), height);
  return names.slice(part.from, part.to).flatMap((each, at) => {
    const record = snapshot.modules[each];
    if (record === undefined) return [];
    const above = at === 0 && part.from > 0;
    const below = at === part.to - part.from - 1 && part.to < names.length;
    const more = above ? '↑' : below ? '↓' : ' ';
    return [rowOf(now, each, record, columns, more)];
  });
}

/** The line of titles over the modules. */
export function titleLine(now: Situation): Line {
  const cells = moduleColumns(now).map(({ key, title, width, side }) =>
    pad(key === 'name' ? nameTitle(now) : title, width, side),
  );
  return [span(`  ${cells.join(' ')}`, paints.dim)];
}

// So many of how many, where not all are shown.
function nameTitle({ names, snapshot }: Situation): string {
  const all = Object.keys(snapshot?.modules ?? {}).length;
  return names.length === all ? 'MODULE' : `${names.length} OF ${all}`;
}

function moduleColumns({ names, snapshot, width }: Situation): Column[] {
  const longestName = Math.max(1, ...names.map((name) => widthOf(clean(name))));
  const modules = Object.values(snapshot?.modules ?? {});
  const hasRestarts = modules.some(({ restarts }) => restarts > 0);
  const groups = new Set(modules.map(({ group }) => clean(group)));
  const longestGroup = groups.size > 1 ? Math.max(...[...groups].map(widthOf)) : 0;
  return columnsFor(width, { longestName, hasRestarts, longestGroup });
}

function rowOf(
  now: Situation,
  name: string,
  record: ModuleRecord,
  columns: readonly Column[],
  more: string,
): Line {
  const selected = name === now.name;
  const cells = columns.flatMap((column): Span[] => {
    if (column.key === 'badge') return [span(' '), ...badgeSpans(now, record, column.width)];
    const { key, width, side } = column;
    const text = pad(cellText({ ...column, key }, now, name, record), width, side);
    return [span(key === 'name' ? text : ` ${text}`, cellPaint(key, record, selected))];
  });
  return [span(`${more}${selected ? '▌' : ' '}`), ...cells];
}

function cellPaint(key: ColumnKey, record: ModuleRecord, selected: boolean) {
  if (key === 'name' && selected) return paints.bold;
  if (record.state === 'disabled' && !selected) return paints.dim;
  return key === 'name' || key === 'detail' || key === 'brief' ? paints.plain : paints.dim;
}

function badgeSpans(now: Situation, record: ModuleRecord, width: number): Span[] {
  const badge = badgeOf({ ...record, lastProgressAt: record.evidence.lastProgressAt }, now.seenMs);
  const words = width < 20 ? briefBadge(badge.text) : badge.text;
  const text = pad(`${glyphOf(badge.look, now.theme)} ${words}`, width);
  const shown = text.trimEnd();
  return [span(shown, badge.look), span(text.slice(shown.length))];
}

// `REC? 7 s`, `PAUSED?`: that something is in doubt is seen also where there is no room for what it is.
function briefBadge(text: string): string {
  return text.replace(/ no answer$/, '?').replace(/(stalled|no answer) /, '');
}

