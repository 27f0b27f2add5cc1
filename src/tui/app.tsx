import { useApp, useInput } from 'ink';
import {
  type ReactElement,
  useCallback,
  useEffect,
  useLayoutEffect,
  useReducer,
  useRef,
  useSyncExternalStore,
} from 'react';
import type { RemoteRig } from '../protocol/rig.ts';
import type { Snapshot } from '../protocol/snapshot.ts';
import type { Theme } from '../protocol/theme.ts';
import { answerOf, complain, say } from './answers.ts';
import type { CalmRig } from './calm.ts';
import { Screen } from './components/screen.tsx';
import type { Deed } from './deeds.ts';
import { keysOf, withoutPaste } from './keys.ts';
import { feedLog } from './log-feed.ts';
import { newsBetween, whoDidIt } from './news.ts';
import { paceOf } from './pace.ts';
import { isTypedOn, type Pressed, press } from './press.ts';
import { type Clocks, type Size, situationOf } from './situation.ts';
import { firstView, reduceView, typedOn, type ViewAction } from './view-state.ts';

type Props = {
  readonly rig: RemoteRig;
  readonly calm: CalmRig;
  readonly clocks: Clocks;
  readonly size: Size;
  readonly theme: Theme;
};

/** The whole program on the screen: takes keys, hands them to the view or the rig, draws what is. */
export function App({ rig, calm, clocks, size, theme }: Props): ReactElement {
  const remote = useSyncExternalStore(calm.subscribe, calm.view);
  const [view, dispatch] = useReducer(reduceView, firstView);
  const now = situationOf(remote, view, clocks, size, theme);
  const seen = useRef(now);
  useLayoutEffect(() => {
    seen.current = now;
  });
  const submit = useSubmit(rig, clocks, dispatch);
  const paste = useRef({ open: false });
  const { exit } = useApp();
  useClock(paceOf(now), clocks, dispatch);
  useLog(rig, now.screen.kind === 'log' ? now.screen.module : null, dispatch);
  useNews(rig, remote.snapshot, clocks, dispatch);
  const perform = (pressed: Pressed) => {
    if (pressed.kind === 'view') dispatch(pressed.action);
    if (pressed.kind === 'submit') submit(pressed);
    if (pressed.kind === 'leave') exit();
    if (pressed.kind !== 'refused') return;
    dispatch({ type: 'toast', toast: complain(pressed.words, clocks.nowMs()) });
  };
  useInput((input, key) => {
    calm.hurry();
    // Every key of one piece is judged by what was seen: an answer to a question that was not drawn yet is none. The ref,
    // because Ink takes a new handler a moment later than the screen shows what it is about.
    const { current } = seen;
    const typed = withoutPaste(keysOf(input, key), paste.current, isTypedOn(current.screen.kind));
    let judged = current;
    for (const name of typed) {
      const pressed = press(name, judged);
      perform(pressed);
      // What is typed is no answer to anything: letters and the Enter behind them may come in one piece.
      if (pressed.kind === 'view')
        judged = { ...judged, screen: typedOn(judged.screen, pressed.action) };
    }
  });
  return <Screen now={now} />;
}

type Dispatch = (action: ViewAction) => void;
type Submit = (deed: Extract<Deed, { kind: 'submit' }>) => void;

/** Sends an intent and shows what became of it; until then only that it was asked. */
function useSubmit(rig: RemoteRig, clocks: Clocks, dispatch: Dispatch): Submit {
  const lastId = useRef(0);
  return useCallback(
    (deed) => {
      lastId.current += 1;
      const id = lastId.current;
      dispatch({ type: 'asked', asked: { id, words: deed.asked, sinceMs: clocks.nowMs() } });
      rig.submit(deed.intent).then(
        (verdict) =>
          dispatch({ type: 'answered', id, toast: answerOf(deed, verdict, clocks.nowMs()) }),
        (error: unknown) => {
          const why = error instanceof Error ? error.message : String(error);
          const toast = complain(`${deed.asked}: not confirmed, ${why}`, clocks.nowMs());
          dispatch({ type: 'answered', id, toast });
        },
      );
    },
    [rig, clocks, dispatch],
  );
}

/** Draws again as time passes, only while something on the screen counts. */
function useClock(paceMs: number | null, clocks: Clocks, dispatch: Dispatch): void {
  useEffect(() => {
    if (paceMs === null) return;
    const tick = () => dispatch({ type: 'tick', nowMs: clocks.nowMs() });
    const timer = setInterval(tick, paceMs);
    return () => clearInterval(timer);
  }, [paceMs, clocks, dispatch]);
}

/** Follows the log of the module whose log is open. */
function useLog(rig: RemoteRig, module: string | null, dispatch: Dispatch): void {
  useEffect(() => {
    if (module === null) return;
    return feedLog(rig, module, {
      lines: (lines) => dispatch({ type: 'log-lines', module, lines }),
      trouble: (words) => dispatch({ type: 'log-trouble', module, words }),
    });
  }, [rig, module, dispatch]);
}

/** Says what others did to the recording, and who. */
function useNews(
  rig: RemoteRig,
  snapshot: Snapshot | null,
  clocks: Clocks,
  dispatch: Dispatch,
): void {
  const seen = useRef<Snapshot | null>(null);
  useEffect(() => {
    const before = seen.current;
    seen.current = snapshot;
    const words = before === null || snapshot === null ? null : newsBetween(before, snapshot);
    if (words === null) return;
    const tell = (who: string | null) => {
      const toast = say(who === null ? words : `${words} (${who})`, clocks.nowMs());
      dispatch({ type: 'news', toast });
    };
    rig.history({ limit: 20 }).then(
      (entries) => tell(whoDidIt(entries, clocks.nowMs())),
      // Who it was is not worth a complaint; that it happened is told in any case.
      () => tell(null),
    );
  }, [rig, snapshot, clocks, dispatch]);
}
