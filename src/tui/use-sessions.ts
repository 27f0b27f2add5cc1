import { useEffect } from 'react';
import type { RemoteRig, RemoteView } from '../protocol/rig.ts';
import type { ListedSession } from '../protocol/sessions.ts';
import type { Clocks } from './situation.ts';
import { useAnswers } from './use-answers.ts';
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
  const known = <T>(value: T) => ({ state: 'known', value, atMs: clocks.nowMs() }) as const;
  const again = { version: versionOf(remote), everyMs: askEveryMs };
  useAnswers(
    {
      ...again,
      about: isLive && screen.kind === 'sessions' ? screen.wanted : null,
      ask: (wanted) => readList(rig, wanted),
      known: (value) => ({ type: 'sessions', list: known(value) }),
      unknown: (words) => ({ type: 'sessions', list: { state: 'unknown', words } }),
    },
    dispatch,
  );
  useAnswers(
    {
      ...again,
      about: isLive && screen.kind === 'session' ? screen.session : null,
      ask: (session) => rig.sessions.show(session),
      known: (value, session) => ({ type: 'session', session, facts: known(value) }),
      unknown: (words, session) => ({
        type: 'session',
        session,
        facts: { state: 'unknown', words },
      }),
    },
    dispatch,
  );
}

/** What makes recordings on disk other ones than they were. */
function versionOf({ snapshot, telemetry }: RemoteView): string {
  if (snapshot === null) return '';
  const { session, trial, state } = snapshot.rig;
  const isSumming = telemetry?.checksums != null;
  return `${snapshot.epoch} ${session?.id} ${trial?.number} ${trial?.segment} ${state === 'recording'} ${isSumming}`;
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
