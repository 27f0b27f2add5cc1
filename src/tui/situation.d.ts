import type { RemoteView } from '../protocol/rig.ts';
import type { ModuleRecord, Snapshot, Telemetry } from '../protocol/snapshot.ts';
import type { Theme } from '../protocol/theme.ts';
import type { Screen, ViewState } from './view-state.ts';
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
export type Clocks = {
  readonly nowMs: () => number;
  readonly monoMs: () => number;
};
export type Size = {
  readonly columns: number;
  readonly rows: number;
};
/** Puts together what is on the screen now. */
export declare function situationOf(
  remote: RemoteView,
  view: ViewState,
  clocks: Clocks,
  size: Size,
  theme: Theme,
): Situation;
/** How many lines a page key turns. */
export declare function pageOf({ height }: Situation): number;
