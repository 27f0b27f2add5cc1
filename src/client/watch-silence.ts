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
  const heard = () => {
    heardMs = Date.now();
    timer.refresh();
  };
  const timer = setTimeout(() => {
    ask().then(heard, lost);
  }, silentMs);
  return {
    heard,
    knownMs: () => {
      const nowMs = Date.now();
      return nowMs - heardMs > silentMs ? heardMs : nowMs;
    },
    end: () => clearTimeout(timer),
  };
}
