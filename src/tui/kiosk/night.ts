import type { KioskRecord } from '../../protocol/kiosk-record.ts';
import type { Line } from '../line.ts';
import { span } from '../line.ts';

type Hours = KioskRecord['dim'];
const minuteMs = 60_000;
const dayMin = 1_440;

/** Whether it is dark hour on the clock of whoever looks. */
export function isNight(hours: Hours, at: Date): boolean {
  if (hours === null) return false;
  const { fromMin, untilMin } = hours;
  const min = at.getHours() * 60 + at.getMinutes();
  return fromMin < untilMin ? min >= fromMin && min < untilMin : min >= fromMin || min < untilMin;
}

/** How long until dark hours begin or end, in ms; null for never. */
export function msToEdge(hours: Hours, at: Date): number | null {
  if (hours === null) return null;
  const min = at.getHours() * 60 + at.getMinutes();
  const left = [hours.fromMin, hours.untilMin].map((edge) => (edge - min + dayMin) % dayMin);
  const next = Math.min(...left.map((each) => (each === 0 ? dayMin : each)));
  const pastMs = at.getSeconds() * 1_000 + at.getMilliseconds();
  return next * minuteMs - pastMs;
}

/** A grey that lights no room: the same words and signs, without the colours. */
const dark = { dim: true, colour256: 240, colour16: 8 } as const;

export function darkened(line: Line): Line {
  return line.map(({ text, paint }) =>
    span(text, paint.reverse === true ? { ...dark, reverse: true } : dark),
  );
}
