import { summarize } from './statistics.mjs';

/**
 * A measured row as it is kept: summaries instead of samples, the ratio of the medians, and whether the target was met. Null
 * where there is no target.
 */
export function judge({ what, unit, samples, peer, target, words }) {
  const own = summarize(samples);
  const beside = peer === undefined ? null : { what: peer.what, ...summarize(peer.samples) };
  const ratio = beside === null || beside.median === 0 ? null : own.median / beside.median;
  const row = { what, unit, own, beside, ratio, target: target ?? null, words: words ?? null };
  return { ...row, met: target === undefined ? null : judged(row) <= target.atMost };
}

/** The figure that the target is about. */
function judged({ own, ratio, target }) {
  return target.of === 'ratio' ? (ratio ?? Number.NaN) : own[target.of];
}
