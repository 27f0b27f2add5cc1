import type { RemoteView } from '../protocol/rig.ts';
import type { ModuleRecord, Snapshot, Telemetry } from '../protocol/snapshot.ts';
import type { Theme } from '../protocol/theme.ts';
import type { Screen, ViewState } from './view-state.ts';
import { selectedName } from './view-state.ts';

/** What is on the screen at one moment: what keys are judged by and what lines are made from. */
export type Situation = {
  readonly view: ViewState;
  readonly screen: Screen;
  readonly remote: RemoteView;
  readonly snapshot: Snapshot | null;
  readonly telemetry: Telemetry | null;
  readonly names: readonly string[];
  /** The selected module. */
  readonly name: string | null;
  readonly module: ModuleRecord | null;
  readonly nowMs: number;
  /** CLOCK_MONOTONIC of this machine in ms, which trials are timed by. */
  readonly monoMs: number;
  readonly theme: Theme;
  readonly width: number;
  /** Lines that may be drawn: one less than the terminal has. */
  readonly height: number;
};

export type Clocks = { readonly nowMs: () => number; readonly monoMs: () => number };
export type Size = { readonly columns: number; readonly rows: number };

/** Puts together what is on the screen now. */
export function situationOf(
  remote: RemoteView,
  view: ViewState,
  clocks: Clocks,
  size: Size,
  theme: Theme,
): Situation {
  const { snapshot, telemetry } = remote;
  const names = snapshot === null ? [] : Object.keys(snapshot.modules);
  const name = selectedName(view, names);
  return {
    view,
    screen: screenOf(view.screen, snapshot),
    remote,
    snapshot,
    telemetry,
    names,
    name,
    module: name === null ? null : (snapshot?.modules[name] ?? null),
    nowMs: clocks.nowMs(),
    monoMs: clocks.monoMs(),
    theme,
    width: Math.max(1, size.columns),
    height: Math.max(1, size.rows - 1),
  };
}

// A question about a trial that is over must not be answered for the next one.
function screenOf(screen: Screen, snapshot: Snapshot | null): Screen {
  if (screen.kind !== 'confirm-stop' || snapshot === null) return screen;
  const { state, trial } = snapshot.rig;
  const same = screen.epoch === snapshot.epoch && screen.trial === (trial?.number ?? null);
  const stoppable = state === 'recording' || state === 'paused' || state === 'arming';
  return same && stoppable ? screen : { kind: 'dashboard' };
}

/** How many lines a page key turns. */
export function pageOf({ height }: Situation): number {
  return Math.max(1, height - 4);
}
