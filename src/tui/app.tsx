import { useLayoutEffect, useRef, useSyncExternalStore } from 'react';
import type { RemoteRig, RemoteView } from '../protocol/rig.ts';
import type { Theme } from '../protocol/theme.ts';
import type { CalmRig } from './calm.ts';
import { encode } from './line.ts';
import type { Mouse } from './mouse.ts';
import { paceOf } from './pace.ts';
import { frameOf } from './screens/frame.ts';
import { blinkMs } from './screens/panel.ts';
import { type Clocks, type Size, situationOf } from './situation.ts';
import { useClock, useLog, useNews, usePast, usePreflight, useWake } from './use-feeds.ts';
import { useKeys } from './use-keys.ts';
import { useModule, useWrites } from './use-module.ts';
import { usePerform } from './use-perform.ts';
import { useSessions, useVerify } from './use-sessions.ts';
import { useView } from './use-view.ts';
import type { ViewState } from './view/view-state.ts';

type Props = {
  readonly rig: RemoteRig;
  readonly calm: CalmRig;
  readonly clocks: Clocks;
  readonly size: Size;
  readonly theme: Theme;
  /** What leaving would end, for a screen that does not leave the rig as it is. */
  readonly leaving: string | null;
  /** Draws on a clean screen what stands there. */
  readonly redraw: () => void;
  /** Stops this program, until the shell lets it go on. */
  readonly suspend: () => void;
  /** Draws a frame: lines as the terminal takes them, none wider than it. */
  readonly draw: (lines: readonly string[]) => void;
  readonly mouse: Mouse;
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
export function App({
  rig,
  calm,
  clocks,
  size,
  theme,
  leaving,
  draw,
  mouse,
  ...hands
}: Props): null {
  const remote = useSyncExternalStore(calm.subscribe, calm.view);
  const { view, latest, dispatch } = useView();
  const now = situationOf(remote, view, clocks, size, theme, leaving);
  const seen = useRef(now);
  useLayoutEffect(() => {
    draw(frameOf(now).lines.map((line) => encode(line, now.width, theme)));
    seen.current = now;
  });
  useClock(paceOf(now), clocks, dispatch);
  useWake(blinkMs(now), () => dispatch({ type: 'tick', nowMs: clocks.nowMs() }));
  useLog(rig, view, remote.link.state === 'live', dispatch);
  usePast(rig, now.screen, remote, dispatch);
  usePreflight(rig, now.screen, remote.link.state === 'live', dispatch);
  useModule(rig, now.screen, remote, dispatch);
  useWrites(rig, now.screen, remote, dispatch);
  useSessions(rig, now.screen, remote, clocks, dispatch);
  useVerify(rig, view, clocks, dispatch);
  useNews(rig, remote.snapshot, clocks, dispatch);
  const perform = usePerform(rig, clocks, { remote, latest, dispatch, ...hands });
  const judge = (shown: RemoteView, latestView: ViewState) =>
    situationOf(shown, latestView, clocks, size, theme, leaving);
  useKeys(calm, mouse, { to: view.mouse, seen, latest, judge, dispatch, perform });
  return null;
}
