import { sayDuration } from '../../protocol/units.ts';

/** The question for the PIN of a kiosk. */
export type PinAsking = {
  /** The key that was pressed and waits for it; null while nothing is asked. */
  readonly key: string | null;
  readonly typed: string;
  /** Sent, and not judged yet. */
  readonly isSent: boolean;
  /** How many wrong ones came one after the other. */
  readonly wrong: number;
  /** No key counts before; CLOCK_MONOTONIC in ms, as the others: nobody's setting of the time opens a door or keeps it shut. */
  readonly deafUntilMs: number;
  readonly touchedMs: number;
  /** Until then nobody is asked again. */
  readonly openUntilMs: number;
};

export const pinUnasked: PinAsking = {
  key: null,
  typed: '',
  isSent: false,
  wrong: 0,
  deafUntilMs: 0,
  touchedMs: 0,
  openUntilMs: 0,
};

const mostDigits = 12;
const firstWaitMs = 1_000;
const longestWaitMs = 60_000;
/** Whoever walks away is not waited for, and leaves the door open for no longer than this. */
const patienceMs = 30_000;
const openMs = 60_000;

export function isOpen({ openUntilMs }: PinAsking, monoMs: number): boolean {
  return monoMs < openUntilMs;
}

/** A key wants something of the rig: the PIN is asked for. */
export function askPin(asking: PinAsking, key: string, monoMs: number): PinAsking {
  return { ...asking, key, typed: '', isSent: false, touchedMs: monoMs };
}

/** The question with one more key; `isSent` turns true when what was typed is to be judged. */
export function typePin(asking: PinAsking, key: string, monoMs: number): PinAsking {
  if (key === 'esc' || key === 'ctrl-c') return closed(asking);
  if (asking.isSent || monoMs < asking.deafUntilMs) return asking;
  const { typed } = asking;
  if (key === 'enter' && typed !== '') return { ...asking, isSent: true, touchedMs: monoMs };
  if (key === 'backspace') return { ...asking, typed: typed.slice(0, -1), touchedMs: monoMs };
  const isTaken = /^\d$/.test(key) && typed.length < mostDigits;
  return isTaken ? { ...asking, typed: typed + key, touchedMs: monoMs } : asking;
}

/** What was typed was judged. After each wrong one it waits twice as long. */
export function judgePin(asking: PinAsking, isRight: boolean, monoMs: number): PinAsking {
  if (isRight) return { ...closed(asking), wrong: 0, openUntilMs: monoMs + openMs };
  const waitMs = Math.min(longestWaitMs, firstWaitMs * 2 ** asking.wrong);
  const deafUntilMs = monoMs + waitMs;
  const wrong = asking.wrong + 1;
  return { ...asking, typed: '', isSent: false, wrong, deafUntilMs, touchedMs: deafUntilMs };
}

/** Nobody can judge it now: the question is over. */
export function closed(asking: PinAsking): PinAsking {
  return { ...asking, key: null, typed: '', isSent: false };
}

/** The question, or none when nobody has touched a key for half a minute. */
export function patientPin(asking: PinAsking, monoMs: number): PinAsking {
  const isLeft = asking.key !== null && monoMs - asking.touchedMs >= patienceMs;
  return isLeft ? closed(asking) : asking;
}

/** The question in words: never with the digits. */
export function sayPin({ key, typed, isSent, wrong, deafUntilMs }: PinAsking, monoMs: number) {
  if (key === null) return null;
  const waitMs = deafUntilMs - monoMs;
  if (waitMs > 0)
    return `That PIN is wrong. Again in ${sayDuration(Math.ceil(waitMs / 1_000) * 1_000)}.`;
  if (isSent) return 'PIN: asking the daemon ...';
  const again = wrong > 0 && typed === '' ? ' once more' : '';
  return `PIN${again}: ${'*'.repeat(typed.length)}_   Enter sends it, Esc gives up`;
}
