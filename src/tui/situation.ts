import type { RemoteView } from '../protocol/rig.ts';
import type { ModuleRecord, Snapshot, Telemetry } from '../protocol/snapshot.ts';
import type { Theme } from '../protocol/theme.ts';
import { type BoardRow, groupedRows, hasGroups, plainRows, selectedRow } from './board-rows.ts';
import { type PanelPart, partsOf, selectedPart } from './panel-parts.ts';
import { type OwnedProblem, problemKey, problemsOf } from './problems.ts';
import { withoutAnswers } from './unanswered.ts';
import { dashboard, moduleOf, type Screen } from './view/screens.ts';
import { standing, type ViewState } from './view/view-state.ts';

/** What is on the screen at one moment: what keys are judged by and what lines are made from. */
export type Situation = {
  readonly view: ViewState;
  readonly screen: Screen;
  /** The screen below it. */
  readonly under: Screen | null;
  readonly remote: RemoteView;
  readonly snapshot: Snapshot | null;
  readonly telemetry: Telemetry | null;
  /** The modules that are looked for, also those in folded groups. */
  readonly names: readonly string[];
  /** The rows of the dashboard, and the selected one of them. */
  readonly rows: readonly BoardRow[];
  readonly row: BoardRow | null;
  /** The module that keys are about: that of the screen, else the selected one. */
  readonly name: string | null;
  readonly module: ModuleRecord | null;
  /** All that is wrong, in the order in which it is shown. */
  readonly problems: readonly OwnedProblem[];
  /** The problem that keys are about: the selected one, else the one that is shown. */
  readonly problem: OwnedProblem | null;
  /** What there is on the panel, and what of it is selected on its page. */
  readonly parts: readonly PanelPart[];
  readonly part: PanelPart | null;
  readonly nowMs: number;
  /** The instant that what is shown of the rig is of: now, or when the daemon was last seen. Wall clock in ms. */
  readonly seenMs: number;
  /** CLOCK_MONOTONIC of this machine in ms, which trials are timed by. */
  readonly monoMs: number;
  readonly theme: Theme;
  /** What leaving this screen would end; null when it ends nothing. */
  readonly leaving: string | null;
  readonly width: number;
  /** Lines that may be drawn: one less than the terminal has. */
  readonly height: number;
};

/** The wall clock, and CLOCK_MONOTONIC, which trials are timed by. In ms. */
export type Clocks = { readonly nowMs: () => number; readonly monoMs: () => number };
export type Size = { readonly columns: number; readonly rows: number };

/** Puts together what is on the screen now. */
export function situationOf(
  remote: RemoteView,
  view: ViewState,
  clocks: Clocks,
  size: Size,
  theme: Theme,
  leaving: string | null,
): Situation {
  const { snapshot, telemetry } = remote;
  const nowMs = clocks.nowMs();
  const { screen: open, below } = standing(view, snapshot);
  const screen = withoutAnswers(open, remote.link);
  const board = boardIn([...below, screen]);
  const names = snapshot === null ? [] : shownNames(snapshot, board);
  const rows = rowsOf(snapshot, board, names);
  const row = selectedRow(view.selected, rows);
  const selected = row?.kind === 'module' ? row.name : null;
  const problems = snapshot === null ? [] : problemsOf(snapshot, moduleOf(screen) ?? selected);
  const problem = problemOn(screen, problems);
  const parts = partsOf(snapshot);
  const name = screen.kind === 'problems' ? (problem?.of ?? null) : (moduleOf(screen) ?? selected);
  return {
    view,
    screen,
    under: below.at(-1) ?? null,
    remote,
    snapshot,
    telemetry,
    names,
    rows,
    row,
    name,
    module: name === null ? null : (snapshot?.modules[name] ?? null),
    problems,
    problem,
    parts,
    part: partOn(screen, parts),
    nowMs,
    seenMs: remote.link.state === 'lost' ? remote.link.sinceMs : nowMs,
    monoMs: clocks.monoMs(),
    theme,
    leaving,
    width: Math.max(1, size.columns),
    height: Math.max(1, size.rows - 1),
  };
}

/** What was on the screen before the one that is up was opened over it. */
export function withoutTop(now: Situation): Situation {
  const { under, view } = now;
  if (under === null) return now;
  const below = { ...view, screen: under, below: view.below.slice(0, -1) };
  const clocks = { nowMs: () => now.nowMs, monoMs: () => now.monoMs };
  const size = { columns: now.width, rows: now.height + 1 };
  return situationOf(now.remote, below, clocks, size, now.theme, now.leaving);
}

/** The same, as if one module were selected. */
export function aboutModule(now: Situation, name: string): Situation {
  return { ...now, name, module: now.snapshot?.modules[name] ?? null };
}

function boardIn(screens: readonly Screen[]): Screen {
  return screens.findLast(({ kind }) => kind === 'dashboard') ?? dashboard;
}

/** Those that are looked for: by a part of their name, group or state, or because something is wrong with them. */
function shownNames({ modules }: Snapshot, board: Screen): string[] {
  if (board.kind !== 'dashboard') return Object.keys(modules);
  const find = board.find.toLowerCase();
  return Object.entries(modules).flatMap(([name, { group, state, problem, health }]) => {
    const isFound = `${name} ${group} ${state}`.toLowerCase().includes(find);
    const isWell = problem === null && (health === 'ok' || health === 'unknown');
    return isFound && (board.only === 'all' || !isWell) ? [name] : [];
  });
}

// What is looked for may be in a folded group, so it stands without them.
function rowsOf(
  snapshot: Snapshot | null,
  board: Screen,
  names: readonly string[],
): readonly BoardRow[] {
  const isWhole = board.kind === 'dashboard' && board.find === '' && board.only === 'all';
  if (snapshot === null || !isWhole || !hasGroups(snapshot)) return plainRows(names);
  return groupedRows(snapshot.modules, board.folded);
}

function problemOn(screen: Screen, problems: readonly OwnedProblem[]): OwnedProblem | null {
  const first = problems[0] ?? null;
  if (screen.kind === 'problems') {
    return problems.find((one) => problemKey(one) === screen.selected) ?? first;
  }
  const module = moduleOf(screen);
  return module === null ? first : (problems.find(({ of }) => of === module) ?? null);
}

function partOn(screen: Screen, parts: readonly PanelPart[]): PanelPart | null {
  return screen.kind === 'panel' ? selectedPart(parts, screen.selected) : null;
}

/** How many lines a page key turns. */
export function pageOf({ height }: Situation): number {
  return Math.max(1, height - 4);
}
