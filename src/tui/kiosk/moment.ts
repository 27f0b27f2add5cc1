import { looks } from '../../protocol/badge.ts';
import type { KioskRecord } from '../../protocol/kiosk-record.ts';
import { rigBadge } from '../../protocol/rig-badge.ts';
import type { Situation, Size } from '../situation.ts';
import { type Drift, driftAt, roomToMove } from './drift.ts';
import { isNight } from './night.ts';
import type { PinAsking } from './pin.ts';

/** What is on the screen of a kiosk at one moment. */
export type Moment = {
  /** As large as what may be drawn on, without the room to move in. */
  readonly now: Situation;
  readonly settings: KioskRecord;
  /** Whether it may wish, or only show. */
  readonly control: boolean;
  readonly pin: PinAsking;
  readonly drift: Drift;
  /** Data should land and do not. */
  readonly isAlarm: boolean;
  readonly isDark: boolean;
};

/** The part of a screen that is drawn on, so that all of it can move. */
export function innerSize(size: Size): Size {
  const { x, y } = roomToMove(size);
  return { columns: size.columns - x, rows: size.rows - y };
}

/**
 * Puts together what a kiosk shows now.
 *
 * @param now of the inner size
 * @param size of the whole screen
 */
export function momentOf(
  now: Situation,
  size: Size,
  rest: Pick<Moment, 'settings' | 'control' | 'pin'>,
): Moment {
  const { settings } = rest;
  const isAlarm = nothingLands(now);
  const drift = driftAt(now.nowMs, settings.moveMs, roomToMove(size));
  // What is wrong is not to be overlooked at night either.
  const isDark = !isAlarm && isNight(settings.dim, new Date(now.nowMs));
  return { now, ...rest, drift, isAlarm, isDark };
}

function nothingLands({ snapshot, remote }: Situation): boolean {
  if (snapshot === null || remote.link.state !== 'live') return false;
  return rigBadge(snapshot).look === looks.stalled;
}
