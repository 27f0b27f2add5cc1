import { expect, test } from 'vitest';
import { Buttons } from '../../src/gpio/buttons.ts';
import type { PressEvent } from '../../src/gpio/press-events.ts';

const push = { kind: 'push', debounceMs: 30, double: false, holdMs: null } as const;

test('a button whose line cannot be read is left alone until that is opened again: looking at it would never end', () => {
  const told: PressEvent[] = [];
  const buttons = new Buttons({
    settings: { record: push },
    read: () => null,
    told: (_, event) => told.push(event),
  });
  buttons.opened('record', 1, 0);
  const dueMs = buttons.nextMs;
  expect(dueMs).not.toBeNull();
  buttons.ring(dueMs ?? 0);
  expect(buttons.nextMs).toBeNull();
  expect(told).toEqual([]);
  buttons.opened('record', 0, 60_000);
  expect(buttons.nextMs).toBe(60_030);
});
