/** Which screen is up, and what belongs to that screen alone. */
export type Screen =
  | {
      readonly kind: 'dashboard';
    }
  | {
      readonly kind: 'help';
      readonly query: string;
      readonly top: number;
    }
  | LogScreen
  | {
      readonly kind: 'confirm-stop';
      readonly epoch: string;
      readonly trial: number | null;
    }
  | {
      readonly kind: 'prompt';
      readonly text: string;
    };
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
export type Asked = {
  readonly id: number;
  readonly words: string;
  readonly sinceMs: number;
};
/** What one person looks at: nothing in it is a fact of the rig. */
export type ViewState = {
  readonly screen: Screen;
  /** By name: rows may come and go while somebody looks. Null is the first row. */
  readonly selected: string | null;
  readonly toast: Toast | null;
  readonly asked: readonly Asked[];
};
export type ViewAction =
  | {
      readonly type: 'move';
      readonly by: number;
      readonly names: readonly string[];
    }
  | {
      readonly type: 'show';
      readonly screen: Screen;
    }
  | {
      readonly type: 'back';
    }
  | {
      readonly type: 'scroll';
      readonly by: number;
    }
  | {
      readonly type: 'follow';
    }
  | {
      readonly type: 'type';
      readonly text: string;
    }
  | {
      readonly type: 'erase';
    }
  | {
      readonly type: 'log-lines';
      readonly module: string;
      readonly lines: readonly string[];
    }
  | {
      readonly type: 'log-trouble';
      readonly module: string;
      readonly words: string;
    }
  | {
      readonly type: 'asked';
      readonly asked: Asked;
    }
  | {
      readonly type: 'answered';
      readonly id: number;
      readonly toast: Toast;
    }
  | {
      readonly type: 'toast';
      readonly toast: Toast;
    }
  | {
      readonly type: 'news';
      readonly toast: Toast;
    }
  | {
      readonly type: 'tick';
      readonly nowMs: number;
    };
export declare const firstView: ViewState;
/** Lines of a log that a screen keeps; the file has the rest. */
export declare const maxLogLines = 2000;
/** A log screen before its first line has come. */
export declare function emptyLog(module: string): LogScreen;
/** What the view is after an action. The same object when the action changes nothing. */
export declare function reduceView(view: ViewState, action: ViewAction): ViewState;
/** The module that is selected now: the wished one where it exists, else the first. */
export declare function selectedName(view: ViewState, names: readonly string[]): string | null;
