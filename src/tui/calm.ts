import type { RemoteRig } from '../protocol/rig.ts';

/** What the screen listens to: the rig, but not more often than eyes can follow. */
export type CalmRig = Pick<RemoteRig, 'subscribe' | 'view'> & {
  /** A key was pressed: for a second everything is told at once, so that its effect is seen. */
  readonly hurry: () => void;
};

const usualMs = 250;
const hurriedMs = 1_000;

/**
 * Tells changes of the rig at most four times a second, the first of them at once and the last of them always.
 *
 * @param clock ms, any that only goes forward
 * @param everyMs how far apart, where it is less often
 */
export function calm(
  rig: Pick<RemoteRig, 'subscribe' | 'view'>,
  clock: () => number,
  everyMs = usualMs,
): CalmRig {
  let toldMs = Number.NEGATIVE_INFINITY;
  let hurriedUntilMs = Number.NEGATIVE_INFINITY;
  return {
    view: () => rig.view(),
    hurry: () => {
      hurriedUntilMs = clock() + hurriedMs;
    },
    subscribe: (listener) => {
      let timer: NodeJS.Timeout | undefined;
      const tell = () => {
        timer = undefined;
        toldMs = clock();
        listener();
      };
      const stop = rig.subscribe(() => {
        const nowMs = clock();
        const waitMs = nowMs < hurriedUntilMs ? 0 : Math.max(0, toldMs + everyMs - nowMs);
        if (waitMs === 0) {
          clearTimeout(timer);
          tell();
        } else timer ??= setTimeout(tell, waitMs);
      });
      return () => {
        clearTimeout(timer);
        stop();
      };
    },
  };
}
