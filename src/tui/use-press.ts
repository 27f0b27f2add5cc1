import { useCallback } from 'react';
import type { RemoteRig } from '../protocol/rig.ts';
import { toType } from '../protocol/typed-command.ts';
import { wordsOf } from '../protocol/words-of.ts';
import type { PressDeed } from './keymap/deeds.ts';
import type { Clocks } from './situation.ts';
import { complain, say, type Toast } from './view/notices.ts';
import type { ViewAction } from './view/view-state.ts';

/** Presses a simulated button, and says so once the daemon has done it. */
export function usePress(
  rig: RemoteRig,
  clocks: Clocks,
  dispatch: (action: ViewAction) => void,
): (deed: PressDeed) => void {
  return useCallback(
    ({ line, holdMs, done }) => {
      const tell = (toast: Toast) => dispatch({ type: 'toast', toast });
      rig.press(line, holdMs).then(
        (refusal) => {
          const nowMs = clocks.nowMs();
          if (refusal === null) return tell(say(done, nowMs));
          const { message, remedy } = refusal;
          tell(complain(remedy === null ? message : `${message} ${toType(remedy)}`, nowMs));
        },
        (error: unknown) => {
          const why = wordsOf(error);
          tell(complain(`not pressed: ${why}`, clocks.nowMs()));
        },
      );
    },
    [rig, clocks, dispatch],
  );
}
