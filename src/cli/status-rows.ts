import type { Look } from '../protocol/badge.ts';
import { badgeOf } from '../protocol/badge.ts';
import type { ModuleRecord, Snapshot, Telemetry } from '../protocol/snapshot.ts';
import { sayDuration, saySize } from '../protocol/units.ts';
import type { Terminal } from './terminal.ts';
import { dim, paint } from './terminal.ts';
import { pad, widthOf } from './width.ts';

/** What the status is drawn from. */
export type StatusScene = {
  readonly snapshot: Snapshot;
  readonly telemetry: Telemetry | null;
  /** Wall clock and CLOCK_MONOTONIC, both in ms. */
  readonly now: { readonly wallMs: number; readonly monoMs: number };
  /** In words, when what is shown is not the present: `daemon stopped, as of 14 s ago`. */
  readonly stale: string | null;
};

export type Screen = Pick<Terminal, 'columns' | 'colours' | 'unicode'>;

/**
 * A row for each module, under a line of titles where there is room for one.
 *
 * Under 60 columns a row keeps name, badge and the one figure that matters now; from 100 on it has pid and restarts too.
 */
export function moduleLines(scene: StatusScene, terminal: Screen): string[] {
  const modules = Object.entries(scene.snapshot.modules);
  if (modules.length === 0) return [' no modules are configured'];
  const names = Math.max(6, ...modules.map(([name]) => widthOf(name)));
  const rows = modules.map(([name, module]) => rowOf(name, module, scene, terminal));
  const columns = columnsFor(
    terminal.columns,
    names,
    Math.max(5, ...rows.map((r) => r.badgeWidth)),
  );
  const head = ` ${columns.map((column) => pad(column.title, column.width, column.align)).join('  ')}`;
  const body = rows.map((row) => {
    const cells = columns.map((column) => {
      const text = pad(row[column.key], column.width, column.align);
      return column.key === 'state' ? paint(text, row.look, terminal.colours) : text;
    });
    return ` ${cells.join('  ')}`.trimEnd();
  });
  return terminal.columns < 60 ? body : [dim(head.trimEnd(), terminal.colours), ...body];
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
  readonly badgeWidth: number;
};

type Column = {
  readonly key: Exclude<keyof Row, 'look' | 'badgeWidth'>;
  readonly title: string;
  readonly width: number;
  readonly align: 'left' | 'right';
};

function columnsFor(total: number, names: number, badges: number): Column[] {
  const column = (key: Column['key'], title: string, width: number, align: Column['align']) => ({
    key,
    title,
    width,
    align,
  });
  if (total < 60) {
    const name = Math.min(names, Math.max(6, Math.floor((total - 4) * 0.36)));
    const state = Math.min(badges, Math.max(7, Math.floor((total - 4) * 0.4)));
    const brief = Math.max(0, total - name - state - 6);
    return [
      column('name', '', name, 'left'),
      column('state', '', state, 'left'),
      column('brief', '', brief, 'right'),
    ];
  }
  const extra: Column[] =
    total < 100
      ? []
      : [column('restarts', 'RESTARTS', 8, 'right'), column('pid', 'PID', 8, 'right')];
  const fixed = [
    column('name', 'MODULE', Math.min(names, 20), 'left'),
    column('state', 'STATE', Math.min(badges, 20), 'left'),
  ];
  const figures = [column('data', 'DATA', 10, 'right'), column('up', 'UP', 8, 'right'), ...extra];
  const used = [...fixed, ...figures].reduce((sum, { width }) => sum + width + 2, 2);
  return [...fixed, column('detail', 'DETAIL', Math.max(4, total - used), 'left'), ...figures];
}

function rowOf(name: string, module: ModuleRecord, scene: StatusScene, terminal: Screen): Row {
  const badge = badgeOf(
    { ...module, lastProgressAt: module.evidence.lastProgressAt },
    scene.now.wallMs,
  );
  const state = `${glyph(badge.look, terminal)} ${badge.text}`;
  const live = scene.telemetry?.modules[name];
  const bytes = live?.bytes ?? module.evidence.bytes;
  const data = live === undefined ? saySize(bytes) : `${saySize(live.bytesPerS)}/s`;
  const recorded = module.state === 'recording' || module.state === 'paused';
  const up = module.startedAt === null ? '' : since(module.startedAt, scene);
  return {
    name,
    state,
    detail: detailOf(module, live?.detail ?? module.detail, scene),
    brief: countdown(module, scene) ?? (recorded ? data : up),
    data: recorded ? data : '',
    up,
    pid: module.pid === null ? '' : String(module.pid),
    restarts: module.restarts === 0 ? '' : String(module.restarts),
    look: badge.look,
    badgeWidth: widthOf(state),
  };
}

/** The sign of a badge, as this terminal can show it. */
export function glyph(look: Look, terminal: Screen): string {
  return terminal.unicode ? look.glyph : look.ascii;
}

function detailOf(module: ModuleRecord, detail: string | null, scene: StatusScene): string {
  const next = countdown(module, scene);
  const words = module.problem?.message ?? detail;
  return [words, next].filter((part) => part !== null).join(' · ');
}

/** When it goes on by itself: the next try of what failed, or the end of what is under way. */
function countdown(module: ModuleRecord, scene: StatusScene): string | null {
  if (scene.stale !== null) return null;
  if (module.retryAt !== null) return `again in ${until(module.retryAt, scene)}`;
  if (module.phase === null || module.phaseUntil === null) return null;
  const shown = module.state === 'starting' || module.state === 'stopping';
  return shown ? `${module.phase}, ${until(module.phaseUntil, scene)} left` : null;
}

function until(at: string, { now }: StatusScene): string {
  return sayDuration(Math.max(0, Math.ceil((Date.parse(at) - now.wallMs) / 1_000)) * 1_000);
}

function since(at: string, { now }: StatusScene): string {
  return sayDuration(Math.max(1_000, now.wallMs - Date.parse(at)));
}
