import { useApp } from 'ink';
import type { RefObject } from 'react';
import type { RemoteRig, RemoteView } from '../protocol/rig.ts';
import type { Pressed } from './keymap/press.ts';
import { frameOf } from './screens/frame.ts';
import { type Clocks, type Situation, withoutTop } from './situation.ts';
import { useDelays } from './use-delays.ts';
import { usePress } from './use-press.ts';
import { useSubmit } from './use-submit.ts';
import { complain, say } from './view/notices.ts';
import type { ViewAction, ViewState } from './view/view-state.ts';

type Hands = {
  readonly remote: RemoteView;
  readonly latest: RefObject<ViewState>;
  readonly dispatch: (action: ViewAction) => void;
  /** Puts text into the clipboard of whoever sits there. */
  readonly copy: (text: string) => void;
  /** Draws the whole screen anew. */
  readonly redraw: () => void;
  /** Stops this program, until the shell lets it go on. */
  readonly suspend: () => void;
  /** Told what was not sent, because the screen was left before. */
  readonly tookBack: (words: string) => void;
};

/** Does what came of a key: to the view, to the rig, to the terminal; or says why it cannot be. */
export function usePerform(
  rig: RemoteRig,
  clocks: Clocks,
  hands: Hands,
): (pressed: Pressed, judged: Situation) => void {
  const { remote, latest, dispatch, copy, redraw, suspend, tookBack } = hands;
  const submit = useSubmit(rig, clocks, dispatch);
  const delay = useDelays(rig, remote, clocks, { latest, dispatch, submit, tookBack });
  const pressPart = usePress(rig, clocks, dispatch);
  const { exit } = useApp();
  const perform = (pressed: Pressed, judged: Situation): void => {
    switch (pressed.kind) {
      case 'view':
        return dispatch(fitted(pressed.action, judged));
      case 'chosen':
        dispatch({ type: 'back' });
        return perform(pressed.deed, withoutTop(judged));
      case 'all':
        for (const deed of pressed.deeds) perform(deed, judged);
        return;
      case 'submit':
        return submit(pressed);
      case 'delay':
        return delay(pressed);
      case 'copy': {
        copy(pressed.text);
        const words = `${pressed.what} copied, if this terminal takes it (OSC 52)`;
        return dispatch({ type: 'toast', toast: say(words, clocks.nowMs()) });
      }
      case 'press':
        return pressPart(pressed);
      case 'redraw':
        return redraw();
      case 'suspend':
        return suspend();
      case 'leave':
        return exit();
      case 'refused':
        return dispatch({ type: 'toast', toast: complain(pressed.words, clocks.nowMs()) });
      case 'none':
        return;
    }
  };
  return perform;
}

// How far a page can be scrolled hangs on the size of the screen, which the view does not know.
function fitted(action: ViewAction, now: Situation): ViewAction {
  return action.type === 'scroll' ? { ...action, most: frameOf(now).most } : action;
}
