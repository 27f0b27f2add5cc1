import { expect, test } from 'vitest';
import {
  chosenSession,
  hearSession,
  hearSessions,
  movedSession,
  newSessions,
  sessionPage,
  toggledVerify,
} from '../../../src/tui/view/session-screens.ts';
import { firstView, reduceView } from '../../../src/tui/view/view-state.ts';
import { noon } from '../support/rig-view.ts';
import { aSession, aSummary } from '../support/sample-sessions.ts';

function known(count: number, total = count) {
  const sessions = Array.from({ length: count }, (_, at) => aSummary({ folder: `${count - at}` }));
  return { state: 'known', atMs: noon, value: { total, sessions } } as const;
}

test('walking down the sessions asks for older ones before the last that is known is reached', () => {
  const first = { ...newSessions, list: known(50, 120) };
  expect(movedSession(first, 10)).toMatchObject({ selected: '40', wanted: 50 });
  expect(movedSession(first, 40)).toMatchObject({ selected: '10', wanted: 100 });
  expect(movedSession({ ...newSessions, list: known(50) }, 400)).toMatchObject({
    selected: '1',
    wanted: 50,
  });
});

test('a session stays selected when a newer one comes, and one that is gone gives way to the newest', () => {
  const second = movedSession({ ...newSessions, list: known(3) }, 1);
  const later = hearSessions(second, { type: 'sessions', list: known(4) });
  expect(chosenSession(later)?.folder).toBe('2');
  expect(chosenSession({ ...later, selected: 'gone' })?.folder).toBe('4');
});

test('what is known of recordings stays while the daemon does not answer', () => {
  const list = { ...newSessions, list: known(2) };
  const unknown = { state: 'unknown', words: 'not now' } as const;
  expect(hearSessions(list, { type: 'sessions', list: unknown })).toBe(list);
  expect(hearSessions(newSessions, { type: 'sessions', list: unknown }).list).toEqual(unknown);
});

test('news of a verification count as long as somebody wants to know, and of that session only', () => {
  const page = sessionPage(aSession.folder);
  const work = { files: 2, filesDone: 1, bytes: 10, bytesDone: 4 };
  const news = (session: string, nowMs: number) =>
    ({ type: 'verify', session, news: { session, work }, nowMs }) as const;
  expect(hearSession(page, news(aSession.folder, noon))).toBe(page);
  const begun = toggledVerify(page);
  expect(hearSession(begun, news('another', noon))).toBe(begun);
  const seen = hearSession(begun, news(aSession.folder, noon));
  const later = hearSession(seen, news(aSession.folder, noon + 1_000));
  expect(later.verify).toEqual({ state: 'under-way', work, sinceMs: noon });
  expect(toggledVerify(later).verify).toEqual({ state: 'not-asked' });
});

test('how a verification ended is said over the keys, wherever its page is scrolled to', () => {
  const session = aSession.folder;
  const ended = (ok: boolean) => {
    const result = { ok, files: 4, bytes: 800e6, notes: [], remedy: null };
    return { type: 'verify', session, news: { session, result }, nowMs: noon } as const;
  };
  const screen = { ...toggledVerify(sessionPage(session)), top: 9 };
  const words = (ok: boolean) =>
    reduceView({ ...firstView, screen }, ended(ok)).notices.toast?.words;
  expect(words(true)).toBe('verified, in order: 4 files, 800 MB');
  expect(words(false)).toBe(
    'verified, NOT in order: 4 files, 800 MB; more at the top of its page (g)',
  );
  const left = { ...firstView, screen: sessionPage(session) };
  expect(reduceView(left, ended(true))).toBe(left);
});
