import { badgeOf, type Look } from '../protocol/badge.ts';
import { activityOf, countdownOf } from '../protocol/module-words.ts';
import type { ModuleRecord, ModuleTelemetry, Snapshot, Telemetry } from '../protocol/snapshot.ts';
import { clean, cut, pad, widthOf } from '../protocol/text.ts';
import { glyphOf, painted, paints } from '../protocol/theme.ts';
import { sayDuration, saySize } from '../protocol/units.ts';
import type { Terminal } from './terminal.ts';

/** What the status is drawn from. */
export type StatusScene = {
  readonly snapshot: Snapshot;
  readonly telemetry: Telemetry | null;
  /** Wall clock and CLOCK_MONOTONIC, both in ms. */
  readonly now: { readonly wallMs: number; readonly monoMs: number };
  /** In words, when what is shown is not the present: `daemon stopped, as of 14 s ago`. */
  readonly stale: string | null;
  /** The rig was taken down in order: what was wrong with it then is nobody's any more. */
  readonly isDown?: boolean;
};

export type Screen = Pick<Terminal, 'columns' | 'theme'>;

/**
 * A row for each module, under a line of titles where there is room for one.
 *
 * Under 60 columns a row keeps name, badge and the one figure that matters now; from 100 on it has restarts and pid too.
 */
export function moduleLines(scene: StatusScene, terminal: Screen): string[] {
  const modules = Object.entries(scene.snapshot.modules);
  if (modules.length === 0) return [' no modules are configured'];
  const rows = modules.map(([name, module]) => rowOf(name, module, scene, terminal));
  if (terminal.columns < 60) return rows.map((row) => narrowLine(row, rows, terminal));
  const columns = columnsFor(terminal.columns, rows);
  const title = columns.map((column) => pad(column.title, column.width, column.align)).join('  ');
  const lines = rows.map((row) => {
    const cells = columns.map((column) => {
      const text = pad(row[column.key], column.width, column.align);
      return column.key === 'state' ? painted(text, row.look, terminal.theme) : text;
    });
    return ` ${cells.join('  ')}`.trimEnd();
  });
  return [painted(` ${title}`.trimEnd(), paints.dim, terminal.theme), ...lines];
}

function narrowLine(row: Row, rows: readonly Row[], { columns, theme }: Screen): string {
  // A figure is not cut for the sake of a name, which gets what the figures leave.
  const figures = Math.max(...rows.map(({ state, brief }) => widthOf(state) + 1 + widthOf(brief)));
  const left = Math.max(Math.floor(columns * 0.3), columns - 3 - figures);
  const names = Math.min(widest(rows, 'name', 6), left);
  const room = columns - names - 3;
  const state = cut(row.state, room);
  const brief = pad(row.brief, Math.max(0, room - widthOf(state) - 1), 'right');
  return ` ${pad(row.name, names)}  ${painted(state, row.look, theme)} ${brief}`.trimEnd();
}

type Row = {
  readonly name: string;
  readonly state: string;
  readonly detail: string;
  readonly brief: string;
  readonly data: string;
  readonly up: string;
  readonly pid: string;
  readonly restarts: string;
  readonly look: Look;
};

type Column = {
  readonly key: Exclude<keyof Row, 'look'>;
  readonly title: string;
  readonly width: number;
  readonly align: 'left' | 'right';
};

function columnsFor(total: number, rows: readonly Row[]): Column[] {
  const wide = total >= 100;
  const most = total < 80 ? 16 : 20;
  const before = [
    column('name', 'MODULE', Math.min(widest(rows, 'name', 6), most), 'left'),
    column('state', 'STATE', Math.min(widest(rows, 'state', 5), most), 'left'),
  ];
  const after = [
    column('data', 'DATA', 8, 'right'),
    ...(total < 80 ? [] : [column('up', 'UP', 8, 'right')]),
    ...(wide ? [column('restarts', 'RESTARTS', 8, 'right'), column('pid', 'PID', 7, 'right')] : []),
  ];
  const used = [...before, ...after].reduce((sum, { width }) => sum + width + 2, 1);
  return [...before, column('detail', 'DETAIL', total - used, 'left'), ...after];
}

function column(key: Column['key'], title: string, width: number, align: Column['align']): Column {
  return { key, title, width, align };
}

function widest(rows: readonly Row[], key: 'name' | 'state', least: number): number {
  return Math.max(least, ...rows.map((row) => widthOf(row[key])));
}

function rowOf(name: string, module: ModuleRecord, scene: StatusScene, terminal: Screen): Row {
  const badge = badgeOf(module, scene.now.wallMs);
  const state = `${glyphOf(badge.look, terminal.theme)} ${badge.text}`;
  const live = scene.telemetry?.modules[name];
  // What is not the present has no countdowns.
  const nowMs = scene.stale === null ? scene.now.wallMs : null;
  const countdown = nowMs === null ? null : countdownOf(module, nowMs, 'brief');
  const data = dataOf(module, live);
  const recorded = module.state === 'recording' || module.state === 'paused';
  const up = module.startedAt === null ? '' : since(module.startedAt, scene);
  return {
    name: clean(name),
    state,
    detail: activityOf(nowMs, name, module, live),
    brief: countdown ?? (recorded ? data : up),
    data: recorded ? data : '',
    up,
    pid: module.pid === null ? '' : String(module.pid),
    restarts: module.restarts === 0 ? '' : String(module.restarts),
    look: badge.look,
  };
}

// Of what does not record now there is no rate, and none that nobody has seen.
function dataOf({ state, evidence }: ModuleRecord, live: ModuleTelemetry | undefined): string {
  const rate = state === 'recording' ? (live?.bytesPerS ?? null) : null;
  return rate === null ? saySize(live?.bytes ?? evidence.bytes) : `${saySize(rate)}/s`;
}

function since(at: string, { now }: StatusScene): string {
  return sayDuration(Math.max(1_000, now.wallMs - Date.parse(at)));
}
