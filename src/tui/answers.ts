import type { Verdict } from '../protocol/rig.ts';
import { toType } from '../protocol/typed-command.ts';
import type { WishDeed } from './keymap/deeds.ts';
import { complain, confirm, say, type Toast, type UnderWay } from './view/notices.ts';

/** The verdict on what was asked, in words; or what is still waited for, when it was only taken. */
export function answerOf(
  deed: WishDeed,
  verdict: Verdict,
  nowMs: number,
): Toast | Pick<UnderWay, 'wish' | 'done'> {
  if (!verdict.ok) {
    const { message, remedy } = verdict.refusal;
    return complain(remedy === null ? message : `${message} ${toType(remedy)}`, nowMs);
  }
  if (verdict.partly !== undefined) return complain(`${deed.done}, but ${verdict.partly}`, nowMs);
  const { wish, done } = deed;
  if (verdict.outcome === 'accepted') {
    return wish === null ? say(`${deed.asked}: under way`, nowMs) : { wish, done };
  }
  if (verdict.outcome === 'unchanged') return say(`${deed.asked}: nothing had to be done`, nowMs);
  return confirm(done, nowMs, wish === null ? undefined : { wish, seq: verdict.seq });
}
