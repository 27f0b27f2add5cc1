import { useInput } from 'ink';
import { useLayoutEffect, useRef, useSyncExternalStore } from 'react';
import type { RemoteRig } from '../protocol/rig.ts';
import type { Theme } from '../protocol/theme.ts';
import type { CalmRig } from './calm.ts';
import { isTypedOn } from './keymap/key-row.ts';
import { isTaken, keysOf } from './keymap/keys.ts';
import { press } from './keymap/press.ts';
import { encode } from './line.ts';
import { paceOf } from './pace.ts';
import { frameOf } from './screens/frame.ts';
import { blinkMs } from './screens/panel.ts';
import { type Clocks, type Size, situationOf } from './situation.ts';
import { useBlink, useClock, useLog, useNews, usePast, usePreflight } from './use-feeds.ts';
import { useModule } from './use-module.ts';
import { usePerform } from './use-perform.ts';
import { useSessions, useVerify } from './use-sessions.ts';
import { useView } from './use-view.ts';
import { isQuestion } from './view/screens.ts';

type Props = {
  readonly rig: RemoteRig;
  readonly calm: CalmRig;
  readonly clocks: Clocks;
  readonly size: Size;
  readonly theme: Theme;
  /** What leaving would end, for a screen that does not leave the rig as it is. */
  readonly leaving: string | null;
  /** Stops this program, until the shell lets it go on. */
  readonly suspend: () => void;
  /** Draws a frame: lines as the terminal takes them, none wider than it. */
  readonly draw: (lines: readonly string[]) => void;
  /** Puts text into the clipboard of whoever sits there. */
  readonly copy: (text: string) => void;
  /** Told what was not sent, because the screen was left before. */
  readonly tookBack: (words: string) => void;
};

/**
 * The whole program on the screen: takes keys, hands them to the view or the rig, draws what is.
 *
 * It gives Ink nothing to draw: laying out and comparing a screen of text there costs more than all the rest
 * (docs/decisions/0005).
 */
export function App({ rig, calm, clocks, size, theme, leaving, draw, ...hands }: Props): null {
  const remote = useSyncExternalStore(calm.subscribe, calm.view);
  const { view, latest, dispatch } = useView();
  const now = situationOf(remote, view, clocks, size, theme, leaving);
  const seen = useRef(now);
  useLayoutEffect(() => {
    draw(frameOf(now).lines.map((line) => encode(line, now.width, theme)));
    seen.current = now;
  });
  const paste = useRef({ open: false });
  useClock(paceOf(now), clocks, dispatch);
  useBlink(blinkMs(now), clocks, dispatch);
  useLog(rig, view, remote.link.state === 'live', dispatch);
  usePast(rig, now.screen, remote, dispatch);
  usePreflight(rig, now.screen, remote.link.state === 'live', dispatch);
  useModule(rig, now.screen, remote, dispatch);
  useSessions(rig, now.screen, remote, clocks, dispatch);
  useVerify(rig, view, clocks, dispatch);
  useNews(rig, remote.snapshot, clocks, dispatch);
  const perform = usePerform(rig, clocks, { remote, latest, dispatch, ...hands });
  useInput((input, key) => {
    calm.hurry();
    for (const name of keysOf(input, key)) {
      // Hands are faster than a slow line, and than the drawing: each key is for the screen that the key before it led to, on
      // a rig as it was seen. Refs, because Ink takes a new handler a moment later than the screen shows what it is about.
      const { remote: shown, screen: drawn } = seen.current;
      const judged = situationOf(shown, latest.current, clocks, size, theme, leaving);
      if (!isTaken(name, paste.current, isTypedOn(judged.screen.kind))) continue;
      const pressed = press(name, judged);
      // An answer to a question that was not drawn yet is none; going back from it is harmless.
      const isEarly = name === 'y' && isQuestion(judged.screen) && judged.screen !== drawn;
      if (isEarly && pressed.kind !== 'none') dispatch({ type: 'early' });
      else perform(pressed, judged);
    }
  });
  return null;
}
