import { waitingStart } from '../../protocol/scheduled-words.ts';
import type { Snapshot } from '../../protocol/snapshot.ts';
import { groupKey } from '../board-rows.ts';
import {
  type NoticeAction,
  type Notices,
  noNotices,
  reduceNotices,
  type Toast,
} from './notices.ts';
import { hearScreen, type ScreenNews } from './screen-news.ts';
import {
  dashboard,
  finding,
  hurried,
  reduceScreen,
  type Screen,
  type ScreenAction,
} from './screens.ts';
import { verifyToast } from './session-screens.ts';

/** What one person looks at: nothing in it is a fact of the rig. */
export type ViewState = {
  readonly screen: Screen;
  /** The screens that Esc goes back to, the nearest last. Each kind of screen is open once at most. */
  readonly below: readonly Screen[];
  /** By key (`BoardRow`): rows may come and go while somebody looks. Null is the first module. */
  readonly selected: string | null;
  readonly notices: Notices;
  /** Whether clicks come to us; else the terminal selects text with them. */
  readonly mouse: 'on' | 'off';
};

export type ViewAction =
  /** `from`: what is shown as selected, which is another row than the wished one where that is gone or hidden. */
  | {
      readonly type: 'move';
      readonly by: number;
      readonly names: readonly string[];
      readonly from?: string | null;
    }
  /** The row of that name on the list that is up. */
  | { readonly type: 'select'; readonly name: string }
  | { readonly type: 'mouse'; readonly to: 'on' | 'off'; readonly toast: Toast }
  | { readonly type: 'show'; readonly screen: Screen }
  | { readonly type: 'back' }
  /** What was typed to be looked for is it, or it is what it was before. */
  | { readonly type: 'keep' | 'cancel' }
  /** A question was answered before it was drawn: that is no answer, and said. */
  | { readonly type: 'early' }
  | ScreenAction
  | ScreenNews
  | NoticeAction;

export const firstView: ViewState = {
  screen: dashboard,
  below: [],
  selected: null,
  notices: noNotices,
  mouse: 'off',
};

/** What the view is after an action. The same object when the action changes nothing. */
export function reduceView(view: ViewState, action: ViewAction): ViewState {
  switch (action.type) {
    case 'move':
      return moved(view, action);
    case 'select':
      return selected(view, action.name);
    case 'mouse':
      return { ...withNotices(view, { type: 'toast', toast: action.toast }), mouse: action.to };
    case 'show':
      return shown(view, action.screen);
    case 'back':
      return back(view);
    case 'keep':
    case 'cancel':
      return searched(view, action.type);
    case 'look-for':
    case 'scroll':
    case 'follow':
    case 'wrap':
    case 'mark-line':
    case 'full':
    case 'filter':
    case 'show-all':
    case 'verify-toggle':
    case 'find':
    case 'type':
    case 'erase':
      return lookingFor(withScreen(view, reduceScreen(view.screen, action)));
    case 'fold':
      // The row of the group stands in either case, whatever was selected in it.
      return {
        ...withScreen(view, reduceScreen(view.screen, action)),
        selected: groupKey(action.group),
      };
    case 'log-read':
    case 'log-lines':
    case 'log-trouble':
    case 'past':
    case 'module-detail':
    case 'module-writes':
    case 'preflight':
    case 'sessions':
    case 'session':
      return heard(view, action);
    case 'verify':
      return verified(view, action);
    case 'early':
      return withScreen(view, hurried(view.screen));
    case 'asked':
      return withNotices(action.when === 'late' ? view : answeredScreen(view), action);
    case 'facts':
      return withNotices(standing(view, action.snapshot), action);
    case 'answered':
    case 'delay':
    case 'take-back':
    case 'toast':
    case 'news':
      return withNotices(view, action);
    case 'tick':
      // Always another object: what counts on the screen is to be drawn anew.
      return { ...withNotices(view, action) };
  }
}

/** The view without a question about what is over: it must not be answered for what comes next. */
export function standing(view: ViewState, snapshot: Snapshot | null): ViewState {
  const { screen } = view;
  if (screen.kind !== 'confirm-stop' || snapshot === null) return view;
  const { state, trial } = snapshot.rig;
  const same = screen.epoch === snapshot.epoch && screen.trial === (trial?.number ?? null);
  const isOn = state === 'recording' || state === 'paused' || state === 'arming';
  const stoppable = isOn || waitingStart(snapshot.rig) !== null;
  return same && stoppable ? view : back(view);
}

function moved(view: ViewState, action: Extract<ViewAction, { type: 'move' }>): ViewState {
  const { screen } = view;
  const { by, names, from = view.selected } = action;
  if (screen.kind !== 'problems' && screen.kind !== 'panel')
    return { ...view, selected: neighbour(from, by, names) };
  return { ...view, screen: { ...screen, selected: neighbour(screen.selected, by, names) } };
}

function selected(view: ViewState, name: string): ViewState {
  const { screen } = view;
  if (screen.kind === 'palette') return { ...view, screen: { ...screen, chosen: name } };
  if (screen.kind === 'dashboard') return { ...view, selected: name };
  return 'selected' in screen ? { ...view, screen: { ...screen, selected: name } } : view;
}

function neighbour(selected: string | null, by: number, names: readonly string[]): string | null {
  const at = selected === null ? 0 : Math.max(0, names.indexOf(selected));
  return names[Math.min(names.length - 1, Math.max(0, at + by))] ?? null;
}

/** A screen that is open somewhere below is gone back to, so that there is no way in circles. */
function shown(view: ViewState, screen: Screen): ViewState {
  const all = [...view.below, view.screen];
  const at = all.findIndex(({ kind }) => kind === screen.kind);
  return { ...view, screen, below: at === -1 ? all : all.slice(0, at) };
}

function back(view: ViewState): ViewState {
  const screen = view.below.at(-1);
  return screen === undefined ? view : { ...view, screen, below: view.below.slice(0, -1) };
}

/** While it is typed the screen below shows already what is found. */
function lookingFor(view: ViewState): ViewState {
  const { screen, below } = view;
  const under = below.at(-1);
  if (screen.kind !== 'search' || under === undefined) return view;
  return { ...view, below: [...below.slice(0, -1), finding(under, screen.text)] };
}

function searched(view: ViewState, end: 'keep' | 'cancel'): ViewState {
  const { screen } = view;
  if (screen.kind !== 'search') return view;
  const under = back(view);
  if (end === 'cancel') return withScreen(under, finding(under.screen, screen.before));
  return withScreen(under, reduceScreen(under.screen, { type: 'find', way: 'older' }));
}

// A question or a prompt is over once what it was for was sent.
function answeredScreen(view: ViewState): ViewState {
  const { kind } = view.screen;
  return kind === 'confirm-stop' || kind === 'prompt' || kind === 'words' ? back(view) : view;
}

function heard(view: ViewState, news: ScreenNews): ViewState {
  const below = view.below.map((screen) => hearScreen(screen, news));
  const isSame = below.every((screen, at) => screen === view.below[at]);
  return withScreen(isSame ? view : { ...view, below }, hearScreen(view.screen, news));
}

/** How a verification ended is said over the keys too: where somebody has scrolled down it stands out of sight. */
function verified(view: ViewState, news: Extract<ScreenNews, { type: 'verify' }>): ViewState {
  const next = heard(view, news);
  const toast = next === view ? null : verifyToast(news.news, news.nowMs);
  return toast === null ? next : withNotices(next, { type: 'toast', toast });
}

function withScreen(view: ViewState, screen: Screen): ViewState {
  return screen === view.screen ? view : { ...view, screen };
}

function withNotices(view: ViewState, action: NoticeAction): ViewState {
  const notices = reduceNotices(view.notices, action);
  return notices === view.notices ? view : { ...view, notices };
}
