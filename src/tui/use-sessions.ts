import { useEffect, useRef } from 'react';
import type { RemoteRig, RemoteView } from '../protocol/rig.ts';
import type { ListedSession } from '../protocol/sessions.ts';
import type { Clocks } from './situation.ts';
import type { Screen } from './view/screens.ts';
import { type SessionList, sessionsAtATime } from './view/session-screens.ts';
import type { ViewAction, ViewState } from './view/view-state.ts';

type Dispatch = (action: ViewAction) => void;

/** What is on the disk is asked for at most this often, however fast trials follow each other. */
const askEveryMs = 1_000;

/** Asks for the recordings that are on the screen: when they are opened, and again when a session or trial begins or ends. */
export function useSessions(
  rig: RemoteRig,
  screen: Screen,
  remote: RemoteView,
  clocks: Clocks,
  dispatch: Dispatch,
): void {
  const isLive = remote.link.state === 'live';
  const wanted = screen.kind === 'sessions' ? screen.wanted : null;
  const session = screen.kind === 'session' ? screen.session : null;
  const version = versionOf(remote);
  const askedMs = useRef(Number.NEGATIVE_INFINITY);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a session or trial that begins or ends is what makes it ask again
  useEffect(() => {
    if (!isLive || (wanted === null && session === null)) {
      askedMs.current = Number.NEGATIVE_INFINITY;
      return;
    }
    let isOver = false;
    const tell = (action: ViewAction) => {
      if (!isOver) dispatch(action);
    };
    const ask = () => {
      askedMs.current = performance.now();
      if (wanted !== null) askList(rig, wanted, clocks, tell);
      if (session !== null) askSession(rig, session, clocks, tell);
    };
    const timer = setTimeout(ask, Math.max(0, askedMs.current + askEveryMs - performance.now()));
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [rig, wanted, session, version, isLive, clocks, dispatch]);
}

/** What makes recordings on disk other ones than they were. */
function versionOf({ snapshot, telemetry }: RemoteView): string {
  if (snapshot === null) return '';
  const { session, trial, state } = snapshot.rig;
  const isSumming = telemetry?.checksums != null;
  return `${snapshot.epoch} ${session?.id} ${trial?.number} ${trial?.segment} ${state === 'recording'} ${isSumming}`;
}

function askList(rig: RemoteRig, wanted: number, clocks: Clocks, tell: Dispatch): void {
  readList(rig, wanted).then(
    (value) => tell({ type: 'sessions', list: { state: 'known', value, atMs: clocks.nowMs() } }),
    (error: unknown) => tell({ type: 'sessions', list: unknown(error) }),
  );
}

/** As many pages as are wanted, one after the other. */
async function readList(rig: RemoteRig, wanted: number): Promise<SessionList> {
  const sessions: ListedSession[] = [];
  for (;;) {
    const before = sessions.at(-1)?.folder;
    const query = { limit: sessionsAtATime, ...(before === undefined ? {} : { before }) };
    const page = await rig.sessions.list(query);
    sessions.push(...page.sessions);
    const isAll = !page.more || page.sessions.length === 0;
    if (isAll || sessions.length >= wanted) return { total: page.total, sessions };
  }
}

function askSession(rig: RemoteRig, session: string, clocks: Clocks, tell: Dispatch): void {
  rig.sessions.show(session).then(
    (value) => {
      tell({ type: 'session', session, facts: { state: 'known', value, atMs: clocks.nowMs() } });
    },
    (error: unknown) => tell({ type: 'session', session, facts: unknown(error) }),
  );
}

function unknown(error: unknown) {
  return {
    state: 'unknown',
    words: error instanceof Error ? error.message : String(error),
  } as const;
}

/** Verifies the session whose page is open and asks for that, also while help lies over it, until it is done or left. */
export function useVerify(
  rig: RemoteRig,
  { screen, below }: ViewState,
  clocks: Clocks,
  dispatch: Dispatch,
): void {
  const open = [...below, screen].find((one) => one.kind === 'session');
  const session = open?.verify.state === 'under-way' ? open.session : null;
  useEffect(() => {
    if (session === null) return;
    return rig.sessions.verify(session, (news) =>
      dispatch({ type: 'verify', session, news, nowMs: clocks.nowMs() }),
    );
  }, [rig, session, clocks, dispatch]);
}
