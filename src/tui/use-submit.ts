import { useCallback, useRef } from 'react';
import type { Intent } from '../protocol/intent.ts';
import type { RemoteRig, Verdict } from '../protocol/rig.ts';
import type { Snapshot } from '../protocol/snapshot.ts';
import { wordsOf } from '../protocol/words-of.ts';
import { answerOf } from './answers.ts';
import type { WishDeed } from './keymap/deeds.ts';
import type { Clocks } from './situation.ts';
import { complain, say, type Toast } from './view/notices.ts';
import type { ViewAction } from './view/view-state.ts';
import { aboutOf, isSo, sayAlready, type Wish, whoWished } from './wishes.ts';

type Dispatch = (action: ViewAction) => void;

/** How often a wish is sent again that met a change which it is not about. */
const mostSends = 3;

/** Sends an intent and shows what became of it; until then only that it was asked. */
export function useSubmit(
  rig: RemoteRig,
  clocks: Clocks,
  dispatch: Dispatch,
): (deed: WishDeed, when?: 'now' | 'late') => void {
  const lastId = useRef(0);
  return useCallback(
    (deed, when = 'now') => {
      lastId.current += 1;
      const id = lastId.current;
      const { asked: words, wish, intent } = deed;
      const about = wish === null ? (abouts[intent.kind] ?? intent.kind) : aboutOf(wish);
      const sinceMs = clocks.nowMs();
      const asked = { id, words, about, sinceMs };
      dispatch({ type: 'asked', asked, when, ...markedBy(intent, sinceMs) });
      const answer = (toast: Toast | ReturnType<typeof answerOf>) => {
        const nowMs = clocks.nowMs();
        dispatch({ type: 'answered', id, nowMs, answer: toast });
        const { snapshot } = rig.view();
        if (snapshot !== null) dispatch({ type: 'facts', snapshot, nowMs });
      };
      carryOut(rig, deed, clocks).then(answer, (error: unknown) => {
        const why = wordsOf(error);
        answer(complain(`${words}: not confirmed, ${why}`, clocks.nowMs()));
      });
    },
    [rig, clocks, dispatch],
  );
}

/** What the news call it. */
const abouts: Readonly<Record<string, string>> = {
  mark: 'marker',
  'problem.acknowledge': 'problem',
  'session.start': 'session',
  'session.end': 'session',
};

/** The marker that words may be added to now; none where it has some. */
function markedBy(intent: Intent, atMs: number) {
  if (intent.kind !== 'mark' || intent.atMonoMs == null) return {};
  const { atMonoMs, text } = intent;
  return { marked: text == null ? { atMonoMs, atMs } : null };
}

async function carryOut(rig: RemoteRig, deed: WishDeed, clocks: Clocks) {
  const verdict = await send(rig, deed.intent);
  const isSettled = verdict.ok
    ? verdict.outcome === 'unchanged' && verdict.partly === undefined
    : verdict.refusal.reason === 'stale';
  const { snapshot } = rig.view();
  if (!isSettled || deed.wish === null || snapshot === null || !isSo(deed.wish, snapshot)) {
    return answerOf(deed, verdict, clocks.nowMs());
  }
  return say(await alreadySo(rig, deed.wish, snapshot, clocks.nowMs()), clocks.nowMs());
}

/**
 * Sends an intent, and once more when it was refused as stale although all that it is about is as it was seen: a status that
 * moved on between the look and the press makes no wish another one.
 */
async function send(rig: RemoteRig, intent: Intent): Promise<Verdict> {
  const seen = rig.view().snapshot;
  let next = intent;
  for (let sends = 1; ; sends += 1) {
    const verdict = await rig.submit(next);
    const now = rig.view().snapshot;
    const isStale = !verdict.ok && verdict.refusal.reason === 'stale';
    if (!isStale || sends >= mostSends || seen === null || now === null) return verdict;
    const isNewer = now.seq > (next.expect?.seq ?? now.seq);
    if (!isNewer || essence(seen, intent) !== essence(now, intent)) return verdict;
    next = { ...intent, expect: { epoch: now.epoch, seq: now.seq } };
  }
}

/** What a wish is about, in what it would change. */
function essence({ epoch, rig, modules }: Snapshot, intent: Intent): string {
  const name = 'module' in intent ? intent.module : null;
  if (name != null) return `${epoch} ${modules[name]?.desired}`;
  return `${epoch} ${rig.desired} ${rig.trial?.number} ${rig.session?.id}`;
}

async function alreadySo(
  rig: RemoteRig,
  wish: Wish,
  snapshot: Snapshot,
  nowMs: number,
): Promise<string> {
  const words = sayAlready(wish, snapshot);
  // Who it was is worth a question, but no complaint.
  const history = await rig.history({ limit: 50 }).catch(() => []);
  const who = whoWished(wish, history, nowMs);
  return who === null ? words : `${words}: ${who} did that`;
}
