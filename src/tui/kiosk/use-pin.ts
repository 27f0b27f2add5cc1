import { type RefObject, useCallback, useRef, useState } from 'react';
import { wordsOf } from '../../protocol/words-of.ts';
import type { Clocks } from '../situation.ts';
import {
  askPin,
  closed,
  judgePin,
  type PinAsking,
  patientPin,
  pinUnasked,
  typePin,
} from './pin.ts';

/** Says whether that is the PIN. */
export type CheckPin = (typed: string) => Promise<boolean>;

type Pin = {
  readonly pin: PinAsking;
  /** What it is after every key so far, also those that are not drawn yet. */
  readonly latest: RefObject<PinAsking>;
  readonly ask: (key: string) => void;
  /** `opened` is given the key that waited, once the PIN was right. */
  readonly type: (key: string, opened: (key: string) => void) => void;
  /** Time has passed. */
  readonly look: () => void;
};

/**
 * The question for the PIN.
 *
 * @param trouble is told in words why nobody could judge what was typed
 */
export function usePin(check: CheckPin, clocks: Clocks, trouble: (words: string) => void): Pin {
  const latest = useRef(pinUnasked);
  const [pin, draw] = useState(pinUnasked);
  const set = useCallback((next: PinAsking) => {
    latest.current = next;
    draw(next);
  }, []);
  const type: Pin['type'] = (key, opened) => {
    const before = latest.current;
    const asking = typePin(before, key, clocks.monoMs());
    set(asking);
    if (!asking.isSent || before.isSent || asking.key === null) return;
    const waits = asking.key;
    check(asking.typed).then(
      (isRight) => {
        // Who has given up meanwhile has opened nothing; a wrong one counts all the same.
        if (isRight && latest.current !== asking) return;
        set(judgePin(latest.current, isRight, clocks.monoMs()));
        if (isRight) opened(waits);
      },
      (error: unknown) => {
        if (latest.current !== asking) return;
        set(closed(asking));
        trouble(`the PIN was not checked: ${wordsOf(error)}`);
      },
    );
  };
  return {
    pin,
    latest,
    ask: (key) => set(askPin(latest.current, key, clocks.monoMs())),
    type,
    look: () => set(patientPin(latest.current, clocks.monoMs())),
  };
}
