import { badgeOf } from '../protocol/badge.ts';
import { activityOf, countdownOf } from '../protocol/module-words.ts';
import type { ModuleRecord, ModuleTelemetry } from '../protocol/snapshot.ts';
import { clean, pad, widthOf } from '../protocol/text.ts';
import { glyphOf, paints } from '../protocol/theme.ts';
import { sayDuration, saySize } from '../protocol/units.ts';
import { type Column, type ColumnKey, columnsFor, windowOf } from './layout.ts';
import { type Line, type Span, span } from './line.ts';
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
  const longest = Math.max(1, ...names.map((name) => widthOf(clean(name))));
  const hasRestarts = Object.values(snapshot?.modules ?? {}).some(({ restarts }) => restarts > 0);
  return columnsFor(width, longest, hasRestarts);
}

function rowOf(
  now: Situation,
  name: string,
  record: ModuleRecord,
  columns: readonly Column[],
  more: string,
): Line {
  const selected = name === now.name;
  const live = now.telemetry?.modules[name];
  const cells = columns.flatMap((column): Span[] => {
    if (column.key === 'badge') return [span(' '), ...badgeSpans(now, record, column.width)];
    const text = pad(cellText(column.key, now, name, record, live), column.width, column.side);
    return [
      span(column.key === 'name' ? text : ` ${text}`, cellPaint(column.key, record, selected)),
    ];
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

function cellText(
  key: Exclude<ColumnKey, 'badge'>,
  now: Situation,
  name: string,
  record: ModuleRecord,
  live: ModuleTelemetry | undefined,
): string {
  switch (key) {
    case 'name':
      return clean(name);
    case 'detail':
      return activityOf(now.seenMs, name, record, live);
    case 'brief':
      return countdownOf(record, now.seenMs, 'brief') ?? briefOf(record, live);
    case 'rate':
      return rateOf(record, live);
    case 'up':
      return upTime(record.startedAt, now.seenMs);
    case 'cpu':
      return live?.cpuPercent == null ? '' : `${Math.round(live.cpuPercent)} %`;
    case 'memory':
      return live?.memoryBytes == null ? '' : saySize(live.memoryBytes);
    case 'restarts':
      return record.restarts === 0 ? '' : String(record.restarts);
    case 'pid':
      return record.pid === null ? '' : String(record.pid);
  }
}

// Only of what records: a rate of an idle module would be a figure without a meaning.
function rateOf(record: ModuleRecord, live: ModuleTelemetry | undefined): string {
  if (record.state !== 'recording') return '';
  return live === undefined ? '?' : `${saySize(live.bytesPerS)}/s`;
}

// How often it was started again is seen also where there is little room.
function briefOf(record: ModuleRecord, live: ModuleTelemetry | undefined): string {
  const again = record.restarts === 0 ? [] : [`↻${record.restarts}`];
  return [...again, rateOf(record, live)].join(' ').trim();
}

// One unit is enough here, and the old rows change once an hour only.
function upTime(startedAt: string | null, nowMs: number): string {
  if (startedAt === null) return '';
  const ms = Math.max(0, nowMs - Date.parse(startedAt));
  const hours = Math.floor(ms / 3_600_000);
  if (hours >= 48) return `${Math.floor(hours / 24)} d`;
  if (hours >= 1) return `${hours} h`;
  return sayDuration(Math.floor(ms / 1_000) * 1_000 || 1_000);
}
