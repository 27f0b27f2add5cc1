import { describe, expect, test } from 'vitest';
import {
  complain,
  confirm,
  type NoticeAction,
  type Notices,
  noNotices,
  reduceNotices,
  say,
} from '../../../src/tui/view/notices.ts';
import { aModule, aSnapshot } from '../support/rig-view.ts';

function noticesAfter(actions: readonly NoticeAction[], notices: Notices = noNotices): Notices {
  return actions.reduce(reduceNotices, notices);
}

const words = 'asked to disable mic';
const asked = { id: 1, words, sinceMs: 0, about: 'module mic' };
const off = { of: 'module', module: 'mic', until: 'off', run: 1 } as const;
const send: NoticeAction = { type: 'asked', asked };
const taken: NoticeAction = {
  type: 'answered',
  id: 1,
  nowMs: 10,
  answer: { wish: off, done: 'mic is off' },
};
const facts = (mic: Parameters<typeof aModule>[0], nowMs = 500): NoticeAction => ({
  type: 'facts',
  snapshot: aSnapshot({ modules: { mic: aModule(mic) } }),
  nowMs,
});
const news = (
  text: string,
  about: string | null = null,
  nowMs = 0,
  who: string | null = null,
): NoticeAction => ({
  type: 'news',
  news: { about, who, words: text, atMs: nowMs, forMs: 4_000, freshMs: 20_000 },
  nowMs,
});

test('news take the place of what was said before of the same thing', () => {
  const stopping = noticesAfter([news('trial 2 is being stopped', 'rig')]);
  expect(stopping.toast).toMatchObject({ words: 'trial 2 is being stopped' });
  const over = noticesAfter([news('mic crashed'), news('trial 2 is over', 'rig', 500)], stopping);
  expect(over.toast).toMatchObject({ words: 'mic crashed · trial 2 is over', untilMs: 4_500 });
  const next = noticesAfter([news('trial 3 is recorded', 'rig', 600)], over);
  expect(next.toast).toMatchObject({ words: 'mic crashed · trial 3 is recorded' });
});

test('news that come in a row are told in one line, those of one person behind one name', () => {
  const rush = [
    news('stopped trial 2', 'rig', 0, 'kim@pts/2'),
    news('disabled mic', 'module mic', 100, 'kim@pts/2'),
    news('disabled gps', 'module gps', 200, 'kim@pts/2'),
    news('started trial 3', 'rig', 300, 'button GPIO17 (record)'),
  ];
  expect(noticesAfter(rush.slice(0, 3)).toast).toMatchObject({
    words: 'kim@pts/2 stopped trial 2, disabled mic and disabled gps',
  });
  expect(noticesAfter(rush).toast).toMatchObject({
    words: 'kim@pts/2 disabled mic and disabled gps · button GPIO17 (record) started trial 3',
  });
});

test('a line of news does not go on for ever: what was told long enough leaves it, and four are the most', () => {
  const first = noticesAfter([news('one'), news('two', null, 3_900)]);
  expect(noticesAfter([news('three', null, 7_800)], first).toast).toMatchObject({
    words: 'one · two · three',
  });
  const second = noticesAfter([news('three', null, 7_800), news('four', null, 8_100)], first);
  expect(second.toast).toMatchObject({ words: 'two · three · four' });
  const many = Array.from({ length: 9 }, (_, at) => news(`news ${at}`));
  expect(noticesAfter(many).toast).toMatchObject({ words: 'news 5 · news 6 · news 7 · news 8' });
});

describe('what was asked', () => {
  test('stands until it is answered', () => {
    expect(noticesAfter([send]).asked).toEqual([asked]);
    const toast = say('it is so', 0);
    const answered = noticesAfter([send, { type: 'answered', id: 1, nowMs: 0, answer: toast }]);
    expect(answered).toMatchObject({ asked: [], toast: { words: 'it is so' } });
  });

  test('is under way until it has come true, and then it is said once', () => {
    const notices = noticesAfter([send, taken]);
    expect(notices).toMatchObject({ asked: [], toast: null, underWay: [{ words }] });
    const stopping = noticesAfter([facts({ desired: 'off', state: 'stopping' })], notices);
    expect(stopping).toBe(notices);
    const done = noticesAfter([facts({ desired: 'off', state: 'disabled' })], notices);
    expect(done).toMatchObject({ underWay: [], toast: { words: 'mic is off', tone: 'good' } });
    expect(noticesAfter([facts({ desired: 'off', state: 'disabled' })], done)).toBe(done);
  });

  test('is not called under way any more when somebody else wished otherwise', () => {
    const notices = noticesAfter([send, taken, facts({ desired: 'on' })]);
    expect(notices.underWay).toEqual([]);
    expect(notices.toast).toMatchObject({
      words: 'mic was switched on again meanwhile',
      tone: 'bad',
    });
  });

  test('is not called under way for ever', () => {
    const notices = noticesAfter([
      send,
      taken,
      facts({ desired: 'off', state: 'stopping' }, 700_000),
    ]);
    expect(notices).toMatchObject({ underWay: [], toast: null });
  });
});

describe('news', () => {
  test('wait until what stands there was read, and then take its place', () => {
    const notices = noticesAfter([
      { type: 'toast', toast: complain('no', 0) },
      news('one'),
      news('two'),
    ]);
    expect(notices.toast).toMatchObject({ words: 'no' });
    const first = noticesAfter([{ type: 'tick', nowMs: 10_000 }], notices);
    expect(first.toast).toMatchObject({ words: 'one · two', untilMs: 14_000 });
    expect(noticesAfter([{ type: 'tick', nowMs: 14_000 }], first).toast).toBeNull();
  });

  test('that had to wait too long are none any more', () => {
    const notices = noticesAfter([{ type: 'toast', toast: complain('no', 15_000) }, news('old')]);
    expect(noticesAfter([{ type: 'tick', nowMs: 25_000 }], notices)).toMatchObject({
      toast: null,
      waiting: [],
    });
    const both = noticesAfter([news('new', null, 25_000)], notices);
    expect(both).toMatchObject({ toast: { words: 'new' }, waiting: [] });
  });

  test('do not talk over what is still asked', () => {
    expect(noticesAfter([send, news('trial 7 is over')]).toast).toBeNull();
    expect(noticesAfter([news('trial 7 is over')]).toast).toMatchObject({
      words: 'trial 7 is over',
    });
  });

  test('of what a person did themselves are none to them', () => {
    const done = {
      type: 'answered',
      id: 1,
      nowMs: 0,
      answer: confirm('mic is off', 0),
    } as const;
    expect(noticesAfter([send, news('mic is switched off', 'module mic')]).waiting).toEqual([]);
    expect(noticesAfter([send, done, news('mic is switched off', 'module mic')]).waiting).toEqual(
      [],
    );
    const later = noticesAfter([send, done, news('mic is switched off', 'module mic', 60_000)]);
    expect(later.toast).toMatchObject({ words: 'mic is switched off' });
  });

  test('in a flood: the newest few are kept', () => {
    const many = Array.from({ length: 50 }, (_, at) => news(`news ${at}`));
    const notices = noticesAfter([{ type: 'toast', toast: complain('no', 0) }, ...many]);
    expect(notices.waiting.map((one) => one.words)).toEqual([
      'news 45',
      'news 46',
      'news 47',
      'news 48',
      'news 49',
    ]);
  });
});

test('a toast goes when its time is over', () => {
  const notices = noticesAfter([{ type: 'toast', toast: say('hello', 0) }]);
  expect(noticesAfter([{ type: 'tick', nowMs: 3_999 }], notices).toast).not.toBeNull();
  expect(noticesAfter([{ type: 'tick', nowMs: 4_000 }], notices).toast).toBeNull();
});

describe('what was confirmed a moment ago', () => {
  const off7 = { of: 'module', module: 'mic', until: 'off', run: 1 } as const;
  const toast = (seq: number) =>
    ({ type: 'toast', toast: confirm('mic is off', 0, { wish: off7, seq }) }) as const;

  test('is not said any more once somebody else has undone it, and who it was is told at once', () => {
    const mine = noticesAfter([send, { ...taken, answer: toast(7).toast }]);
    expect(mine.toast).toMatchObject({ words: 'mic is off' });
    const kept = noticesAfter([facts({ desired: 'off', state: 'disabled' })], mine);
    expect(kept.toast).toMatchObject({ words: 'mic is off' });
    const undone = noticesAfter(
      [facts({ desired: 'on' }), news('enabled mic', 'module mic', 600, 'kim')],
      kept,
    );
    expect(undone.toast).toMatchObject({ words: 'kim enabled mic' });
  });

  test('stays while the change that it speaks of is not seen yet', () => {
    expect(noticesAfter([toast(8), facts({ desired: 'on' })]).toast).toMatchObject({
      words: 'mic is off',
    });
  });
});
