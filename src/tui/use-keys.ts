import { useInput } from 'ink';
import { type RefObject, useRef } from 'react';
import type { RemoteView } from '../protocol/rig.ts';
import type { CalmRig } from './calm.ts';
import { isTypedOn } from './keymap/key-row.ts';
import { apart, isTaken, keysOf } from './keymap/keys.ts';
import { type Pressed, pressSeen } from './keymap/press.ts';
import type { Mouse } from './mouse.ts';
import type { MouseEvent } from './mouse-reader.ts';
import { frameOf } from './screens/frame.ts';
import type { Situation } from './situation.ts';
import { pointedAt, useMouse } from './use-mouse.ts';
import type { ViewAction, ViewState } from './view/view-state.ts';

type Sight = {
  /** Whether the mouse is ours. */
  readonly to: 'on' | 'off';
  /** What is drawn. */
  readonly seen: RefObject<Situation>;
  readonly latest: RefObject<ViewState>;
  /** What is on the screen, of a rig as it was seen. */
  readonly judge: (shown: RemoteView, view: ViewState) => Situation;
  readonly dispatch: (action: ViewAction) => void;
  readonly perform: (pressed: Pressed, judged: Situation) => void;
};

/**
 * Takes keys, and the mouse as keys.
 *
 * Hands are faster than a slow line, and than the drawing: each key is for the screen that the key before it led to, on a rig as it
 * was seen. Refs, because Ink takes a new handler a moment later than the screen shows what it is about.
 */
export function useKeys(
  calm: CalmRig,
  mouse: Mouse,
  { to, seen, latest, judge, dispatch, perform }: Sight,
): void {
  const paste = useRef({ open: false });
  const act = (name: string) => {
    const { remote: shown, screen: drawn } = seen.current;
    const judged = judge(shown, latest.current);
    perform(pressSeen(name, judged, drawn), judged);
  };
  const point = (event: MouseEvent) => {
    calm.hurry();
    const drawn = seen.current;
    // What is clicked on is what is seen; where something else is up by now, nothing was meant.
    if (judge(drawn.remote, latest.current).screen.kind !== drawn.screen.kind) return;
    const pointed = pointedAt(event, frameOf(drawn).lines, drawn);
    if (pointed?.kind === 'view') dispatch(pointed.action);
    if (pointed?.kind === 'keys') for (const name of pointed.keys) act(name);
  };
  useMouse(mouse, to, point);
  const take = (name: string) => {
    const judged = judge(seen.current.remote, latest.current);
    const isTyping = isTypedOn(judged.screen.kind);
    if (name === 'paste-begins' && !isTyping) perform({ kind: 'refused', words: noPaste }, judged);
    for (const one of apart(name, isTyping)) {
      if (isTaken(one, paste.current, isTyping)) act(one);
    }
  };
  useInput((input, key) => {
    calm.hurry();
    for (const name of keysOf(input, key)) take(name);
  });
}

const noPaste = 'what is pasted is taken for no keys: open a line for it first (W, L, / or :)';
