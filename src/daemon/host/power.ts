import type { MachineLook } from './sensors.ts';

/** The power of a Pi at one look. Null where it does not say. */
export type Power = {
  readonly underVoltage: boolean | null;
  /** Slowed down: its clock is capped or lowered, or it is at its soft temperature limit. */
  readonly throttled: boolean | null;
  /** The firmware's own memory: it happened at some time since the machine was started. */
  readonly sinceBoot: { readonly underVoltage: boolean; readonly throttled: boolean } | null;
};

/** What a look says of the power (Raspberry Pi documentation, `vcgencmd get_throttled`: bits 0-3 now, 16-19 since boot). */
export function powerOf({
  throttled,
  voltageAlarm,
}: Pick<MachineLook, 'throttled' | 'voltageAlarm'>): Power {
  if (throttled === null) return { underVoltage: voltageAlarm, throttled: null, sinceBoot: null };
  return {
    underVoltage: (throttled & 0x1) !== 0 || voltageAlarm === true,
    throttled: (throttled & 0xe) !== 0,
    sinceBoot: {
      underVoltage: (throttled & 0x1_0000) !== 0,
      throttled: (throttled & 0xe_0000) !== 0,
    },
  };
}

/** What happened between two looks: it is so now, or the firmware remembers it and did not before. Null where it does not say. */
export function happened(
  what: 'underVoltage' | 'throttled',
  before: Power | null,
  now: Power,
): boolean | null {
  if (now[what] === null) return null;
  const isNew = now.sinceBoot?.[what] === true && before?.sinceBoot?.[what] === false;
  return now[what] || isNew;
}

/** In words: `power ok`, `under-voltage now`. */
export function sayPower({ underVoltage, throttled, sinceBoot }: Power): string {
  if (underVoltage === null) return 'power unknown';
  if (underVoltage) return 'under-voltage now';
  if (throttled === true) return 'throttled now';
  return sinceBoot?.underVoltage === true ? 'power ok, under-voltage since boot' : 'power ok';
}
