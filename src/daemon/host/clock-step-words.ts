import type { Fault } from '../../core/input.ts';
import { capital } from '../../protocol/text.ts';
import { sayDuration } from '../../protocol/units.ts';

/** `the clock went forward by 59 min 58 s`. @param byMs positive: it was set to a later time */
export function sayStep(byMs: number): string {
  const way = byMs > 0 ? 'forward' : 'back';
  return `the clock went ${way} by ${sayDuration(Math.abs(byMs))}`;
}

/** What a step of a clock that was taken to be right means for the trial that it fell into. @param words those of `sayStep` */
export function stepFault(words: string, trial: number): Fault {
  const message = `${capital(words)} while trial ${trial} was recorded: times of day before and after it do not fit together.`;
  const remedy =
    'Files, order and lengths are right, and session.json has the step. Who sets this clock? See: rigdeck doctor';
  return { code: 'clock-stepped', message, remedy };
}
