import { timingSafeEqual } from 'node:crypto';
import type { Config } from '../protocol/config.ts';
import type { KioskRecord } from '../protocol/kiosk-record.ts';

/** What everybody may know of the settings of kiosks. */
export function kioskRecord({ dim, move, pin }: Config['kiosk']): KioskRecord {
  return { dim: dim === undefined ? null : hoursOf(dim), moveMs: move, pin: pin !== undefined };
}

/** Whether that is the PIN; anything is where there is none. It takes as long for a wrong one as for a right one. */
export function isPin(typed: string, pin: string | undefined): boolean {
  if (pin === undefined) return true;
  const [given, right] = [Buffer.from(typed), Buffer.from(pin)];
  return given.length === right.length && timingSafeEqual(given, right);
}

/** `22:00-06:00`, as the schema has let it pass. */
function hoursOf(text: string): NonNullable<KioskRecord['dim']> {
  const [fromHour = 0, fromMinute = 0, hour = 0, minute = 0] = text.split(/[:-]/).map(Number);
  return { fromMin: fromHour * 60 + fromMinute, untilMin: hour * 60 + minute };
}
