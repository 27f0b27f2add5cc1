/** Watches over a line on which nothing is said for too long. */
export type SilenceWatch = {
  /** Something was said. */
  readonly heard: () => void;
  /**
   * Until when all that was said is known to have been true, wall clock in ms: now, or when the last was heard where that is
   * longer ago than it may be (also because this process itself was stopped).
   */
  readonly knownMs: () => number;
  readonly end: () => void;
};

/** Who only answers, because nothing happens, is asked half as often each time, and at least so often. In ms. */
const longestMs = 10_000;

/**
 * Asks when nothing was heard for a while.
 *
 * @param ask rejects where nobody answers
 * @param silentMs how long nothing may be heard before it is asked
 * @param lost is told why there was no answer
 */
export function watchSilence(
  ask: () => Promise<unknown>,
  silentMs: number,
  lost: (why: unknown) => void,
): SilenceWatch {
  let heardMs = Date.now();
  let limitMs = silentMs;
  let isOver = false;
  let timer = setTimeout(askNow, limitMs);
  function heard(nextMs: number): void {
    heardMs = Date.now();
    if (nextMs === limitMs) return void timer.refresh();
    clearTimeout(timer);
    limitMs = nextMs;
    if (!isOver) timer = setTimeout(askNow, limitMs);
  }
  function askNow(): void {
    ask().then(() => heard(Math.min(longestMs, limitMs * 2)), lost);
  }
  return {
    heard: () => heard(silentMs),
    knownMs: () => {
      const nowMs = Date.now();
      return nowMs - heardMs > limitMs ? heardMs : nowMs;
    },
    end: () => {
      isOver = true;
      clearTimeout(timer);
    },
  };
}
