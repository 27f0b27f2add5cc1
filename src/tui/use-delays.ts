import { type RefObject, useEffect, useRef } from 'react';
import type { RemoteRig, RemoteView } from '../protocol/rig.ts';
import { type DelayDeed, delayMs, whyNot } from './delays.ts';
import type { WishDeed } from './keymap/deeds.ts';
import type { Clocks } from './situation.ts';
import { complain } from './view/notices.ts';
import type { ViewAction, ViewState } from './view/view-state.ts';

type Waiting = { readonly wish: DelayDeed; readonly timer: NodeJS.Timeout };

/** Later than this after its time it is not sent: this screen stood still, and nobody saw it count. In ms. */
const mostLateMs = 150;
/** The same for whoever was told so and pressed again: a slow machine is late every time. */
const mostLateAgainMs = 5_000;

/** Does it once every key was read that has come until now: after a stall, timers ring before anything is read. */
function afterKeys(what: () => void): void {
  // An immediate comes after one look at what has come; what such a key leads to has its turn before the timer.
  setImmediate(() => setTimeout(what, 0));
}

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
  /** Modules of which a wish was taken back because it was late, and nothing was asked since. */
  const wereLate = useRef(new Set<string>());
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
      all.clear();
    };
  }, [latest]);
  const whyLate = ({ module, not }: DelayDeed, lateMs: number) => {
    if (performance.now() <= lateMs) return null;
    wereLate.current.add(module);
    return `${not}: this screen stood still. Press again, and it is sent`;
  };
  return (wish) => {
    lastId.current += 1;
    const id = lastId.current;
    const isSecond = wereLate.current.delete(wish.module);
    const lateMs = performance.now() + delayMs + (isSecond ? mostLateAgainMs : mostLateMs);
    const ring = () => {
      if (!waiting.current.delete(id) || !isWaiting(id)) return;
      const { snapshot, ...view } = rig.view();
      const not = whyLate(wish, lateMs) ?? whyNot(wish, { snapshot, ...view });
      if (not !== null || snapshot === null) return takeBack(id, not ?? wish.not);
      dispatch({ type: 'take-back', id, toast: null });
      const { epoch, seq } = snapshot;
      const intent = { ...wish.deed.intent, expect: { epoch, seq } };
      submit({ ...wish.deed, intent }, 'late');
    };
    waiting.current.set(id, { wish, timer: setTimeout(afterKeys, delayMs, ring) });
    const { what, module } = wish;
    const untilMs = clocks.nowMs() + delayMs;
    dispatch({ type: 'delay', delayed: { id, what, module, untilMs } });
  };
}
