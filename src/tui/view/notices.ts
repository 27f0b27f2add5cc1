import type { Snapshot } from '../../protocol/snapshot.ts';
import { aboutOf, isSo, settleWish, type Wish } from '../wishes.ts';
import { type News, sayNews } from './merged-news.ts';
import type { Marked } from './screens.ts';

/** A short word to the person at the keys, until a wall time in ms. */
export type Toast = {
  readonly words: string;
  readonly tone: 'plain' | 'good' | 'bad';
  readonly untilMs: number;
  /** What it says, if it says news: those that come while it stands are told with them. */
  readonly news?: readonly News[];
  /** What it says has come true, and the change of the rig by which it had: when that is so no more, nor are its words. */
  readonly claims?: { readonly wish: Wish; readonly seq: number };
};

/** An intent that was sent and not answered yet. `words`: `asked to stop trial 7`. */
type Asked = {
  readonly id: number;
  readonly words: string;
  readonly sinceMs: number;
  /** What it is about, as `aboutOf` names it. */
  readonly about: string;
};

/** An intent that was taken and has not come true yet. */
export type UnderWay = Asked & { readonly wish: Wish; readonly done: string };

/** What is said to one person over the keys. */
export type Notices = {
  readonly toast: Toast | null;
  readonly asked: readonly Asked[];
  readonly underWay: readonly UnderWay[];
  /** News that wait until what stands there was read. */
  readonly waiting: readonly News[];
  /** What this person asked for lately: when that comes about it is no news to them. */
  readonly mine: readonly { readonly about: string; readonly untilMs: number }[];
  /** Wishes that are not sent yet: so long they can be taken back. */
  readonly delayed: readonly Delayed[];
  /** The marker that was set last and has no words yet. */
  readonly marked: Marked | null;
};

/** A wish that waits to be sent. `what`: `mic stops`. Until a wall time in ms. */
type Delayed = {
  readonly id: number;
  readonly what: string;
  readonly module: string;
  readonly untilMs: number;
};

export type NoticeAction =
  /** `marked` where a marker was sent that may get words. */
  | {
      readonly type: 'asked';
      readonly asked: Asked;
      readonly marked?: Marked | null;
      /** `late`: no key led to it just now, so that what is open stays open. */
      readonly when?: 'now' | 'late';
    }
  | { readonly type: 'delay'; readonly delayed: Delayed }
  /** A delayed wish waits no longer: it is sent now (no toast), or never. */
  | { readonly type: 'take-back'; readonly id: number; readonly toast: Toast | null }
  | {
      readonly type: 'answered';
      readonly id: number;
      readonly nowMs: number;
      /** Either what is to be said, or what is still waited for. */
      readonly answer: Toast | Pick<UnderWay, 'wish' | 'done'>;
    }
  | { readonly type: 'facts'; readonly snapshot: Snapshot; readonly nowMs: number }
  | { readonly type: 'toast'; readonly toast: Toast }
  | { readonly type: 'news'; readonly news: News; readonly nowMs: number }
  | { readonly type: 'tick'; readonly nowMs: number };

export const noNotices: Notices = {
  toast: null,
  asked: [],
  underWay: [],
  waiting: [],
  mine: [],
  delayed: [],
  marked: null,
};

const shortMs = 4_000;
const longMs = 10_000;
const mineMs = 5_000;
const maxAsked = 16;
const maxWaiting = 5;
/** So many news are told in one line. */
const maxMerged = 4;
/** The longest that something is called under way; the rig's own deadlines come long before. */
const maxUnderWayMs = 600_000;

/** A plain word for a moment. */
export function say(words: string, nowMs: number): Toast {
  return { words, tone: 'plain', untilMs: nowMs + shortMs };
}

/** Something came about as wished. Without `claims` it is nothing that could become untrue. */
export function confirm(words: string, nowMs: number, claims?: Toast['claims']): Toast {
  const forMs = words.length > 40 ? longMs : shortMs; // more than a glance
  const toast = { words, tone: 'good', untilMs: nowMs + forMs } as const;
  return claims === undefined ? toast : { ...toast, claims };
}

/** Something that did not go as wished; stays longer, because it is to be read. */
export function complain(words: string, nowMs: number): Toast {
  return { words, tone: 'bad', untilMs: nowMs + longMs };
}

/** What is to be said after an action. */
export function reduceNotices(notices: Notices, action: NoticeAction): Notices {
  switch (action.type) {
    case 'asked':
      return {
        ...notices,
        toast: null,
        asked: [...notices.asked, action.asked].slice(-maxAsked),
        marked: action.marked === undefined ? notices.marked : action.marked,
      };
    case 'delay':
      return { ...notices, toast: null, delayed: [...notices.delayed, action.delayed] };
    case 'take-back': {
      const delayed = notices.delayed.filter(({ id }) => id !== action.id);
      return { ...notices, delayed, toast: action.toast };
    }
    case 'answered':
      return answered(notices, action);
    case 'facts':
      return settled(withoutUntruth(notices, action.snapshot), action.snapshot, action.nowMs);
    case 'toast':
      return { ...notices, toast: action.toast };
    case 'news':
      return shown(heard(notices, action.news, action.nowMs), action.nowMs);
    case 'tick':
      return shown(notices, action.nowMs);
  }
}

function answered(
  notices: Notices,
  { id, nowMs, answer }: Extract<NoticeAction, { type: 'answered' }>,
) {
  const asked = notices.asked.filter((one) => one.id !== id);
  const which = notices.asked.find((one) => one.id === id);
  if (which === undefined) return notices;
  const mine = [...fresh(notices, nowMs), { about: which.about, untilMs: nowMs + mineMs }];
  if ('words' in answer) return { ...notices, asked, mine, toast: answer };
  const underWay = [...notices.underWay, { ...which, ...answer }].slice(-maxAsked);
  return { ...notices, asked, mine, underWay };
}

/** What was under way has come true, or never will. */
function settled(notices: Notices, snapshot: Snapshot, nowMs: number): Notices {
  if (notices.underWay.length === 0) return notices;
  const results = notices.underWay.map((one) => ({ one, end: settleWish(one.wish, snapshot) }));
  const underWay = results.flatMap(({ one, end }) =>
    end === 'waiting' && nowMs - one.sinceMs < maxUnderWayMs ? [one] : [],
  );
  if (underWay.length === notices.underWay.length) return notices;
  const last = results.findLast(({ end }) => end !== 'waiting');
  if (last === undefined || last.end === 'waiting') return { ...notices, underWay };
  const { end, one } = last;
  const { seq } = snapshot;
  const toast =
    end === 'true' ? confirm(one.done, nowMs, { wish: one.wish, seq }) : complain(end.but, nowMs);
  const ended = results.flatMap(({ one: { about }, end: how }) =>
    how === 'waiting' ? [] : [{ about, untilMs: nowMs + mineMs }],
  );
  return { ...notices, underWay, toast, mine: [...fresh(notices, nowMs), ...ended] };
}

/** Somebody else has undone what was confirmed a moment ago: that is not said any more, and who it was is news. */
function withoutUntruth(notices: Notices, snapshot: Snapshot): Notices {
  const claims = notices.toast?.claims;
  if (claims === undefined || snapshot.seq < claims.seq || isSo(claims.wish, snapshot))
    return notices;
  const about = aboutOf(claims.wish);
  return { ...notices, toast: null, mine: notices.mine.filter((one) => one.about !== about) };
}

function heard(notices: Notices, news: News, nowMs: number): Notices {
  const own = [...notices.asked, ...notices.underWay, ...fresh(notices, nowMs)];
  if (own.some(({ about }) => about === news.about)) return notices;
  // What was said before of the same thing is not true any more.
  const stays = (other: News) => news.about === null || other.about !== news.about;
  const waiting = notices.waiting.filter(stays);
  const { toast } = notices;
  if (toast?.news === undefined || nowMs >= toast.untilMs) {
    return { ...notices, waiting: [...waiting, news].slice(-maxWaiting) };
  }
  const told = toast.news.filter((one) => stays(one) && nowMs < one.atMs + 2 * one.forMs);
  return { ...notices, waiting, toast: newsToast([...told, news], nowMs) };
}

function newsToast(news: readonly News[], nowMs: number): Toast {
  const told = news.slice(-maxMerged);
  const untilMs = nowMs + Math.max(...told.map(({ forMs }) => forMs));
  return { words: sayNews(told), tone: 'plain', untilMs, news: told };
}

function fresh({ mine }: Notices, nowMs: number): Notices['mine'] {
  return mine.filter(({ untilMs }) => untilMs > nowMs);
}

/** The toast goes when its time is over, and all that waited takes its place; an answer is not talked over. */
function shown(notices: Notices, nowMs: number): Notices {
  const isOver = notices.toast === null || nowMs >= notices.toast.untilMs;
  if (!isOver) return notices;
  const fit = notices.waiting.filter(({ atMs, freshMs }) => nowMs < atMs + freshMs);
  if (fit.length === 0 || notices.asked.length > 0) {
    return { ...notices, waiting: fit, toast: null };
  }
  return { ...notices, waiting: [], toast: newsToast(fit, nowMs) };
}
