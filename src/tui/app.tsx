import { useApp, useInput } from 'ink';
import {
  type ReactElement,
  useLayoutEffect,
  useReducer,
  useRef,
  useSyncExternalStore,
} from 'react';
import type { RemoteRig } from '../protocol/rig.ts';
import type { Theme } from '../protocol/theme.ts';
import type { CalmRig } from './calm.ts';
import { Lines } from './components/lines.tsx';
import { keysOf, withoutPaste } from './keymap/keys.ts';
import { isTypedOn, type Pressed, press } from './keymap/press.ts';
import { paceOf } from './pace.ts';
import { frameOf } from './screens/frame.ts';
import { type Clocks, type Size, situationOf } from './situation.ts';
import { useClock, useLog, useNews, usePast, usePreflight } from './use-feeds.ts';
import { useSubmit } from './use-submit.ts';
import { complain, say } from './view/notices.ts';
import { firstView, reduceView, typedOn, type ViewAction } from './view/view-state.ts';

type Props = {
  readonly rig: RemoteRig;
  readonly calm: CalmRig;
  readonly clocks: Clocks;
  readonly size: Size;
  readonly theme: Theme;
  /** What leaving would end, for a screen that does not leave the rig as it is. */
  readonly leaving: string | null;
  /** Puts text into the clipboard of whoever sits there. */
  readonly copy: (text: string) => void;
};

/** The whole program on the screen: takes keys, hands them to the view or the rig, draws what is. */
export function App({ rig, calm, clocks, size, theme, leaving, copy }: Props): ReactElement {
  const remote = useSyncExternalStore(calm.subscribe, calm.view);
  const [view, dispatch] = useReducer(reduceView, firstView);
  const now = situationOf(remote, view, clocks, size, theme, leaving);
  const frame = frameOf(now);
  const seen = useRef({ now, most: frame.most });
  useLayoutEffect(() => {
    seen.current = { now, most: frame.most };
  });
  const submit = useSubmit(rig, clocks, dispatch);
  const paste = useRef({ open: false });
  const { exit } = useApp();
  useClock(paceOf(now), clocks, dispatch);
  useLog(rig, view, remote.link.state === 'live', dispatch);
  usePast(rig, now.screen, remote, dispatch);
  usePreflight(rig, now.screen, remote.link.state === 'live', dispatch);
  useNews(rig, remote.snapshot, clocks, dispatch);
  const perform = (pressed: Pressed) => {
    if (pressed.kind === 'view') dispatch(fitted(pressed.action, seen.current.most));
    if (pressed.kind === 'submit') submit(pressed);
    if (pressed.kind === 'copy') {
      copy(pressed.text);
      const words = `${pressed.what} copied, if this terminal takes it (OSC 52)`;
      dispatch({ type: 'toast', toast: say(words, clocks.nowMs()) });
    }
    if (pressed.kind === 'leave') exit();
    if (pressed.kind !== 'refused') return;
    dispatch({ type: 'toast', toast: complain(pressed.words, clocks.nowMs()) });
  };
  useInput((input, key) => {
    calm.hurry();
    // Every key of one piece is judged by what was seen: an answer to a question that was not drawn yet is none. The ref,
    // because Ink takes a new handler a moment later than the screen shows what it is about.
    const current = seen.current.now;
    const typed = withoutPaste(keysOf(input, key), paste.current, isTypedOn(current.screen.kind));
    let judged = current;
    for (const name of typed) {
      const pressed = press(name, judged);
      perform(pressed);
      if (pressed.kind !== 'view') continue;
      // Two keys are no answer to anything, and hands are faster than a slow line: what is typed, with the Enter behind it, and
      // a move with the key that is meant for the row it goes to.
      const { action } = pressed;
      judged =
        action.type === 'move'
          ? situationOf(
              judged.remote,
              reduceView(judged.view, action),
              clocks,
              size,
              theme,
              leaving,
            )
          : { ...judged, screen: typedOn(judged.screen, action) };
    }
  });
  return <Lines lines={frame.lines} width={now.width} theme={theme} />;
}

// How far a page can be scrolled hangs on the size of the screen, which the view does not know.
function fitted(action: ViewAction, most: number): ViewAction {
  return action.type === 'scroll' ? { ...action, most } : action;
}
