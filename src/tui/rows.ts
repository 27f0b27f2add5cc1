import { type Badge, badgeOf } from '../protocol/badge.ts';
import { clean, pad, widthOf } from '../protocol/text.ts';
import { glyphOf, type Paint, paints } from '../protocol/theme.ts';
import type { BoardRow } from './board-rows.ts';
import { groupBadge, groupCell } from './group-cells.ts';
import { type Column, type ColumnKey, columnsFor, type TextColumn, windowOf } from './layout.ts';
import { type Line, rowMark, type Span, span } from './line.ts';
import { moduleCell } from './module-cells.ts';
import type { Situation } from './situation.ts';

/** The rows of the dashboard, one line each, as many as `height` lets; the selected one is among them. */
export function boardLines(now: Situation, height: number): Line[] {
  const { rows, row } = now;
  if (height <= 0) return [];
  const columns = boardColumns(now);
  const selected = rows.findIndex(({ key }) => key === row?.key);
  const part = windowOf(rows.length, Math.max(0, selected), height);
  return rows.slice(part.from, part.to).map((each, at): Line => {
    const above = at === 0 && part.from > 0;
    const below = at === part.to - part.from - 1 && part.to < rows.length;
    const more = above ? '↑' : below ? '↓' : ' ';
    const isSelected = each.key === row?.key;
    const mark = rowMark(`${more}${isSelected ? '▌' : ' '}`, each.key, isSelected);
    return [mark, ...partsOf(each, columns).flatMap((column) => cellSpans(now, each, column))];
  });
}

/** The columns of a row; that of a group has one for all its words, up to the edge. */
function partsOf({ kind }: BoardRow, columns: readonly Column[]): readonly Column[] {
  const at = columns.findIndex(({ key }) => key === 'detail' || key === 'doing');
  const detail = columns[at];
  if (kind === 'module' || detail === undefined) return columns;
  const width = columns.slice(at).reduce((sum, column) => sum + column.width + 1, -1);
  return [...columns.slice(0, at), { ...detail, width }];
}

/** The line of titles over the rows. */
export function titleLine(now: Situation): Line {
  const columns = boardColumns(now);
  const filter = filterWords(now);
  const cells = columns.map(({ title, width, side }) => pad(title, width, side));
  if (filter === null) return [span(`  ${cells.join(' ')}`, paints.dim)];
  // Which modules these are takes the place of titles that say least: not that of the groups.
  const badge = columns.findIndex(({ key }) => key === 'badge');
  const hasGroup = columns.some(({ key }) => key === 'group');
  const [from, to] = hasGroup ? [badge, badge + 2] : [0, badge + 1];
  const room = columns.slice(from, to).reduce((sum, { width }) => sum + width + 1, -1);
  const titles = [...cells.slice(0, from), pad(filter, room), ...cells.slice(to)];
  return [span(`  ${titles.join(' ')}`, paints.dim)];
}

/** So many of how many, and which: `3 of 6 with "av"`; null where all are shown. */
function filterWords({ names, snapshot, screen }: Situation): string | null {
  if (screen.kind !== 'dashboard') return null;
  const { find, only } = screen;
  const which = [
    ...(find === '' ? [] : [`"${clean(find, 40)}"`]),
    ...(only === 'problems' ? ['a problem'] : []),
  ];
  const all = Object.keys(snapshot?.modules ?? {}).length;
  return which.length === 0 ? null : `${names.length} of ${all} with ${which.join(' and ')}`;
}

/** Also for what is folded, so that no column moves when it is unfolded. */
function boardColumns(now: Situation): Column[] {
  const { names, snapshot, width } = now;
  const modules = Object.values(snapshot?.modules ?? {});
  const groups = [...new Set(modules.map(({ group }) => clean(group)))];
  const indent = indentIn(now).length;
  const heads = indent === 0 ? [] : groups.map((group) => widthOf(group) + 2);
  const longestName = Math.max(1, ...heads, ...names.map((name) => widthOf(clean(name)) + indent));
  const isFlat = indent === 0 && groups.length > 1;
  return columnsFor(width, {
    longestName,
    hasRestarts: modules.some(({ restarts }) => restarts > 0),
    longestGroup: isFlat ? Math.max(...groups.map(widthOf)) : 0,
  });
}

/** What stands before the name of a module that is under its group. */
function indentIn({ rows, width }: Situation): string {
  if (!rows.some(({ kind }) => kind === 'group')) return '';
  return width < 100 ? ' ' : '  ';
}

function cellSpans(now: Situation, row: BoardRow, column: Column): Span[] {
  const { key, width, side } = column;
  if (key === 'badge') return [span(' '), ...badgeSpans(now, badgeIn(now, row), width)];
  const text = pad(textIn(now, row, { ...column, key }), width, side);
  return [span(key === 'name' ? text : ` ${text}`, cellPaint(now, row, key))];
}

function textIn(now: Situation, row: BoardRow, column: TextColumn): string {
  if (row.kind === 'group') return groupCell(column, now, row);
  const record = now.snapshot?.modules[row.name];
  if (record === undefined) return '';
  const text = moduleCell(column, now, row.name, record);
  return column.key === 'name' ? `${indentIn(now)}${text}` : text;
}

function badgeIn(now: Situation, row: BoardRow): Badge | null {
  if (row.kind === 'group') return groupBadge(now, row);
  const record = now.snapshot?.modules[row.name];
  if (record === undefined) return null;
  return badgeOf(record, now.seenMs);
}

function cellPaint(now: Situation, row: BoardRow, key: ColumnKey): Paint {
  const isSelected = row.key === now.row?.key;
  if (key === 'name' && isSelected) return paints.bold;
  if (isQuiet(now, row) && !isSelected) return paints.dim;
  return wordKeys.has(key) ? paints.plain : paints.dim;
}

const wordKeys: ReadonlySet<ColumnKey> = new Set(['name', 'detail', 'doing', 'brief']);

/** What wants nobody's eye: a module that is off, and a group whose modules stand below it. */
function isQuiet({ snapshot }: Situation, row: BoardRow): boolean {
  if (row.kind === 'group') return !row.folded;
  return snapshot?.modules[row.name]?.state === 'disabled';
}

function badgeSpans(now: Situation, badge: Badge | null, width: number): Span[] {
  if (badge === null) return [span(' '.repeat(width))];
  const words = width < 20 ? briefBadge(badge.text) : badge.text;
  const text = pad(`${glyphOf(badge.look, now.theme)} ${words}`, width);
  const shown = text.trimEnd();
  return [span(shown, badge.look), span(text.slice(shown.length))];
}

// `REC? 7 s`, `PAUSED?`: that something is in doubt is seen also where there is no room for what it is.
function briefBadge(text: string): string {
  return text.replace(/ no answer$/, '?').replace(/(stalled|no answer) /, '');
}
