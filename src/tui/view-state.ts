/** Which screen is up, and what belongs to that screen alone. */
export type Screen =
  | { readonly kind: 'dashboard' }
  | { readonly kind: 'help'; readonly query: string; readonly top: number }
  | LogScreen
  | { readonly kind: 'confirm-stop'; readonly epoch: string; readonly trial: number | null }
  | { readonly kind: 'prompt'; readonly text: string };

/** A module's log. Lines are counted from the first that came, so that dropping old ones moves nothing on the screen. */
export type LogScreen = {
  readonly kind: 'log';
  readonly module: string;
  readonly lines: readonly string[];
  /** The number of `lines[0]`. */
  readonly first: number;
  /** The number of the last line shown; null follows the newest. */
  readonly bottom: number | null;
  /** Why there is no log, in words. */
  readonly trouble: string | null;
};

/** A short word to the person at the keys, until a wall time in ms. */
export type Toast = {
  readonly words: string;
  readonly tone: 'plain' | 'good' | 'bad';
  readonly untilMs: number;
};

/** An intent that was sent and not answered yet. `words`: `asked to stop trial 7`. */
type Asked = { readonly id: number; readonly words: string; readonly sinceMs: number };

/** What one person looks at: nothing in it is a fact of the rig. */
export type ViewState = {
  readonly screen: Screen;
  /** By name: rows may come and go while somebody looks. Null is the first row. */
  readonly selected: string | null;
  readonly toast: Toast | null;
  readonly asked: readonly Asked[];
};

export type ViewAction =
  | { readonly type: 'move'; readonly by: number; readonly names: readonly string[] }
  | { readonly type: 'show'; readonly screen: Screen }
  | { readonly type: 'back' }
  | { readonly type: 'scroll'; readonly by: number }
  | { readonly type: 'follow' }
  | { readonly type: 'type'; readonly text: string }
  | { readonly type: 'erase' }
  | { readonly type: 'log-lines'; readonly module: string; readonly lines: readonly string[] }
  | { readonly type: 'log-trouble'; readonly module: string; readonly words: string }
  | { readonly type: 'asked'; readonly asked: Asked }
  | { readonly type: 'answered'; readonly id: number; readonly toast: Toast }
  | { readonly type: 'toast'; readonly toast: Toast }
  | { readonly type: 'news'; readonly toast: Toast }
  | { readonly type: 'tick'; readonly nowMs: number };

export const firstView: ViewState = {
  screen: { kind: 'dashboard' },
  selected: null,
  toast: null,
  asked: [],
};

/** Lines of a log that a screen keeps; the file has the rest. */
export const maxLogLines = 2_000;
const maxTyped = 200;
const maxAsked = 16;

/** A log screen before its first line has come. */
export function emptyLog(module: string): LogScreen {
  return { kind: 'log', module, lines: [], first: 0, bottom: null, trouble: null };
}

/** What the view is after an action. The same object when the action changes nothing. */
export function reduceView(view: ViewState, action: ViewAction): ViewState {
  switch (action.type) {
    case 'move':
      return { ...view, selected: neighbour(view.selected, action.by, action.names) };
    case 'show':
      return { ...view, screen: action.screen };
    case 'back':
      return { ...view, screen: firstView.screen };
    case 'scroll':
    case 'follow':
    case 'type':
    case 'erase':
    case 'log-lines':
    case 'log-trouble':
      return withScreen(view, reduceScreen(view.screen, action));
    case 'asked':
      return { ...answeredScreen(view), toast: null, asked: withAsked(view.asked, action.asked) };
    case 'answered':
      return {
        ...view,
        toast: action.toast,
        asked: view.asked.filter(({ id }) => id !== action.id),
      };
    case 'toast':
      return { ...view, toast: action.toast };
    case 'news':
      // What this person just asked for is no news to them, and an answer is not to be talked over.
      return view.asked.length > 0 || view.toast !== null ? view : { ...view, toast: action.toast };
    case 'tick':
      return { ...view, toast: isOver(view.toast, action.nowMs) ? null : view.toast };
  }
}

/** The module that is selected now: the wished one where it exists, else the first. */
export function selectedName(view: ViewState, names: readonly string[]): string | null {
  if (view.selected !== null && names.includes(view.selected)) return view.selected;
  return names[0] ?? null;
}

type ScreenAction = Extract<
  ViewAction,
  { type: 'scroll' | 'follow' | 'type' | 'erase' | 'log-lines' | 'log-trouble' }
>;

/** The screen with what was typed on it; any other action leaves it as it was seen. */
export function typedOn(screen: Screen, action: ViewAction): Screen {
  return action.type === 'type' || action.type === 'erase' ? reduceScreen(screen, action) : screen;
}

function reduceScreen(screen: Screen, action: ScreenAction): Screen {
  switch (screen.kind) {
    case 'log':
      return reduceLog(screen, action);
    case 'help':
      if (action.type === 'scroll') return { ...screen, top: Math.max(0, screen.top + action.by) };
      return { ...screen, query: typed(screen.query, action), top: 0 };
    case 'prompt':
      return { ...screen, text: typed(screen.text, action) };
    case 'dashboard':
    case 'confirm-stop':
      return screen;
  }
}

function reduceLog(log: LogScreen, action: ScreenAction): Screen {
  switch (action.type) {
    case 'log-lines':
      return action.module === log.module ? withLines(log, action.lines) : log;
    case 'log-trouble':
      return action.module === log.module ? { ...log, trouble: action.words } : log;
    case 'follow':
      return { ...log, bottom: log.bottom === null ? lastLine(log) : null };
    case 'scroll':
      return { ...log, bottom: scrolled(log, action.by) };
    case 'type':
    case 'erase':
      return log;
  }
}

function withLines(log: LogScreen, lines: readonly string[]): LogScreen {
  const all = [...log.lines, ...lines];
  const dropped = Math.max(0, all.length - maxLogLines);
  const first = log.first + dropped;
  const bottom = log.bottom === null ? null : Math.max(log.bottom, first);
  return { ...log, lines: all.slice(dropped), first, bottom, trouble: null };
}

// Scrolling to the newest line follows again.
function scrolled(log: LogScreen, by: number): number | null {
  const last = lastLine(log);
  const bottom = (log.bottom ?? last) + by;
  return bottom >= last ? null : Math.max(log.first, bottom);
}

function lastLine(log: LogScreen): number {
  return log.first + log.lines.length - 1;
}

function typed(text: string, action: ScreenAction): string {
  if (action.type === 'type') return (text + action.text).slice(0, maxTyped);
  return action.type === 'erase' ? [...text].slice(0, -1).join('') : text;
}

function neighbour(selected: string | null, by: number, names: readonly string[]): string | null {
  const at = selected === null ? 0 : Math.max(0, names.indexOf(selected));
  return names[Math.min(names.length - 1, Math.max(0, at + by))] ?? null;
}

// A question or a prompt is over once what it was for was sent.
function answeredScreen(view: ViewState): ViewState {
  const { kind } = view.screen;
  return kind === 'confirm-stop' || kind === 'prompt'
    ? { ...view, screen: firstView.screen }
    : view;
}

function withAsked(asked: readonly Asked[], one: Asked): readonly Asked[] {
  return [...asked, one].slice(-maxAsked);
}

function withScreen(view: ViewState, screen: Screen): ViewState {
  return screen === view.screen ? view : { ...view, screen };
}

function isOver(toast: Toast | null, nowMs: number): boolean {
  return toast !== null && nowMs >= toast.untilMs;
}
