import { useEffect, useRef } from 'react';
import { wordsOf } from '../protocol/words-of.ts';
import type { ViewAction } from './view/view-state.ts';

/** What a screen wants to know that no snapshot tells. */
export type Question<About extends string | number, Answer> = {
  /** Null while nothing is asked. */
  readonly about: About | null;
  /** Another one is the reason to ask again, at most once in `everyMs`. */
  readonly version: string;
  readonly everyMs: number;
  readonly ask: (about: About) => Promise<Answer>;
  readonly known: (answer: Answer, about: About) => ViewAction;
  /** Null where the rest of the screen says enough. */
  readonly unknown: (why: string, about: About) => ViewAction | null;
};

/**
 * Asks for what is on the screen, and again when that has changed.
 *
 * Nothing comes of an answer to what is no longer asked, nor of one that a newer answer has overtaken. An answer about an
 * earlier version is taken: where changes follow each other faster than answers, there would be none.
 */
export function useAnswers<About extends string | number, Answer>(
  question: Question<About, Answer>,
  dispatch: (action: ViewAction) => void,
): void {
  const { about, version, everyMs } = question;
  const latest = useRef<Question<About, Answer> | null>(null);
  useEffect(() => {
    latest.current = question;
    return () => {
      latest.current = null;
    };
  });
  const askedMs = useRef(Number.NEGATIVE_INFINITY);
  const asked = useRef(0);
  const answered = useRef(0);
  const wanted = about === null ? null : `${about} ${version}`;
  useEffect(() => {
    if (wanted === null) {
      askedMs.current = Number.NEGATIVE_INFINITY;
      return;
    }
    const ask = () => {
      const now = latest.current;
      if (now === null || now.about === null) return;
      const { about, ask, known, unknown } = now;
      askedMs.current = performance.now();
      asked.current += 1;
      const number = asked.current;
      const tell = (action: ViewAction | null) => {
        if (latest.current?.about !== about || number < answered.current) return;
        answered.current = number;
        if (action !== null) dispatch(action);
      };
      ask(about).then(
        (answer) => tell(known(answer, about)),
        (error: unknown) => tell(unknown(wordsOf(error), about)),
      );
    };
    const timer = setTimeout(ask, Math.max(0, askedMs.current + everyMs - performance.now()));
    return () => clearTimeout(timer);
  }, [wanted, everyMs, dispatch]);
}
