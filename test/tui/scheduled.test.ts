import { expect, test } from 'vitest';
import { press } from '../../src/tui/keymap/press.ts';
import { encode } from '../../src/tui/line.ts';
import { paceOf } from '../../src/tui/pace.ts';
import { frameOf } from '../../src/tui/screens/frame.ts';
import type { Situation } from '../../src/tui/situation.ts';
import { ago, aModule, aSituation, aSnapshot, aView } from './support/rig-view.ts';

const textOf = (now: Situation) =>
  frameOf(now)
    .lines.map((line) => encode(line, now.width, now.theme))
    .join('\n');

/** A rig that is idle, and whose start is set so many seconds ahead. */
function waiting(seconds: number, looks: Parameters<typeof aSituation>[1] = {}): Situation {
  const scheduled = { at: ago(-seconds), label: null };
  const off = { mic: aModule({ desired: 'off', state: 'disabled', startedAt: null }) };
  return aSituation(aView(aSnapshot({ rig: { scheduled }, modules: off })), looks);
}

test('the first line says when the rig starts', () => {
  expect(textOf(waiting(750))).toMatch(/IDLE {3}starts at [-\d: ]+, in 12 min/);
  expect(textOf(waiting(750, { columns: 40, rows: 12 }))).toContain('starts at');
});

test('an idle rig that waits for its time draws once a minute, and in the end every second', () => {
  expect(paceOf(waiting(750))).toBe(60_000);
  expect(paceOf(waiting(100))).toBe(1_000);
});

test('s asks before it calls the start off, and y does', () => {
  expect(press('s', waiting(750))).toMatchObject({
    kind: 'view',
    action: { screen: { kind: 'confirm-stop', trial: null } },
  });
  const asked = waiting(750, {
    view: { screen: { kind: 'confirm-stop', epoch: 'e1', trial: null } },
  });
  expect(textOf(asked)).toMatch(/Call the start off\?[\s\S]*A recording starts at .*, in 12 min/);
  expect(press('y', asked)).toMatchObject({
    kind: 'submit',
    intent: { kind: 'record.stop' },
    done: 'the start is called off',
  });
});
