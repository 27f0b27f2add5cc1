import type { HistoryEntry } from '../../protocol/frames.ts';
import type { ModuleDetail } from '../../protocol/module-detail.ts';
import type { Preflight } from '../../protocol/preflight.ts';
import {
  emptyLog,
  foundLog,
  heldLog,
  type LogScreen,
  markedLog,
  scrolledLog,
} from './log-screen.ts';
import {
  movedSession,
  type SessionScreen,
  type SessionsScreen,
  toggledVerify,
} from './session-screens.ts';

/** Which screen is up, and what belongs to that screen alone. */
export type Screen =
  | DashboardScreen
  | ModuleScreen
  | LogScreen
  | ProblemsScreen
  | HistoryScreen
  | PreflightScreen
  | PanelScreen
  | SessionsScreen
  | SessionScreen
  | HelpScreen
  | StopQuestion
  | LeaveQuestion
  | { readonly kind: 'prompt'; readonly text: string }
  /** What is looked for on the screen below; `before` is what was looked for there until now. */
  | { readonly kind: 'search'; readonly text: string; readonly before: string }
  | PaletteScreen
  | WordsScreen;

export type ScreenKind = Screen['kind'];

/** The modules; of a long list those that have `find` in their name or group, or only those with a problem. */
type DashboardScreen = {
  readonly kind: 'dashboard';
  readonly find: string;
  readonly only: 'all' | 'problems';
  /** The groups of which only one row is shown. */
  readonly folded: readonly string[];
};
/** All about one module. `top` is the first line of the page that is shown. */
export type ModuleScreen = {
  readonly kind: 'module';
  readonly module: string;
  readonly top: number;
  readonly log: LogScreen;
  readonly past: Past;
  /** How it is set up; null until that is known. */
  readonly detail: ModuleDetail | null;
  /** The files that it writes now, as the manifest has them; none where that is not known. */
  readonly writes: readonly string[];
};
/** All that is wrong. `selected` as `problemKey` names it. */
type ProblemsScreen = { readonly kind: 'problems'; readonly selected: string | null };
/** What was wished and what changed, the newest first. */
export type HistoryScreen = {
  readonly kind: 'history';
  /** Null: of the whole rig. */
  readonly module: string | null;
  readonly shows: 'all' | 'wishes';
  readonly top: number;
  readonly past: Past;
};
/** Whether the rig can record, asked when it is opened and when it is asked again. */
export type PreflightScreen = {
  readonly kind: 'preflight';
  readonly top: number;
  readonly answer:
    | { readonly state: 'asked' }
    | { readonly state: 'known'; readonly result: Preflight }
    | { readonly state: 'unknown'; readonly words: string };
};
/** Buttons and LEDs, or how they are wired. `selected` as `panelKey` names it. */
export type PanelScreen = {
  readonly kind: 'panel';
  readonly selected: string | null;
  readonly shows: 'parts' | 'wiring';
  readonly top: number;
};
/** It says which trial it was asked for, so that it is never answered for another. */
type StopQuestion = {
  readonly kind: 'confirm-stop';
  readonly epoch: string;
  readonly trial: number | null;
  readonly early?: true;
};
/** `early`: a key that would have been the answer came before the question was drawn. */
type LeaveQuestion = { readonly kind: 'confirm-leave'; readonly early?: true };
export type HelpScreen = { readonly kind: 'help'; readonly query: string; readonly top: number };

/** The instant of a key on CLOCK_MONOTONIC, and on the wall clock, in ms. */
export type Marked = { readonly atMonoMs: number; readonly atMs: number };
/** `lost`: its instant, where only the daemon was not there to take it: with that it can be set as soon as one answers. */
type NoMarker = { readonly why: string; readonly lost: Marked | null };
/**
 * The words of a marker that is set; or why there is none: the line is open all the same, so that what is typed behind the key is
 * never taken for other keys.
 */
export type WordsScreen = {
  readonly kind: 'words';
  readonly text: string;
  readonly marker: Marked | NoMarker;
};
/** What is to be done, as it is typed. `chosen` as `idOf` names it. */
type PaletteScreen = {
  readonly kind: 'palette';
  readonly text: string;
  readonly chosen: string | null;
};

/** What is known of the past. */
export type Past =
  | { readonly state: 'asked' }
  | { readonly state: 'known'; readonly entries: readonly HistoryEntry[] }
  | { readonly state: 'unknown'; readonly words: string };

export const dashboard: DashboardScreen = {
  kind: 'dashboard',
  find: '',
  only: 'all',
  folded: [],
};

const asked: Past = { state: 'asked' };

/** The page of a module before anything of its past is known. */
export function modulePage(module: string): ModuleScreen {
  return {
    kind: 'module',
    module,
    top: 0,
    log: emptyLog(module),
    past: asked,
    detail: null,
    writes: [],
  };
}

export function historyOf(module: string | null): HistoryScreen {
  return { kind: 'history', module, shows: 'all', top: 0, past: asked };
}

export const newPreflight: PreflightScreen = {
  kind: 'preflight',
  top: 0,
  answer: { state: 'asked' },
};

export const newPalette: PaletteScreen = { kind: 'palette', text: '', chosen: null };

export const newPanel: PanelScreen = { kind: 'panel', selected: null, shows: 'parts', top: 0 };

/** The module that a screen is about, if it is about one. */
export function moduleOf(screen: Screen): string | null {
  return 'module' in screen ? screen.module : null;
}

/** Whether it waits for an answer. */
export function isQuestion(screen: Screen): screen is StopQuestion | LeaveQuestion {
  return screen.kind === 'confirm-stop' || screen.kind === 'confirm-leave';
}

/** A question that was answered before anybody could have read it. */
export function hurried(screen: Screen): Screen {
  return isQuestion(screen) ? { ...screen, early: true } : screen;
}

export type ScreenAction =
  | { readonly type: 'look-for'; readonly text: string; readonly chosen: string | null }
  | {
      readonly type: 'scroll';
      readonly by: number;
      /** The furthest line that a page can begin with; it depends on the size of the screen. */
      readonly most?: number;
    }
  | { readonly type: 'follow' }
  | { readonly type: 'wrap' | 'mark-line' | 'full' }
  | { readonly type: 'filter' }
  | { readonly type: 'show-all' }
  | { readonly type: 'verify-toggle' }
  | { readonly type: 'fold'; readonly group: string }
  | { readonly type: 'find'; readonly way: 'older' | 'newer' }
  | { readonly type: 'type'; readonly text: string }
  | { readonly type: 'erase' };

const maxTyped = 200;

/** A screen after somebody did something on it. The same object when that changes nothing. */
export function reduceScreen(screen: Screen, action: ScreenAction): Screen {
  switch (screen.kind) {
    case 'log':
      return reduceLog(screen, action);
    case 'help':
      if (action.type === 'scroll') return scrolled(screen, action);
      return { ...screen, query: typed(screen.query, action), top: 0 };
    case 'prompt':
    case 'words':
    case 'search':
      return { ...screen, text: typed(screen.text, action) };
    case 'palette':
      if (action.type !== 'look-for') return screen;
      return { ...screen, text: action.text, chosen: action.chosen };
    case 'history':
      return reduceHistory(screen, action);
    case 'panel':
      return reducePanel(screen, action);
    case 'sessions':
      return action.type === 'scroll' ? movedSession(screen, action.by) : screen;
    case 'session':
      return reduceSession(screen, action);
    case 'module':
    case 'preflight':
      return action.type === 'scroll' ? scrolled(screen, action) : screen;
    case 'dashboard':
      return reduceDashboard(screen, action);
    case 'problems':
    case 'confirm-stop':
    case 'confirm-leave':
      return screen;
  }
}

function reduceDashboard(screen: DashboardScreen, action: ScreenAction): DashboardScreen {
  if (action.type === 'show-all') return { ...dashboard, folded: screen.folded };
  if (action.type === 'fold') return { ...screen, folded: toggled(screen.folded, action.group) };
  if (action.type !== 'filter') return screen;
  return { ...screen, only: screen.only === 'all' ? 'problems' : 'all' };
}

function toggled(folded: readonly string[], group: string): readonly string[] {
  return folded.includes(group) ? folded.filter((one) => one !== group) : [...folded, group];
}

function reduceLog(log: LogScreen, action: ScreenAction): LogScreen {
  if (action.type === 'scroll') return scrolledLog(log, action.by);
  if (action.type === 'find') return foundLog(log, action.way);
  if (action.type === 'wrap') return { ...log, wraps: !log.wraps };
  if (action.type === 'full') return { ...log, full: !log.full };
  if (action.type === 'mark-line') return markedLog(log);
  return action.type === 'follow' ? heldLog(log) : log;
}

function reduceSession(screen: SessionScreen, action: ScreenAction): SessionScreen {
  if (action.type === 'verify-toggle') return toggledVerify(screen);
  return action.type === 'scroll' ? scrolled(screen, action) : screen;
}

/** What is looked for on a screen; null where nothing can be. */
export function findOf(screen: Screen): string | null {
  return screen.kind === 'dashboard' || screen.kind === 'log' ? screen.find : null;
}

/** The screen that looks for something else. */
export function finding(screen: Screen, find: string): Screen {
  return screen.kind === 'dashboard' || screen.kind === 'log' ? { ...screen, find } : screen;
}

function reduceHistory(screen: HistoryScreen, action: ScreenAction): HistoryScreen {
  if (action.type === 'scroll') return scrolled(screen, action);
  if (action.type !== 'filter') return screen;
  return { ...screen, shows: screen.shows === 'all' ? 'wishes' : 'all', top: 0 };
}

function reducePanel(screen: PanelScreen, action: ScreenAction): PanelScreen {
  if (action.type === 'scroll') return scrolled(screen, action);
  if (action.type !== 'filter') return screen;
  return { ...screen, shows: screen.shows === 'parts' ? 'wiring' : 'parts', top: 0 };
}

function scrolled<T extends { readonly top: number }>(
  page: T,
  { by, most = Number.MAX_SAFE_INTEGER }: Extract<ScreenAction, { type: 'scroll' }>,
): T {
  return { ...page, top: Math.max(0, Math.min(Math.min(page.top, most) + by, most)) };
}

function typed(text: string, action: ScreenAction): string {
  if (action.type === 'type') return (text + action.text).slice(0, maxTyped);
  return action.type === 'erase' ? [...text].slice(0, -1).join('') : text;
}
