import type { Verdict } from '../protocol/rig.ts';
import type { Deed } from './deeds.ts';
import type { Toast } from './view-state.ts';

const shortMs = 4_000;
const longMs = 10_000;

/** A plain word for a moment. */
export function say(words: string, nowMs: number): Toast {
  return { words, tone: 'plain', untilMs: nowMs + shortMs };
}

/** Something that did not go as wished; stays longer, because it is to be read. */
export function complain(words: string, nowMs: number): Toast {
  return { words, tone: 'bad', untilMs: nowMs + longMs };
}

/** The verdict on what was asked, in words. */
export function answerOf(
  deed: Extract<Deed, { kind: 'submit' }>,
  verdict: Verdict,
  nowMs: number,
): Toast {
  if (!verdict.ok) {
    const { message, remedy } = verdict.refusal;
    return complain(remedy === null ? message : `${message} · ${remedy}`, nowMs);
  }
  if (verdict.partly !== undefined) {
    return complain(`${deed.done}, but partly: ${verdict.partly}`, nowMs);
  }
  if (verdict.outcome === 'accepted') return say(`${deed.asked}: under way`, nowMs);
  if (verdict.outcome === 'unchanged') return say(`${deed.asked}: it was so already`, nowMs);
  return { words: deed.done, tone: 'good', untilMs: nowMs + shortMs };
}
