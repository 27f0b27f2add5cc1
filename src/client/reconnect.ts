import { RemoteError } from './errors.ts';

const firstRetryMs = 250;
const lastRetryMs = 5_000;
/** A line that held for so long is worth a quick try when it breaks. */
const steadyMs = 5_000;

/**
 * Lives one connection after another, for ever, with growing pauses between them.
 *
 * @param live one connection from its beginning to its end; gives or throws why it ended
 * @param lost told why, and in how many ms the next try is
 * @returns the function that ends it: no connection is begun any more
 */
export function reconnect(
  live: () => Promise<unknown>,
  lost: (why: unknown, retryMs: number) => void,
): () => void {
  let retryMs = firstRetryMs;
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;

  const begin = () => {
    const beganMs = performance.now();
    const ended = (why: unknown) => {
      if (isOver) return;
      if (performance.now() - beganMs > steadyMs) retryMs = firstRetryMs;
      if (isFull(why)) retryMs = lastRetryMs;
      timer = setTimeout(begin, retryMs);
      lost(why, retryMs);
      retryMs = Math.min(retryMs * 2, lastRetryMs);
    };
    live().then(ended, ended);
  };
  begin();

  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

/** Whoever had to make way does not come back at once, to take the place of another. */
function isFull(why: unknown): boolean {
  return why instanceof RemoteError && why.data?.reason === 'busy';
}
