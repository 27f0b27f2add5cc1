import { type RefObject, useEffect, useRef } from 'react';
import type { RemoteRig, RemoteView } from '../protocol/rig.ts';
import { type DelayDeed, delayMs, whyNot } from './delays.ts';
import type { WishDeed } from './keymap/deeds.ts';
import type { Clocks } from './situation.ts';
import { complain } from './view/notices.ts';
import type { ViewAction, ViewState } from './view/view-state.ts';

type Waiting = { readonly wish: DelayDeed; readonly timer: NodeJS.Timeout };

/** A timer that rings later than this after its time: this program was stopped meanwhile, and nobody could take anything back. */
const mostLateMs = 2_000;

/** Sends a wish when its time to be taken back is over, unless it was taken back, or what it was meant for is over. */
export function useDelays(
  rig: RemoteRig,
  remote: RemoteView,
  clocks: Clocks,
  {
    latest,
    dispatch,
    submit,
    tookBack,
  }: {
    readonly latest: RefObject<ViewState>;
    readonly dispatch: (action: ViewAction) => void;
    readonly submit: (deed: WishDeed, when: 'now' | 'late') => void;
    /** Told when the screen is left before it was sent. */
    readonly tookBack: (words: string) => void;
  },
): (wish: DelayDeed) => void {
  const waiting = useRef(new Map<number, Waiting>());
  const lastId = useRef(0);
  const isWaiting = (id: number) => latest.current.notices.delayed.some((one) => one.id === id);
  const takeBack = (id: number, why: string) => {
    dispatch({ type: 'take-back', id, toast: complain(why, clocks.nowMs()) });
  };
  useEffect(() => {
    for (const [id, { wish, timer }] of waiting.current) {
      const why = isWaiting(id) ? whyNot(wish, remote) : null;
      if (why !== null) takeBack(id, why);
      if (isWaiting(id)) continue;
      clearTimeout(timer);
      waiting.current.delete(id);
    }
  });
  const left = useRef(tookBack);
  useEffect(() => {
    const { current: all } = waiting;
    return () => {
      for (const [id, { wish, timer }] of all) {
        clearTimeout(timer);
        const isOpen = latest.current.notices.delayed.some((one) => one.id === id);
        if (isOpen) left.current(`${wish.not}: the screen was left before that was sent.`);
      }
    };
  }, [latest]);
  return (wish) => {
    lastId.current += 1;
    const id = lastId.current;
    const dueMs = performance.now() + delayMs;
    const ring = () => {
      waiting.current.delete(id);
      if (!isWaiting(id)) return;
      const { snapshot, ...view } = rig.view();
      const isLate = performance.now() > dueMs + mostLateMs;
      const why = isLate ? `${wish.not}: this screen stood still` : null;
      const not = why ?? whyNot(wish, { snapshot, ...view });
      if (not !== null || snapshot === null) return takeBack(id, not ?? wish.not);
      dispatch({ type: 'take-back', id, toast: null });
      const { epoch, seq } = snapshot;
      const intent = { ...wish.deed.intent, expect: { epoch, seq } };
      submit({ ...wish.deed, intent }, 'late');
    };
    waiting.current.set(id, { wish, timer: setTimeout(ring, delayMs) });
    const { what, module } = wish;
    const untilMs = clocks.nowMs() + delayMs;
    dispatch({ type: 'delay', delayed: { id, what, module, untilMs } });
  };
}
