import type { Size } from '../situation.ts';

/** How far a screen has moved from its upper left corner, in columns and rows. */
export type Drift = { readonly x: number; readonly y: number };

// Once around: each step is one column or one row.
const path: readonly (readonly [number, number])[] = [
  [0, 0],
  [1, 0],
  [2, 0],
  [2, 1],
  [1, 1],
  [0, 1],
];

/** What is kept free of a screen so that all of it can move without a word being cut off. */
export function roomToMove({ columns, rows }: Size): Drift {
  const x = columns >= 40 ? 2 : columns >= 24 ? 1 : 0;
  return { x, y: rows >= 12 ? 1 : 0 };
}

/**
 * Where the screen stands now: it moves a little now and then, so that nothing burns in.
 *
 * @param nowMs wall clock in ms
 * @param moveMs after how long it moves; 0 is never
 */
export function driftAt(nowMs: number, moveMs: number, room: Drift): Drift {
  if (moveMs <= 0) return { x: 0, y: 0 };
  const [x, y] = path[Math.floor(nowMs / moveMs) % path.length] ?? [0, 0];
  return { x: Math.min(x, room.x), y: Math.min(y, room.y) };
}
