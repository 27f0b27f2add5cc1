import { type KeyRow, keysOn } from '../keymap/key-row.ts';
import { mark } from '../keymap/mark-deeds.ts';
import { keysNow, type Pressed, pressSeen } from '../keymap/press.ts';
import { cannotMark } from '../keymap/reasons.ts';
import type { Situation } from '../situation.ts';
import { isQuestion, type Screen, type ScreenKind } from '../view/screens.ts';

/** It needs no PIN: it changes nothing that is recorded, and an instant that waits for one is lost. */
export const markKey = 'm';

/** The keys of the one table that a kiosk has. */
const keysHere: Partial<Readonly<Record<ScreenKind, readonly string[]>>> = {
  dashboard: ['r', 's', 'p', markKey, 'u'],
  'confirm-stop': ['y', 'n', 'esc', 'enter'],
};

/**
 * Judges one key by what is on the screen.
 *
 * @param drawn the screen as people have seen it
 */
export function pressOnKiosk(key: string, now: Situation, drawn: Screen): Pressed {
  const { screen } = now;
  if (!isKioskKey(key, screen.kind)) {
    return isQuestion(screen) ? { kind: 'none' } : { kind: 'refused', words: noSuchKey };
  }
  if (key !== markKey) return pressSeen(key, now, drawn);
  // There is nothing here to type words with.
  const words = cannotMark(now);
  return words === null ? mark(now) : { kind: 'refused', words };
}

function isKioskKey(key: string, screen: ScreenKind): boolean {
  return keysHere[screen]?.includes(key) === true;
}

/** Those that work now. */
export function kioskKeysNow(now: Situation): KeyRow[] {
  const { kind } = now.screen;
  return keysNow(now).filter((row) => keysOn(row, kind).some((key) => isKioskKey(key, kind)));
}

/** What somebody is told who presses a key where none does anything. */
export const onlyShows =
  'This screen only shows. To control the rig from it: rigdeck kiosk --control';
/** And where only some do. */
const noSuchKey = 'This screen stays. Its keys: r record, s stop, p pause, m mark';
