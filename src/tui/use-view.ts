import { type RefObject, useCallback, useRef, useState } from 'react';
import { firstView, reduceView, type ViewAction, type ViewState } from './view/view-state.ts';

type View = {
  /** What is drawn. */
  readonly view: ViewState;
  /** What it is after every action so far, also those that are not drawn yet. */
  readonly latest: RefObject<ViewState>;
  readonly dispatch: (action: ViewAction) => void;
};

/** The view of one person. React draws it a moment later than it changes, and keys come in that moment too. */
export function useView(): View {
  const latest = useRef(firstView);
  const [view, draw] = useState(firstView);
  const dispatch = useCallback((action: ViewAction) => {
    latest.current = reduceView(latest.current, action);
    draw(latest.current);
  }, []);
  return { view, latest, dispatch };
}
