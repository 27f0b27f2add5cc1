import { useEffect, useRef } from 'react';
import { knownPreflight } from '../protocol/preflight-words.ts';
import type { RemoteRig, RemoteView } from '../protocol/rig.ts';
import type { Snapshot } from '../protocol/snapshot.ts';
import { clean } from '../protocol/text.ts';
import { feedLog } from './log-feed.ts';
import { type Happening, unwatched, watchNews } from './news.ts';
import type { Clocks } from './situation.ts';
import { useAnswers } from './use-answers.ts';
import { moduleOf, type Screen } from './view/screens.ts';
import type { ViewAction, ViewState } from './view/view-state.ts';
import { whoDid } from './wishes.ts';

type Dispatch = (action: ViewAction) => void;

/** Draws again as time passes, only while something on the screen counts. */
export function useClock(paceMs: number | null, clocks: Clocks, dispatch: Dispatch): void {
  useEffect(() => {
    if (paceMs === null) return;
    const tick = () => dispatch({ type: 'tick', nowMs: clocks.nowMs() });
    const timer = setInterval(tick, paceMs);
    return () => clearInterval(timer);
  }, [paceMs, clocks, dispatch]);
}

/** Looks again when the next thing on the screen changes by itself: the instant is counted from the drawing before. */
export function useWake(inMs: number | null, look: () => void): void {
  useEffect(() => {
    if (inMs === null) return;
    const timer = setTimeout(look, inMs);
    return () => clearTimeout(timer);
  });
}

/** Follows the log of the module whose log is open, also while help lies over it. */
export function useLog(
  rig: RemoteRig,
  { screen, below }: ViewState,
  isLive: boolean,
  dispatch: Dispatch,
): void {
  const open = [...below, screen].findLast(hasLog);
  const module = open === undefined ? null : moduleOf(open);
  useEffect(() => {
    if (module === null || !isLive) return;
    return feedLog(rig, module, {
      read: (lines) => dispatch({ type: 'log-read', module, lines }),
      lines: (lines) => dispatch({ type: 'log-lines', module, lines }),
      trouble: (words) => dispatch({ type: 'log-trouble', module, words }),
    });
  }, [rig, module, isLive, dispatch]);
}

function hasLog({ kind }: Screen): boolean {
  return kind === 'log' || kind === 'module';
}

const pastEveryMs = 1_000;

/** Asks for the history that is on the screen: when it is opened, and again when something changed, once a second at most. */
export function usePast(
  rig: RemoteRig,
  screen: Screen,
  { snapshot, link }: RemoteView,
  dispatch: Dispatch,
): void {
  const isAsked = link.state === 'live' && (screen.kind === 'module' || screen.kind === 'history');
  const module = moduleOf(screen);
  const limit = screen.kind === 'module' ? 100 : 500;
  useAnswers(
    {
      about: isAsked ? `${screen.kind} ${module}` : null,
      version: snapshot === null ? '' : `${snapshot.epoch} ${snapshot.seq}`,
      everyMs: pastEveryMs,
      ask: () => rig.history({ ...(module === null ? {} : { module }), limit }),
      known: (entries) => ({ type: 'past', module, past: { state: 'known', entries } }),
      unknown: (why) => {
        const words = `not known: ${why}`;
        return { type: 'past', module, past: { state: 'unknown', words } };
      },
    },
    dispatch,
  );
}

/** Asks whether the rig can record, when the page of that is opened or asked for again. */
export function usePreflight(
  rig: RemoteRig,
  screen: Screen,
  isLive: boolean,
  dispatch: Dispatch,
): void {
  const isAsked = isLive && screen.kind === 'preflight' && screen.answer.state === 'asked';
  useAnswers(
    {
      about: isAsked ? screen.kind : null,
      version: '',
      everyMs: 0,
      ask: async () => knownPreflight(await rig.preflight()),
      known: (result) => ({ type: 'preflight', answer: { state: 'known', result } }),
      unknown: (why) => {
        const words = `not known: ${why}`;
        return { type: 'preflight', answer: { state: 'unknown', words } };
      },
    },
    dispatch,
  );
}

/** Tells what is new: whether what was wished has come true, what others did and who, and what happened. */
export function useNews(
  rig: RemoteRig,
  snapshot: Snapshot | null,
  clocks: Clocks,
  dispatch: Dispatch,
): void {
  const watched = useRef(unwatched);
  useEffect(() => {
    if (snapshot === null) return;
    const nowMs = clocks.nowMs();
    dispatch({ type: 'facts', snapshot, nowMs });
    const [next, happenings] = watchNews(watched.current, snapshot);
    watched.current = next;
    for (const happening of happenings) tellNews(rig, happening, clocks, dispatch);
  }, [rig, snapshot, clocks, dispatch]);
}

/** How long news are shown, and how long they may wait for their turn. */
const brief = { forMs: 4_000, freshMs: 6_000 } as const;
const long = { forMs: 12_000, freshMs: 60_000 } as const;

function tellNews(
  rig: RemoteRig,
  { words, did, by, about, matters }: Happening,
  clocks: Clocks,
  dispatch: Dispatch,
): void {
  const atMs = clocks.nowMs();
  const tell = (who: string | null) => {
    const text = who === null ? words : (did ?? words);
    if (text === null) return;
    const named = did === null || who === null ? null : clean(who, 40);
    const news = { about, who: named, words: text, atMs, ...(matters ? long : brief) };
    dispatch({ type: 'news', news, nowMs: clocks.nowMs() });
  };
  if (by === null) return tell(null);
  if ('who' in by) return tell(by.who);
  rig.history({ limit: 50 }).then(
    (entries) => tell(whoDid(by, entries, clocks.nowMs())),
    // Who it was is not worth a complaint; that it happened is told in any case.
    () => tell(null),
  );
}
