import { useEffect, useRef } from 'react';
import { type Line, spanAt } from './line.ts';
import type { Mouse } from './mouse.ts';
import type { MouseEvent } from './mouse-reader.ts';
import { isLine } from './screens/prompt.ts';
import type { Situation } from './situation.ts';
import type { ViewAction } from './view/view-state.ts';

/** What a click or a turn of the wheel means: keys that are pressed, or a row that is selected. */
export type Pointed =
  | { readonly kind: 'keys'; readonly keys: readonly string[] }
  | { readonly kind: 'view'; readonly action: ViewAction };

/** The lists, where the wheel moves from one to the next; elsewhere it scrolls. */
const lists: readonly string[] = ['dashboard', 'problems', 'panel', 'sessions', 'palette'];
const wheelLines = 3;

/** What was pointed at on the lines that are drawn; null for nothing. */
export function pointedAt(
  event: MouseEvent,
  lines: readonly Line[],
  { screen }: Situation,
): Pointed | null {
  if (event.what !== 'click') {
    const key = event.what === 'wheel-up' ? 'up' : 'down';
    const times = lists.includes(screen.kind) ? 1 : wheelLines;
    return { kind: 'keys', keys: Array.from({ length: times }, () => key) };
  }
  const line = lines[event.row] ?? [];
  const hit = spanAt(line, event.column)?.hit;
  if (hit !== undefined && 'key' in hit) return { kind: 'keys', keys: [hit.key] };
  // The rows behind a line that is typed on are only to be seen.
  if (isLine(screen)) return null;
  const row = line.flatMap((one) => (one.hit !== undefined && 'row' in one.hit ? one.hit : []))[0];
  if (row === undefined) return null;
  if (row.isSelected) return { kind: 'keys', keys: ['enter'] };
  return { kind: 'view', action: { type: 'select', name: row.row } };
}

/** Asks for the mouse while it is switched on, and tells what it does. */
export function useMouse(mouse: Mouse, to: 'on' | 'off', point: (event: MouseEvent) => void): void {
  const latest = useRef(point);
  useEffect(() => {
    latest.current = point;
  });
  useEffect(() => {
    if (to === 'off') return;
    mouse.turn('on');
    const end = mouse.listen((event) => latest.current(event));
    return () => {
      end();
      mouse.turn('off');
    };
  }, [mouse, to]);
}
