import { sayVerified } from '../../protocol/session-words.ts';
import type {
  FileWork,
  ListedSession,
  SessionDetail,
  VerifyNews,
  VerifyResult,
} from '../../protocol/sessions.ts';
import { complain, confirm, type Toast } from './notices.ts';

/** What is known of something that is asked of the daemon. `atMs`: since when, wall clock. */
type Known<T> =
  | { readonly state: 'asked' }
  | { readonly state: 'known'; readonly value: T; readonly atMs: number }
  | { readonly state: 'unknown'; readonly words: string };

export type SessionList = { readonly total: number; readonly sessions: readonly ListedSession[] };

/** Recordings on disk, the newest first. */
export type SessionsScreen = {
  readonly kind: 'sessions';
  /** The folder of the selected one; null is the newest. */
  readonly selected: string | null;
  /** How many are asked for: more as somebody goes down. */
  readonly wanted: number;
  readonly list: Known<SessionList>;
};

/** One session: its trials, files, gaps, markers; and whether it is in order, if that was asked. */
export type SessionScreen = {
  readonly kind: 'session';
  /** Its folder, or its id. */
  readonly session: string;
  readonly top: number;
  readonly facts: Known<SessionDetail>;
  readonly verify: Verify;
};

export type Verify =
  | { readonly state: 'not-asked' }
  | { readonly state: 'under-way'; readonly work: FileWork | null; readonly sinceMs: number | null }
  | { readonly state: 'done'; readonly result: VerifyResult; readonly atMs: number }
  | { readonly state: 'failed'; readonly words: string };

/** What comes in for these screens. */
export type SessionNews =
  | { readonly type: 'sessions'; readonly list: Known<SessionList> }
  | { readonly type: 'session'; readonly session: string; readonly facts: Known<SessionDetail> }
  | {
      readonly type: 'verify';
      readonly session: string;
      readonly news: VerifyNews;
      readonly nowMs: number;
    };

/** Sessions that are asked for at a time. */
export const sessionsAtATime = 50;
/** So close to the end of what is known more is asked for. */
const nearEnd = 10;

export const newSessions: SessionsScreen = {
  kind: 'sessions',
  selected: null,
  wanted: sessionsAtATime,
  list: { state: 'asked' },
};

export function sessionPage(session: string): SessionScreen {
  const nothing = { facts: { state: 'asked' }, verify: { state: 'not-asked' } } as const;
  return { kind: 'session', session, top: 0, ...nothing };
}

/** The same, and it is verified. */
export function verifyingPage(session: string): SessionScreen {
  return toggledVerify(sessionPage(session));
}

/** The session that is selected; null where there is none. */
export function chosenSession({ list, selected }: SessionsScreen): ListedSession | null {
  if (list.state !== 'known') return null;
  const { sessions } = list.value;
  return sessions.find(({ folder }) => folder === selected) ?? sessions[0] ?? null;
}

/** The list with another one selected, so many further. */
export function movedSession(screen: SessionsScreen, by: number): SessionsScreen {
  if (screen.list.state !== 'known') return screen;
  const { sessions, total } = screen.list.value;
  const chosen = chosenSession(screen);
  const from = Math.max(0, chosen === null ? 0 : sessions.indexOf(chosen));
  const to = Math.max(0, Math.min(sessions.length - 1, from + by));
  const isNear = sessions.length < total && to >= sessions.length - nearEnd;
  const wanted = isNear ? sessions.length + sessionsAtATime : screen.wanted;
  return { ...screen, selected: sessions[to]?.folder ?? null, wanted };
}

/** Verifies, or stops that. */
export function toggledVerify(screen: SessionScreen): SessionScreen {
  const isOn = screen.verify.state === 'under-way';
  const begun = { state: 'under-way', work: null, sinceMs: null } as const;
  return { ...screen, top: 0, verify: isOn ? { state: 'not-asked' } : begun };
}

/** A list that has heard; what was known stays where nothing better is. */
export function hearSessions(screen: SessionsScreen, news: SessionNews): SessionsScreen {
  if (news.type !== 'sessions' || isWorse(news.list, screen.list)) return screen;
  return { ...screen, list: news.list };
}

/** A session's page that has heard. */
export function hearSession(screen: SessionScreen, news: SessionNews): SessionScreen {
  if (news.type === 'sessions' || news.session !== screen.session) return screen;
  if (news.type === 'verify') return hearVerify(screen, news.news, news.nowMs);
  return isWorse(news.facts, screen.facts) ? screen : { ...screen, facts: news.facts };
}

function isWorse(next: Known<unknown>, before: Known<unknown>): boolean {
  return next.state !== 'known' && before.state === 'known';
}

/** How a verification ended, in a word, and where the whole of it stands; null while it goes on. */
export function verifyToast(news: VerifyNews, nowMs: number): Toast | null {
  if ('failed' in news) return complain(`not verified: ${news.failed}`, nowMs);
  if (!('result' in news)) return null;
  const words = `verified, ${sayVerified(news.result)}`;
  if (news.result.ok) return confirm(words, nowMs);
  return complain(`${words}; more at the top of its page (g)`, nowMs);
}

function hearVerify(screen: SessionScreen, news: VerifyNews, nowMs: number): SessionScreen {
  const { verify } = screen;
  if (verify.state !== 'under-way') return screen; // it was stopped meanwhile
  if ('result' in news)
    return { ...screen, verify: { state: 'done', result: news.result, atMs: nowMs } };
  if ('failed' in news) return { ...screen, verify: { state: 'failed', words: news.failed } };
  const sinceMs = verify.sinceMs ?? nowMs;
  return { ...screen, verify: { state: 'under-way', work: news.work, sinceMs } };
}
